//! Reading codes: from the org's inbox, or from the command that a person gave for a target.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;

use super::world::World;
use crate::control::{Control, Message};
use idx_scenario::model::InboxStep;

/// How long a message of the emulator may take, in real seconds.
const WAIT: u64 = 5;
/// How long a message of a target may take, in real seconds: mails of a real org do.
const TARGET_WAIT: u64 = 60;
/// How long from one asking of a command to the next.
const BETWEEN: Duration = Duration::from_secs(1);
/// With which a command says that there is no code yet.
const NONE_YET: i32 = 1;

/// How long a message may take here, in real seconds.
pub(super) fn patience(world: &World) -> u64 {
    if world.control.is_some() { WAIT } else { TARGET_WAIT }
}

/// The oldest message that is newer than `after`, if there is one in time.
pub(super) async fn next(
    world: &World,
    step: &InboxStep,
    after: Option<&Value>,
) -> Result<Option<Message>, String> {
    match (&world.control, &world.inbox_command) {
        (Some(control), _) => of_emulator(control, step, after).await,
        (None, Some(command)) => of_command(command, step, after).await,
        (None, None) => Err("there is no inbox".into()),
    }
}

async fn of_emulator(
    control: &Control,
    step: &InboxStep,
    after: Option<&Value>,
) -> Result<Option<Message>, String> {
    let wait = if step.nothing { 0 } else { WAIT };
    let messages = control.messages(&step.to, step.channel.as_deref(), after, wait).await;
    messages.map(|messages| messages.into_iter().next()).map_err(|error| error.to_string())
}

async fn of_command(
    command: &str,
    step: &InboxStep,
    after: Option<&Value>,
) -> Result<Option<Message>, String> {
    let usual = if step.to.contains('@') { "email" } else { "sms" };
    let channel = step.channel.as_deref().unwrap_or(usual);
    let asking = async {
        loop {
            let code = ask(command, channel, &step.to).await?;
            // The same code again is the one of before.
            let code = code.map(Value::from).filter(|code| after != Some(code));
            if code.is_some() || step.nothing {
                return Ok::<_, String>(code);
            }
            // This must be real time: the inbox is a person's own, so no clock of ours moves it, and a command cannot tell us when a mail comes.
            tokio::time::sleep(BETWEEN).await;
        }
    };
    let code = tokio::time::timeout(Duration::from_secs(TARGET_WAIT), asking).await;
    let code = code.unwrap_or(Ok(None))?;
    Ok(code.map(|code| Message { otp: code.as_str().map(ToOwned::to_owned), id: code, link: None }))
}

/// The newest code, as the command prints it; none when it ends with 1 or prints nothing.
async fn ask(command: &str, channel: &str, to: &str) -> Result<Option<String>, String> {
    let output = Command::new("sh")
        .args(["-c", &format!("{command} \"$@\""), "inbox", channel, to])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("`{command}` could not be run: {error}"))?;
    if output.status.code() == Some(NONE_YET) {
        return Ok(None);
    }
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(format!("`{command}` ended with {}: {said}", output.status));
    }
    let code = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((!code.is_empty()).then_some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_gets_channel_and_address_last_and_prints_the_code() {
        let said = ask("printf '%s|' one 'two three'", "email", "mary@example.com").await;
        assert_eq!(said, Ok(Some("one|two three|email|mary@example.com|".into())));
    }

    #[tokio::test]
    async fn none_yet_is_no_mistake_and_a_command_that_fails_is() {
        assert_eq!(ask("exit 1 #", "sms", "+1").await, Ok(None));
        assert_eq!(ask("true", "sms", "+1").await, Ok(None));
        let error = ask("./no-such-command", "sms", "+1").await.unwrap_err();
        assert!(error.contains("exit status: 127") && error.contains("not found"), "{error}");
    }
}

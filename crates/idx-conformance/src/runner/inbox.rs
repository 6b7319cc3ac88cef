//! Reading codes: from the org's inbox, or from the command that a person gave for a target.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use super::world::World;
use crate::control::Message;
use crate::scenario::model::InboxStep;

/// How long a message may take, in real seconds.
pub(super) const WAIT: u64 = 5;
/// How often a command is asked for a code: mails of a real org take their time.
const TRIES: u32 = 60;
/// How long from one asking to the next.
const BETWEEN: Duration = Duration::from_secs(1);

/// The oldest message that is newer than `after`, if there is one in time.
pub(super) async fn next(
    world: &World,
    step: &InboxStep,
    after: Option<&Value>,
) -> Result<Option<Message>, String> {
    if let Some(control) = &world.control {
        let wait = if step.nothing { 0 } else { WAIT };
        let messages = control.messages(&step.to, step.channel.as_deref(), after, wait).await;
        return messages
            .map(|messages| messages.into_iter().next())
            .map_err(|error| error.to_string());
    }
    let Some(command) = &world.inbox_command else { return Err("there is no inbox".into()) };
    let usual = if step.to.contains('@') { "email" } else { "sms" };
    let channel = step.channel.as_deref().unwrap_or(usual);
    let tries = if step.nothing { 1 } else { TRIES };
    for attempt in 0..tries {
        if attempt > 0 {
            // This must be real time: the inbox is a person's own, so no clock of ours moves it, and a command cannot tell us when a mail comes.
            tokio::time::sleep(BETWEEN).await;
        }
        let code = ask(command, channel, &step.to).await?;
        // The same code again is the one of before.
        if let Some(code) = code.filter(|code| after != Some(&Value::from(code.as_str()))) {
            return Ok(Some(Message {
                id: Value::from(code.as_str()),
                otp: Some(code),
                link: None,
            }));
        }
    }
    Ok(None)
}

async fn ask(command: &str, channel: &str, to: &str) -> Result<Option<String>, String> {
    let output = tokio::process::Command::new("sh")
        .args(["-c", &format!("{command} \"$@\""), "inbox", channel, to])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .await
        .map_err(|error| format!("the inbox command could not be run: {error}"))?;
    let code = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((output.status.success() && !code.is_empty()).then_some(code))
}

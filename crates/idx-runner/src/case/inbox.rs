//! Reads codes and links from the org's inbox, or from the command that reads a target's inboxes.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;

use super::test_bed::TestBed;
use crate::children::ChildGroup;
use crate::control::{Control, ControlError, Message};
use idx_judge::Failure;
use idx_scenario::model::InboxStep;
use idx_scenario::template::Variables;

/// How long to wait for a message of the emulator, in real seconds.
const EMULATOR_TIMEOUT: u64 = 5;
/// How long to wait for a message of a target, in real seconds.
const TARGET_TIMEOUT: u64 = 60;
/// How often an inbox command runs.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// The exit code of an inbox command that has found no code yet.
const NO_CODE_YET: i32 = 1;

/// Reads the messages of a case, each once.
#[derive(Debug)]
pub(super) struct InboxReader<'b> {
    bed: &'b TestBed,
    /// The newest message that a step has read, by address.
    read: BTreeMap<String, Value>,
}

/// Why an inbox could not be read.
#[derive(Debug, thiserror::Error)]
enum InboxError {
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error("`{command}` could not be run: {reason}")]
    NotRun { command: String, reason: std::io::Error },
    #[error("`{command}` ended with {status}: {stderr}")]
    Failed { command: String, status: std::process::ExitStatus, stderr: String },
    #[error("the target has no inbox; name a command with --inbox")]
    NoInbox,
}

impl<'b> InboxReader<'b> {
    pub(super) fn new(bed: &'b TestBed) -> Self {
        Self { bed, read: BTreeMap::new() }
    }

    /// Takes the oldest message that no step has read, and binds its code and link.
    pub(super) async fn read(
        &mut self,
        step: &InboxStep,
        variables: &mut Variables,
    ) -> Vec<Failure> {
        let failure = |expected: String, actual: String| {
            vec![Failure::Inbox { to: step.to.clone(), expected, actual }]
        };
        let message = match self.next(step).await {
            Ok(message) => message,
            Err(error) => return failure("to be read".into(), error.to_string()),
        };
        match message {
            None if step.nothing => Vec::new(),
            None => {
                let timeout = self.timeout();
                failure(format!("a new message within {timeout} s"), "none".into())
            }
            Some(_) if step.nothing => failure("no new message".into(), "one".into()),
            Some(message) if message.otp.as_deref().is_some_and(|code| !is_code(code)) => {
                let code = message.otp.unwrap_or_default();
                failure("a code of six digits".into(), format!("\"{code}\""))
            }
            Some(message) => {
                bind(&message, step, variables);
                self.read.insert(step.to.clone(), message.id);
                Vec::new()
            }
        }
    }

    fn timeout(&self) -> u64 {
        if self.bed.control.is_some() { EMULATOR_TIMEOUT } else { TARGET_TIMEOUT }
    }

    async fn next(&self, step: &InboxStep) -> Result<Option<Message>, InboxError> {
        let after = self.read.get(&step.to);
        match (&self.bed.control, &self.bed.inbox_command) {
            (Some(control), _) => Ok(from_emulator(control, step, after).await?),
            (None, Some(command)) => from_command(command, step, after).await,
            (None, None) => Err(InboxError::NoInbox),
        }
    }
}

fn bind(message: &Message, step: &InboxStep, variables: &mut Variables) {
    if let Some(code) = &message.otp {
        variables.insert(step.code.clone(), json!(code));
        variables.insert(format!("wrong-{}", step.code), json!(different_code(code)));
    }
    if let Some(link) = &message.link {
        variables.insert(step.link.clone(), json!(link));
    }
}

/// Every code is six digits long. The SDKs' samples and production clients refuse any other.
fn is_code(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// A code of the same length that differs in its last digit.
fn different_code(code: &str) -> String {
    let last = code.chars().last().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
    let body: String = code.chars().take(code.chars().count().saturating_sub(1)).collect();
    format!("{body}{}", (last + 1) % 10)
}

async fn from_emulator(
    control: &Control,
    step: &InboxStep,
    after: Option<&Value>,
) -> Result<Option<Message>, ControlError> {
    let wait = if step.nothing { 0 } else { EMULATOR_TIMEOUT };
    let messages = control.messages(&step.to, step.channel.as_deref(), after, wait).await?;
    Ok(messages.into_iter().next())
}

async fn from_command(
    command: &str,
    step: &InboxStep,
    after: Option<&Value>,
) -> Result<Option<Message>, InboxError> {
    let usual = if step.to.contains('@') { "email" } else { "sms" };
    let channel = step.channel.as_deref().unwrap_or(usual);
    let polling = async {
        loop {
            let code = newest_code(command, channel, &step.to).await?;
            // A code that an earlier step has read is not a new one.
            let code = code.map(Value::from).filter(|code| after != Some(code));
            if code.is_some() || step.nothing {
                return Ok::<_, InboxError>(code);
            }
            // This must be real time: the inbox belongs to another system, and a command cannot report when a message arrives.
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    let code = tokio::time::timeout(Duration::from_secs(TARGET_TIMEOUT), polling).await;
    let code = code.unwrap_or(Ok(None))?;
    Ok(code.map(|code| Message { otp: code.as_str().map(ToOwned::to_owned), id: code, link: None }))
}

/// The newest code, as the command prints it; `None` if it ends with 1 or prints nothing.
async fn newest_code(command: &str, channel: &str, to: &str) -> Result<Option<String>, InboxError> {
    let not_run = |reason| InboxError::NotRun { command: command.to_owned(), reason };
    let mut process = Command::new("sh");
    process
        .args(["-c", &format!("{command} \"$@\""), "inbox", channel, to])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let process = ChildGroup::spawn(&mut process).map_err(not_run)?;
    let output = process.output().await.map_err(not_run)?;
    if output.status.code() == Some(NO_CODE_YET) {
        return Ok(None);
    }
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let (command, status) = (command.to_owned(), output.status);
        return Err(InboxError::Failed { command, status, stderr });
    }
    let code = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((!code.is_empty()).then_some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_code_never_equals_the_code() {
        assert_eq!(different_code("012345"), "012346");
        assert_eq!(different_code("999999"), "999990");
    }

    #[test]
    fn code_has_six_digits() {
        assert!(is_code("012345"));
        for wrong in ["12345", "1234567", "77012345", "12 345", "abcdef"] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }

    #[tokio::test]
    async fn inbox_command_gets_channel_and_address_as_last_arguments() {
        let code = newest_code("printf '%s|' one 'two three'", "email", "mary@example.com").await;
        assert_eq!(code.unwrap().as_deref(), Some("one|two three|email|mary@example.com|"));
    }

    #[tokio::test]
    async fn inbox_command_without_code_is_no_error() {
        assert_eq!(newest_code("exit 1 #", "sms", "+1").await.unwrap(), None);
        assert_eq!(newest_code("true", "sms", "+1").await.unwrap(), None);
        let error = newest_code("./no-such-command", "sms", "+1").await.unwrap_err().to_string();
        assert!(error.contains("exit status: 127") && error.contains("not found"), "{error}");
    }
}

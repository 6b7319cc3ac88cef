//! A client in its own process: it reads and writes lines, and nothing it does can harm the run.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::error::{AdapterError, AdapterPoolError};
use super::stderr::Stderr;
use crate::children::ChildGroup;
use crate::drivers::message::{Hello, Reply, VERSION};

/// The maximum length of a line, in bytes.
const MAX_LINE: u64 = 1024 * 1024;
/// How long a failed client may take to end and to close its standard error.
const EXIT_TIMEOUT: Duration = Duration::from_millis(500);

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For its hello.
    pub hello: Duration,
    /// For the reply to one operation: some clients poll, and some start a browser.
    pub reply: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { hello: Duration::from_secs(10), reply: Duration::from_secs(60) }
    }
}

/// A running client that has sent a valid hello. Dropping it kills it and every process that it started.
#[derive(Debug)]
pub(super) struct AdapterProcess {
    group: ChildGroup,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: Stderr,
    /// Ends when the client closes its standard error.
    stderr_reader: JoinHandle<()>,
    timeouts: Timeouts,
    hello: Hello,
    next_id: u64,
}

impl AdapterProcess {
    pub(super) async fn start(
        command: &str,
        ca_file: Option<&Path>,
        timeouts: Timeouts,
    ) -> Result<Self, AdapterPoolError> {
        let not_started =
            |reason| AdapterPoolError::NotStarted { command: command.to_owned(), reason };
        let mut group = spawn(command, ca_file).map_err(not_started)?;
        let child = group.child();
        let (Some(stdin), Some(stdout), Some(stderr_pipe)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(not_started(std::io::ErrorKind::BrokenPipe.into()));
        };
        let stderr = Stderr::default();
        let stderr_reader = tokio::spawn(stderr.clone().read(stderr_pipe));
        let hello = Hello::default();
        let stdout = BufReader::new(stdout);
        let mut process =
            Self { group, stdin, stdout, stderr, stderr_reader, timeouts, hello, next_id: 1 };
        match process.greet().await {
            Ok(hello) => process.hello = hello,
            Err(reason) => {
                let status = process.status().await;
                let stderr = process.stderr_tail(0).await;
                let command = command.to_owned();
                let reason = Box::new(reason);
                return Err(AdapterPoolError::NoHello { command, reason, status, stderr });
            }
        }
        Ok(process)
    }

    pub(super) fn hello(&self) -> &Hello {
        &self.hello
    }

    async fn greet(&mut self) -> Result<Hello, AdapterError> {
        self.write(&json!({ "v": VERSION, "id": 0, "op": "hello" })).await?;
        let line = self.read(self.timeouts.hello, "hello").await?;
        let hello: Hello = serde_json::from_value(line).map_err(AdapterError::InvalidHello)?;
        hello.check_operations()?;
        Ok(hello)
    }

    /// Sends one operation and waits for its reply.
    pub(super) async fn call(
        &mut self,
        operation: &str,
        fields: Map<String, Value>,
    ) -> Result<Reply, AdapterError> {
        let id = self.next_id;
        self.next_id += 1;
        let mut message = json!({ "v": VERSION, "id": id, "op": operation });
        if let Some(members) = message.as_object_mut() {
            members.extend(fields);
        }
        let reply = match self.exchange(&message).await {
            Ok(reply) => reply,
            Err(error) => {
                let status = self.status().await;
                return Err(AdapterError::Ended { error: Box::new(error), status });
            }
        };
        if reply.id != id {
            return Err(AdapterError::WrongId { expected: id, actual: reply.id });
        }
        if reply.status.is_none() && !reply.deferred {
            return Err(AdapterError::NoStatus);
        }
        Ok(reply)
    }

    async fn exchange(&mut self, message: &Value) -> Result<Reply, AdapterError> {
        self.write(message).await?;
        let line = self.read(self.timeouts.reply, "reply").await?;
        if !line.is_object() {
            return Err(AdapterError::NoObject(line));
        }
        serde_json::from_value(line).map_err(AdapterError::InvalidReply)
    }

    async fn write(&mut self, message: &Value) -> Result<(), AdapterError> {
        let line = format!("{message}\n");
        let written = async {
            self.stdin.write_all(line.as_bytes()).await?;
            self.stdin.flush().await
        };
        match tokio::time::timeout(self.timeouts.reply, written).await {
            // If the client has ended, the read that follows reports it, however early that was.
            Ok(Ok(()) | Err(_)) => Ok(()),
            Err(_) => Err(AdapterError::DoesNotRead),
        }
    }

    async fn read(&mut self, timeout: Duration, what: &'static str) -> Result<Value, AdapterError> {
        let mut line = Vec::new();
        let mut limited = (&mut self.stdout).take(MAX_LINE);
        let read = tokio::time::timeout(timeout, limited.read_until(b'\n', &mut line)).await;
        match read.map_err(|_| AdapterError::Timeout { what, timeout })? {
            Err(error) => return Err(AdapterError::Unreadable(error)),
            Ok(0) => return Err(AdapterError::NoLine { what }),
            Ok(_) => {}
        }
        if line.last() != Some(&b'\n') && line.len() as u64 == MAX_LINE {
            return Err(AdapterError::LongLine);
        }
        serde_json::from_slice(&line).map_err(|_| {
            let text = String::from_utf8_lossy(&line);
            AdapterError::NoJson { start: text.trim_end().chars().take(80).collect() }
        })
    }

    /// The exit status in brackets, if it has ended.
    async fn status(&mut self) -> String {
        match tokio::time::timeout(EXIT_TIMEOUT, self.group.wait()).await {
            Ok(Ok(status)) => format!(" ({status})"),
            _ => String::new(),
        }
    }

    /// Ends the client and every process that it started. A client ends when its standard input does.
    pub(super) async fn finish(self) {
        let Self { group, stdin, .. } = self;
        drop(stdin);
        group.finish().await;
    }

    /// Whether it has written nothing beyond its replies.
    pub(super) fn is_quiet(&self) -> bool {
        self.stdout.buffer().is_empty()
    }

    /// How many bytes it has written to standard error.
    pub(super) fn stderr_length(&self) -> u64 {
        self.stderr.length()
    }

    /// Ends the client, and returns the end of what it wrote to standard error from `mark` on.
    pub(super) async fn stderr_tail(&mut self, mark: u64) -> Option<String> {
        // A client ends when its standard input does.
        let _ = self.stdin.shutdown().await;
        drop(tokio::time::timeout(EXIT_TIMEOUT, self.group.wait()).await);
        // Its last output may still be in the pipe, and a child that it left running may keep the pipe open for ever.
        drop(tokio::time::timeout(EXIT_TIMEOUT, &mut self.stderr_reader).await);
        self.stderr.since(mark)
    }
}

fn spawn(command: &str, ca_file: Option<&Path>) -> std::io::Result<ChildGroup> {
    let mut process = Command::new("sh");
    process
        // Some runtimes read their trusted authorities only when they start.
        .envs(ca_file.map(|file| ("IDXLAB_CA", file)))
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    ChildGroup::spawn(&mut process)
}

//! A client in a process of its own: lines out, lines in, and nothing it does harms the run.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::message::{Hello, Reply, VERSION};

/// How long a client may take to introduce itself.
const HELLO_WAIT: Duration = Duration::from_secs(10);
/// How long a client may take for one operation: some poll, some start a browser.
const REPLY_WAIT: Duration = Duration::from_secs(60);
/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 1024 * 1024;
/// How long a client that failed may take to end, and to say why.
const LAST_WORDS_WAIT: Duration = Duration::from_millis(200);
/// How much of the end of standard error is kept, in bytes.
const KEPT_ERROR: usize = 8 * 1024;

/// A running client that has said a valid hello. It ends when dropped.
#[derive(Debug)]
pub(super) struct AdapterProcess {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    standard_error: Arc<Mutex<Vec<u8>>>,
    /// Ends when the client has closed its standard error.
    listener: JoinHandle<()>,
    hello: Hello,
    next_id: u64,
}

impl AdapterProcess {
    pub(super) async fn start(command: &str, ca_file: Option<&Path>) -> Result<Self, String> {
        let mut child = Command::new("sh")
            // Some runtimes read whom to trust when they start, and never again.
            .envs(ca_file.map(|file| ("IDXLAB_CA", file)))
            .args(["-c", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("`{command}` could not be started: {error}"))?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(format!("`{command}` has no standard input or output"));
        };
        let standard_error = Arc::new(Mutex::new(Vec::new()));
        let listener = tokio::spawn(keep_end(stderr, Arc::clone(&standard_error)));
        let hello = Hello {
            client: String::new(),
            version: String::new(),
            operations: Vec::new(),
            per_process: super::message::PerProcess::One,
            clock: super::message::ClientClock::System,
        };
        let mut process = Self {
            child,
            stdin,
            stdout: BufReader::new(stdout),
            standard_error,
            listener,
            hello,
            next_id: 1,
        };
        match process.greet().await {
            Ok(hello) => process.hello = hello,
            Err(reason) => {
                let said = process.last_words().await;
                return Err(format!("the client `{command}` did not start: {reason}{said}"));
            }
        }
        Ok(process)
    }

    pub(super) fn hello(&self) -> &Hello {
        &self.hello
    }

    async fn greet(&mut self) -> Result<Hello, String> {
        self.write(&json!({ "v": VERSION, "id": 0, "op": "hello" })).await?;
        let line = self.read(HELLO_WAIT, "a hello").await?;
        serde_json::from_value(line)
            .map_err(|error| format!("its hello is not understood: {error}"))
    }

    /// Asks for one operation and waits for its reply.
    pub(super) async fn call(
        &mut self,
        operation: &str,
        fields: Map<String, Value>,
    ) -> Result<Reply, String> {
        let id = self.next_id;
        self.next_id += 1;
        let mut message = json!({ "v": VERSION, "id": id, "op": operation });
        if let Some(members) = message.as_object_mut() {
            members.extend(fields);
        }
        let reply = match self.exchange(&message).await {
            Ok(reply) => reply,
            Err(reason) => {
                let said = self.last_words().await;
                return Err(format!("{reason}{said}"));
            }
        };
        if reply.id != id {
            return Err(format!("the client answered message {} where {id} was asked", reply.id));
        }
        if reply.status.is_none() && !reply.deferred {
            return Err("the client's reply has neither `status` nor `deferred`".into());
        }
        Ok(reply)
    }

    async fn exchange(&mut self, message: &Value) -> Result<Reply, String> {
        self.write(message).await?;
        let line = self.read(REPLY_WAIT, "a reply").await?;
        serde_json::from_value(line)
            .map_err(|error| format!("the client's reply is not understood: {error}"))
    }

    async fn write(&mut self, message: &Value) -> Result<(), String> {
        let line = format!("{message}\n");
        let written = async {
            self.stdin.write_all(line.as_bytes()).await?;
            self.stdin.flush().await
        };
        // A client that does not read lets the pipe fill up.
        match tokio::time::timeout(REPLY_WAIT, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err("the client has ended".into()),
            Err(_) => Err("the client does not read its standard input".into()),
        }
    }

    async fn read(&mut self, wait: Duration, what: &str) -> Result<Value, String> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.stdout).take(LONGEST_LINE);
        match tokio::time::timeout(wait, bounded.read_until(b'\n', &mut line)).await {
            Err(_) => {
                return Err(format!(
                    "the client gave no {} within {} s",
                    &what[2..],
                    wait.as_secs()
                ));
            }
            Ok(Err(error)) => return Err(format!("the client's standard output broke: {error}")),
            Ok(Ok(0)) => return Err(format!("the client ended where {what} was due")),
            Ok(Ok(_)) => {}
        }
        if line.last() != Some(&b'\n') && line.len() as u64 == LONGEST_LINE {
            return Err("the client wrote a line of more than 1 MiB".into());
        }
        serde_json::from_slice(&line).map_err(|_| {
            let start: String =
                String::from_utf8_lossy(&line).trim_end().chars().take(80).collect();
            format!("the client wrote {start:?} where a line of JSON was due")
        })
    }

    /// How it ended, and the end of what it wrote to standard error.
    async fn last_words(&mut self) -> String {
        let ended = tokio::time::timeout(LAST_WORDS_WAIT, self.child.wait()).await;
        // What it wrote last may still be on its way; what it left running may keep the pipe open for ever.
        drop(tokio::time::timeout(LAST_WORDS_WAIT, &mut self.listener).await);
        let status = match ended {
            Ok(Ok(status)) => format!(" ({status})"),
            _ => String::new(),
        };
        let said = String::from_utf8_lossy(
            &self.standard_error.lock().unwrap_or_else(PoisonError::into_inner),
        )
        .trim()
        .to_owned();
        if said.is_empty() { status } else { format!("{status}; its standard error ends:\n{said}") }
    }
}

async fn keep_end(mut from: impl AsyncRead + Unpin, kept: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(&buffer[..count]);
        let surplus = kept.len().saturating_sub(KEPT_ERROR);
        kept.drain(..surplus);
    }
}

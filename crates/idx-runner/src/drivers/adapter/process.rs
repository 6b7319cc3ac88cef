//! A client in a process of its own: lines out, lines in, and nothing it does harms the run.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::Patience;
use super::message::{Hello, Reply, VERSION};
use super::standard_error::StandardError;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 1024 * 1024;
/// How long a client that failed may take to end, and to say why.
const LAST_WORDS_WAIT: Duration = Duration::from_millis(500);

/// A running client that has said a valid hello. It ends when dropped.
#[derive(Debug)]
pub(super) struct AdapterProcess {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    standard_error: StandardError,
    /// Ends when the client has closed its standard error.
    listener: JoinHandle<()>,
    patience: Patience,
    hello: Hello,
    next_id: u64,
}

impl AdapterProcess {
    pub(super) async fn start(
        command: &str,
        ca_file: Option<&Path>,
        patience: Patience,
    ) -> Result<Self, String> {
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
        let standard_error = StandardError::default();
        let listener = tokio::spawn(standard_error.clone().listen(stderr));
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
            patience,
            hello,
            next_id: 1,
        };
        match process.greet().await {
            Ok(hello) => process.hello = hello,
            Err(reason) => {
                let status = process.status().await;
                let said = match process.last_words(0).await {
                    Some(said) => format!("; its standard error ends:\n{said}"),
                    None => String::new(),
                };
                return Err(format!(
                    "the client `{command}` did not start: {reason}{status}{said}"
                ));
            }
        }
        Ok(process)
    }

    pub(super) fn hello(&self) -> &Hello {
        &self.hello
    }

    async fn greet(&mut self) -> Result<Hello, String> {
        self.write(&json!({ "v": VERSION, "id": 0, "op": "hello" })).await?;
        let line = self.read(self.patience.hello, "a hello").await?;
        let hello: Hello = serde_json::from_value(line)
            .map_err(|error| format!("its hello is not understood: {error}"))?;
        let checked = hello.check_operations();
        checked.map_err(|error| format!("its hello is not understood: {error}"))?;
        Ok(hello)
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
                let status = self.status().await;
                return Err(format!("{reason}{status}"));
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
        let line = self.read(self.patience.reply, "a reply").await?;
        if !line.is_object() {
            return Err(format!("the client wrote {line} where an object was due"));
        }
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
        match tokio::time::timeout(self.patience.reply, written).await {
            // A client that has ended shows it by what can be read: the same words, however soon it did.
            Ok(Ok(()) | Err(_)) => Ok(()),
            Err(_) => Err("the client does not read its standard input".into()),
        }
    }

    async fn read(&mut self, wait: Duration, what: &str) -> Result<Value, String> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.stdout).take(LONGEST_LINE);
        match tokio::time::timeout(wait, bounded.read_until(b'\n', &mut line)).await {
            Err(_) => {
                return Err(format!("the client gave no {} within {wait:?}", &what[2..]));
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

    /// How it ended, when it did.
    async fn status(&mut self) -> String {
        match tokio::time::timeout(LAST_WORDS_WAIT, self.child.wait()).await {
            Ok(Ok(status)) => format!(" ({status})"),
            _ => String::new(),
        }
    }

    /// Whether it has written nothing that nobody asked for.
    pub(super) fn is_quiet(&self) -> bool {
        self.stdout.buffer().is_empty()
    }

    /// How much it has written to standard error so far.
    pub(super) fn said_so_far(&self) -> u64 {
        self.standard_error.count()
    }

    /// Lets it end, and gives the end of what it wrote to standard error from `mark` on.
    pub(super) async fn last_words(&mut self, mark: u64) -> Option<String> {
        // A client ends when its standard input does.
        let _ = self.stdin.shutdown().await;
        drop(tokio::time::timeout(LAST_WORDS_WAIT, self.child.wait()).await);
        // What it wrote last may still be on its way; what it left running may keep the pipe open for ever.
        drop(tokio::time::timeout(LAST_WORDS_WAIT, &mut self.listener).await);
        self.standard_error.since(mark)
    }
}

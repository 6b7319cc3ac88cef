//! Why an adapter could not be started, and how it can break the protocol.

use std::time::Duration;

use serde_json::Value;

use crate::drivers::message::UnknownOperation;

/// Why an adapter could not be started.
#[derive(Debug, thiserror::Error)]
pub enum AdapterPoolError {
    /// The system could not start the command.
    #[error("`{command}` could not be started: {reason}")]
    NotStarted {
        /// The command line.
        command: String,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// It sent no valid hello.
    #[error("the client `{command}` did not start: {reason}{status}{}", after(stderr.as_deref()))]
    NoHello {
        /// The command line.
        command: String,
        /// What it did instead.
        reason: Box<AdapterError>,
        /// The exit status in brackets, if it has ended.
        status: String,
        /// The end of its standard error.
        stderr: Option<String>,
    },
}

fn after(stderr: Option<&str>) -> String {
    stderr.map(|tail| format!("; its standard error ends:\n{tail}")).unwrap_or_default()
}

/// How a client broke the protocol.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// Its hello has missing or invalid members.
    #[error("its hello is not understood: {0}")]
    InvalidHello(#[source] serde_json::Error),
    /// Its hello lists an operation that the protocol does not have.
    #[error("its hello is not understood: {0}")]
    UnknownOperation(#[from] UnknownOperation),
    /// Its reply has invalid members.
    #[error("the client's reply is not understood: {0}")]
    InvalidReply(#[source] serde_json::Error),
    /// Its reply is for another message.
    #[error("the client replied to message {actual} instead of {expected}")]
    WrongId {
        /// The id of the message.
        expected: u64,
        /// The id in the reply.
        actual: u64,
    },
    /// Its reply says neither how the operation ended nor that it is deferred.
    #[error("the client's reply has neither `status` nor `deferred`")]
    NoStatus,
    /// It wrote JSON that is not an object.
    #[error("the client wrote {0} instead of an object")]
    NoObject(Value),
    /// It wrote a line that is not JSON.
    #[error("the client wrote {start:?} instead of a line of JSON")]
    NoJson {
        /// The first characters of the line.
        start: String,
    },
    /// It wrote a line without end.
    #[error("the client wrote a line of more than 1 MiB")]
    LongLine,
    /// It wrote nothing in time.
    #[error("the client sent no {what} within {timeout:?}")]
    Timeout {
        /// `hello` or `reply`.
        what: &'static str,
        /// How long it had.
        timeout: Duration,
    },
    /// It ended, or closed its standard output.
    #[error("the client ended before its {what}")]
    NoLine {
        /// `hello` or `reply`.
        what: &'static str,
    },
    /// Its standard output cannot be read.
    #[error("the client's standard output cannot be read: {0}")]
    Unreadable(#[source] std::io::Error),
    /// Its standard input is full.
    #[error("the client does not read its standard input")]
    DoesNotRead,
    /// One of the above, with the exit status of the client.
    #[error("{error}{status}")]
    Ended {
        /// The error.
        error: Box<Self>,
        /// The exit status in brackets, if it has ended.
        status: String,
    },
}

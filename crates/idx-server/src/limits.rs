//! Every limit of a server: on requests, on connections, and on each collection that clients can grow. `GET limits` and the README's table are
//! generated from [`TABLE`].

use std::time::Duration;

use idx_engine::limits::{
    ATTRIBUTES, HANDLES_KEPT, LINKS_KEPT, MISTAKES_LISTED, PATTERN_BYTES, PATTERN_VALUE_BYTES,
};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// The maximum size of a request's head, in bytes.
pub(crate) const HEAD_BYTES: usize = 64 * KIB;
/// The maximum number of headers of a request.
pub(crate) const HEADERS: usize = 100;
/// The time limit for a request's head. Idle time on the connection counts.
pub(crate) const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// The maximum size of a request's body to an org, in bytes.
pub(crate) const BODY_BYTES: usize = 64 * KIB;
/// The maximum size of a request's body to the control API, in bytes. An org document is larger than the bodies that clients send.
pub(crate) const CONTROL_BODY_BYTES: usize = MIB;
/// The time limit for a request's body.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum number of exchanges in an org's journal.
const EXCHANGES: usize = 1_000;
/// The maximum size of an org's journal, in bytes.
const EXCHANGE_BYTES: usize = 8 * MIB;
/// The maximum number of messages in an org's inbox.
const MESSAGES: usize = 10_000;
/// The maximum number of messages that faults delay in an org.
const DELAYED_MESSAGES: usize = 1_000;
/// The maximum size of an org's messages, in bytes. Delayed messages count.
const MESSAGE_BYTES: usize = 64 * MIB;
/// The maximum size of an org's transactions, in bytes.
const TRANSACTION_BYTES: usize = 512 * MIB;
/// The maximum size of an org's users, refresh grants, activation tokens, counters and revoked tokens, in bytes.
const USER_BYTES: usize = 512 * MIB;
/// The maximum number of fault rules of an org. Every request compares itself with each rule.
pub(crate) const FAULT_RULES: usize = 256;
/// The maximum length of a handle in a search of the journal, in bytes.
pub(crate) const SEARCHED_HANDLE_BYTES: usize = 256;
/// The maximum number of deadlines in the response of `GET clock`.
pub(crate) const DEADLINES_LISTED: usize = 1_000;
/// The maximum number of events that wait for the terminal.
pub(crate) const EVENTS_QUEUED: usize = 1_000;
/// The maximum number of orgs of a server.
const ORGS: usize = 1_000;
/// The file handles that a server keeps free for its own work: sockets of new orgs, inline hooks and files.
pub(crate) const RESERVED_HANDLES: usize = 64;
/// The maximum number of connections that are being refused at a time.
pub(crate) const REFUSALS: usize = 16;
/// The time limit for the refusal of a connection.
pub(crate) const REFUSAL_TIMEOUT: Duration = Duration::from_secs(1);
/// The maximum number of a server's connections, even if more file handles are available.
const CONNECTIONS: usize = 10_000;
/// The maximum number of records that a request visits before it unlocks the org for others.
const RECORDS_PER_LOCK: usize = 256;

/// The limits of a server's collections. Tests use smaller limits, to fill each collection quickly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The number of exchanges in an org's journal.
    pub exchanges: usize,
    /// The size of an org's journal, in bytes.
    pub exchange_bytes: usize,
    /// The number of messages in an org's inbox.
    pub messages: usize,
    /// The number of messages that faults delay in an org.
    pub delayed_messages: usize,
    /// The size of an org's messages, in bytes.
    pub message_bytes: usize,
    /// The size of an org's transactions, in bytes.
    pub transaction_bytes: usize,
    /// The size of an org's users and of the tokens and counters that belong to users, in bytes.
    pub user_bytes: usize,
    /// The number of orgs.
    pub orgs: usize,
    /// The number of connections.
    pub connections: usize,
    /// The number of records that a request visits before it unlocks the org for others.
    pub records_per_lock: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            exchanges: EXCHANGES,
            exchange_bytes: EXCHANGE_BYTES,
            messages: MESSAGES,
            delayed_messages: DELAYED_MESSAGES,
            message_bytes: MESSAGE_BYTES,
            transaction_bytes: TRANSACTION_BYTES,
            user_bytes: USER_BYTES,
            orgs: ORGS,
            connections: CONNECTIONS,
            records_per_lock: RECORDS_PER_LOCK,
        }
    }
}

/// A row of the documented limits.
#[derive(Debug, Clone, Copy)]
pub struct LimitRow {
    /// The collection or the part of a request.
    pub what: &'static str,
    /// Who can make it grow.
    pub grown_by: Growth,
    /// The maximum number, if the number is limited.
    pub count: Option<usize>,
    /// The maximum size in bytes, if the size is limited.
    pub bytes: Option<usize>,
    /// The effect of a request that exceeds the limit.
    pub when_full: &'static str,
}

/// Who can make a collection grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// Every client of an org.
    Clients,
    /// Users of the control API.
    ControlApi,
    /// Authors of org documents.
    Documents,
}

impl Growth {
    /// The words of the documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::ControlApi => "control API",
            Self::Documents => "org document",
        }
    }
}

/// Every limit.
pub const TABLE: &[LimitRow] = &[
    request("head of a request", Some(HEADERS), HEAD_BYTES, "431"),
    request("body of a request to an org", None, BODY_BYTES, "413"),
    LimitRow {
        grown_by: Growth::ControlApi,
        ..request("body of a request to the control API", None, CONTROL_BODY_BYTES, "413")
    },
    row(
        Growth::Clients,
        "connections and listening sockets",
        Some(CONNECTIONS),
        None,
        "503 with `Retry-After`, and the server closes the connection; the limit is lower if the system allows fewer file handles",
    ),
    row(
        Growth::Clients,
        "journal",
        Some(EXCHANGES),
        Some(EXCHANGE_BYTES),
        "the oldest exchanges are dropped; `dropped` counts them",
    ),
    row(
        Growth::Clients,
        "messages",
        Some(MESSAGES),
        Some(MESSAGE_BYTES),
        "the oldest messages are dropped; `dropped` counts them",
    ),
    row(
        Growth::Clients,
        "delayed messages",
        Some(DELAYED_MESSAGES),
        None,
        "the messages that are due first are dropped; their bytes count toward the limit on messages",
    ),
    row(
        Growth::Clients,
        "transactions",
        None,
        Some(TRANSACTION_BYTES),
        "the oldest transactions are dropped, and their handles get E1",
    ),
    row(
        Growth::Clients,
        "users, with their refresh grants, activation tokens, counters and revoked tokens",
        None,
        Some(USER_BYTES),
        "503 with `Retry-After` for each POST to the org and for `POST users`, until users are deleted or the org is reset",
    ),
    row(
        Growth::Clients,
        "links of a transaction",
        Some(LINKS_KEPT),
        None,
        "the oldest links are unknown (E39b)",
    ),
    row(
        Growth::Clients,
        "rotated state handles of a transaction",
        Some(HANDLES_KEPT),
        None,
        "the oldest handles are unknown (E1)",
    ),
    row(
        Growth::Clients,
        "value that is compared with a pattern",
        None,
        Some(PATTERN_VALUE_BYTES),
        "the value does not match (E12)",
    ),
    row(
        Growth::Clients,
        "events that wait for the terminal of `serve`",
        Some(EVENTS_QUEUED),
        None,
        "further events are not printed",
    ),
    row(Growth::ControlApi, "orgs", Some(ORGS), None, "503 with `Retry-After`"),
    row(Growth::ControlApi, "fault rules", Some(FAULT_RULES), None, "400"),
    row(
        Growth::ControlApi,
        "handle in a search of the journal",
        None,
        Some(SEARCHED_HANDLE_BYTES),
        "400",
    ),
    row(
        Growth::ControlApi,
        "deadlines in `GET clock`",
        Some(DEADLINES_LISTED),
        None,
        "later deadlines are not listed",
    ),
    row(Growth::Documents, "profile attributes", Some(ATTRIBUTES), None, "the document is refused"),
    row(
        Growth::Documents,
        "compiled pattern",
        None,
        Some(PATTERN_BYTES),
        "the document is refused",
    ),
    row(
        Growth::Documents,
        "reported mistakes",
        Some(MISTAKES_LISTED),
        None,
        "later mistakes are not reported",
    ),
];

const fn request(
    what: &'static str,
    count: Option<usize>,
    bytes: usize,
    when_full: &'static str,
) -> LimitRow {
    row(Growth::Clients, what, count, Some(bytes), when_full)
}

const fn row(
    grown_by: Growth,
    what: &'static str,
    count: Option<usize>,
    bytes: Option<usize>,
    when_full: &'static str,
) -> LimitRow {
    LimitRow { what, grown_by, count, bytes, when_full }
}

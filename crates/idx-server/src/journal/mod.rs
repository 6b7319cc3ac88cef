//! What was asked and answered, for the person who wonders why.

mod head;
mod redact;
mod ring;
mod why;

pub(crate) use head::Head;
pub(crate) use redact::{
    body as redacted_body, headers as redacted_headers, target as redacted_target,
};
pub use ring::{BYTES_KEPT, EXCHANGES_KEPT};
pub(crate) use ring::{Entry, Exchanges, Journal};
pub(crate) use why::{WHY, decisions, header as why_header, is_asked as why_is_asked};

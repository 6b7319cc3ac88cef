//! The journal: the recorded exchanges of an org.

mod head;
mod layer;
mod redact;
mod ring;
mod secret_names;
mod why;

pub(crate) use head::Head;
pub(crate) use layer::{Handled, Received, record};
pub(crate) use redact::{
    body as redacted_body, headers as redacted_headers, path as redacted_path,
    target as redacted_target,
};
pub(crate) use ring::{Entry, Exchanges, Journal};
pub(crate) use why::{Decision, decisions};

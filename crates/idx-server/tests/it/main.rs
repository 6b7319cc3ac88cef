//! The server from the outside: what faults, hooks and TLS do to those who call it.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing must fail")]

mod faults;
mod hook_answers;
mod hooks;
mod orgs;
mod support;
mod tls;

//! The server from the outside: faults, hooks, several orgs and TLS.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing must fail")]

mod docs;
mod faults;
mod hook_answers;
mod hooks;
mod orgs;
mod support;
mod tls;

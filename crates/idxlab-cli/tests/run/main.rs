//! `idxlab run` from the outside: over TLS, against a server that is not ours, and again with every change.

#[path = "../support/command.rs"]
mod command;
mod folder;
mod foreign_org;
mod target;
mod tls;
mod watch;

//! `idxlab run` from the outside: over TLS, against another server, with created orgs, and again with every change.

#[path = "../support/command.rs"]
mod command;
mod created_orgs;
mod folder;
mod foreign_org;
#[cfg(target_os = "linux")]
mod stopped;
mod target;
mod tls;
mod watch;

//! Black-box tests of `idxlab run`: TLS, targets, created orgs, signals and `--watch`.

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

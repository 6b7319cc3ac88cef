//! `idxlab run` from the outside: over TLS, against a server that is not ours, and again with every change.

mod command;
mod foreign_org;
mod target;
mod tls;
mod watch;

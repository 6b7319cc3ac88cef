//! `idxlab run` from the outside: over TLS, and against a server that is not ours.

mod command;
mod foreign_org;
mod target;
mod tls;

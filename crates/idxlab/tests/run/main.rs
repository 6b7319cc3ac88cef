//! `idxlab run` from the outside: over TLS.

mod command;
mod tls;

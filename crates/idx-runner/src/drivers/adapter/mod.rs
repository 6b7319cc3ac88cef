//! Any client with an adapter (`clients/README.md`): actions become operations of the protocol, and replies become reports of what the client shows.

mod client;
mod error;
mod operation;
mod pool;
mod process;
mod stderr;

pub(crate) use client::AdapterClient;
pub use error::{AdapterError, AdapterPoolError};
pub use pool::AdapterPool;
pub use process::Timeouts;

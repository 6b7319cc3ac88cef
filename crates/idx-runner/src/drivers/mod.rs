//! Drivers: each acts as the client of a scenario. The same scenario runs through each of them.

mod adapter;
mod driver;
mod message;
mod wire;

pub(crate) use adapter::AdapterClient;
pub use adapter::{AdapterError, AdapterPool, AdapterPoolError, Timeouts};
pub use driver::{
    Account, ActionError, ActionFuture, ClientReport, Driver, Performed, StderrTail,
    UnsupportedAction,
};
pub(crate) use message::ClientClock;
pub use message::{Hello, Reply, ShownMessage, ShownStep, Status, UnknownOperation};
pub use wire::WireClient;
pub(crate) use wire::oauth_base;

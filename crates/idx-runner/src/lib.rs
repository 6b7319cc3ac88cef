//! The runner: recording proxy, drivers, runs, events and reports.

pub mod clock;
pub mod control;
pub mod drivers;
pub mod event;
mod http;
pub mod issuer;
pub mod proxy;
pub mod report;
pub mod runner;
pub mod schema;
pub mod seed;
pub mod tls;
mod translation;

//! The judge: scenario language, recording proxy, drivers, rules and reports. Knows IDX by itself.

pub mod clock;
pub mod control;
pub mod drivers;
pub mod event;
pub mod exchange;
pub mod http;
pub mod issuer;
pub mod judge;
pub mod known;
mod newer_server;
pub mod page;
pub mod proxy;
pub mod report;
pub mod rules;
pub mod runner;
pub mod scenario;
pub mod schema;
pub mod seed;
pub mod tls;
mod translation;

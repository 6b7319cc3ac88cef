//! The runner: recording proxy, drivers, runs, events and reports.
//!
//! [`run()`] runs scenarios and [`run_command`] runs any command beside an org. Both emit [`event::Event`]s, and the reporters in [`report`] render them.

mod case;
mod children;
mod clock;
mod control;
mod drivers;
pub mod event;
mod exec;
mod health;
mod http;
mod issuer;
mod known_failure;
mod plain;
mod proxy;
pub mod report;
mod reproduce;
mod run;
pub mod schema;
mod seed;
mod settings;
mod target;
mod tls;

pub use case::SetupError;
pub use clock::Stopwatch;
pub use control::ControlError;
pub use drivers::{
    Account, ActionError, ActionFuture, AdapterError, AdapterPool, AdapterPoolError, ClientReport,
    Driver, Hello, Performed, Reply, ShownMessage, ShownStep, Status, StderrTail, Timeouts,
    UnknownOperation, UnsupportedAction, WireClient,
};
pub use exec::{ExecError, run_command};
pub use health::health_status;
pub use http::{HttpError, NoResponse};
pub use issuer::{Issuer, IssuerError};
pub use plain::plain;
pub use proxy::{ChangedResponse, ControlResponses, ProxySettings, RecordingProxy, Tamper};
pub use reproduce::quoted;
pub use run::{results, run};
pub use seed::Seed;
pub use settings::{ClientChoice, ServerChoice, Settings};
pub use target::{Target, TargetError};
pub use tls::{Tls, Trust, TrustError, TrustProblem};

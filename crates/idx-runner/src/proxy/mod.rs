//! The recording proxy: one listener per case, between the client under test and the server.

mod created_orgs;
mod forward;
mod listener;
mod settings;
mod translation;

pub(crate) use created_orgs::CreatedOrgs;
pub use listener::RecordingProxy;
pub use settings::{ChangedResponse, ControlResponses, ProxySettings, Tamper};

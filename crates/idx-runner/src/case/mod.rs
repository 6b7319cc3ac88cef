//! One case of a scenario: its org, its proxy, its steps and the verdict on them.

mod bindings;
mod client_view;
mod inbox;
mod judging;
mod pending;
mod requirements;
mod run;
mod runner;
mod setup;
mod target_policy;
mod templates;
mod test_bed;

pub(crate) use run::run_case;
pub(crate) use setup::CaseSetup;
pub use setup::SetupError;

//! The rules that every exchange of every scenario must meet: `server.*` for responses, `client.*` for requests.
//!
//! To add a rule, write its item and its function, and add the item to the list at the top of its file.

mod client;
mod judge;
mod outcome;
mod registry;
mod rule;
mod server;

pub use crate::traffic::{Facts, KnownClient};
pub use judge::{Judgement, judge, judge_in_run, judge_newest};
pub use outcome::{Exercise, RuleOutcome, RuleOutcomes};
pub use registry::{all, find};
pub use rule::{Breach, Rule};

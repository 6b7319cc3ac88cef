//! The judge: rules and expectations over recorded exchanges. It knows IDX by itself and opens no connection.
//!
//! - [`rules::judge`] checks every rule against the exchanges of a case, and says how often each rule was checked.
//! - [`expectations::judge`] checks the expectations of one step.
//! - [`Failure`], [`rules::Breach`] and [`rules::RuleOutcome`] are the results. Reporters render them.

mod difference;
pub mod exchange;
pub mod expectations;
mod failure;
pub mod future_features;
pub mod http_message;
mod ledger;
pub mod page;
pub mod pkce;
pub mod rules;
pub mod tokens;
mod traffic;

pub use failure::{ClientPart, ExpectedNames, Failure, MessagePart, NameList};
pub use ledger::Ledger;

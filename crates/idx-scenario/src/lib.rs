//! The scenario language: its data, how files are read, and where they are found.

mod built_in;
pub mod catalogue;
mod cross_file;
pub mod expect;
mod file;
pub mod known_failures;
pub mod matcher;
pub mod mistake;
pub mod model;
pub mod protocol;
pub(crate) mod reader;
mod steps;
pub mod template;

pub use catalogue::{LoadError, Selection};
pub use cross_file::{OrgKey, OrgMistake};
pub use known_failures::{KnownFailure, KnownFailures};
pub use mistake::{Mistake, Mistakes, Source};
pub use model::{Action, Case, ClientType, Level, Need, OrgChoice, Scenario, Step};
pub use reader::nearest;

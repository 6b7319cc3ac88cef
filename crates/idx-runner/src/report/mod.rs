//! Reporters: each renders the events of a run in one format. No reporter decides anything.

mod collected;
mod github;
mod html;
mod json;
mod junit;
mod merge;
mod reporter;
mod tap;
mod terminal;
mod text;

pub use github::GithubReport;
pub use html::HtmlReport;
pub use json::JsonReport;
pub use junit::JunitReport;
pub use merge::{MergeError, MergedReport, merge};
pub use reporter::Reporter;
pub use tap::TapReport;
pub use terminal::TerminalReport;
pub(crate) use text::reasons;

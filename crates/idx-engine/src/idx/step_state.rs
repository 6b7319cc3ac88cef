//! What the engine asks of a step.

use std::fmt::Debug;

use crate::idx::page::Page;
use crate::idx::page_context::PageContext;
use crate::state::challenge::Challenge;

/// What the engine asks of a step.
pub(crate) trait StepState: Debug {
    /// Its name in the journal: the name of its first remediation, or of its end.
    fn name(&self) -> &'static str;

    /// The user's id, if the transaction has a user.
    fn user(&self) -> Option<&str>;

    /// The page that the client sees.
    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a>;

    /// The question that the user must answer.
    fn challenge(&self) -> Option<&Challenge> {
        None
    }

    /// The minutes until a transaction that reaches this step ends.
    fn lifetime_minutes(&self) -> i64 {
        5
    }
}

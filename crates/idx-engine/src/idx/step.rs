//! The step of a transaction: one variant per step, each with only the data that is valid then. The file of its name under `steps` holds its data and
//! its page. What can come next is never stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::env::minutes_after;
use crate::idx::page::Page;
use crate::idx::page_context::PageContext;
use crate::idx::step_state::StepState;
use crate::idx::steps;
use crate::state::challenge::{Challenge, SentCode};

macro_rules! step {
    ($($name:ident = $module:ident,)*) => {
        /// The step of a transaction. The type in each variant describes the step.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the types describe the steps")]
        pub enum Step {
            $($name(steps::$module::$name),)*
        }

        impl Step {
            fn state(&self) -> &dyn StepState {
                match self {
                    $(Self::$name(step) => step,)*
                }
            }

            /// The rules of each step, as the journal and `graph` name them.
            pub(crate) const RULES: &[&[&str]] = &[$(steps::$module::RULES,)*];
        }
    };
}

for_each_step!(step);

impl Step {
    /// Its name in the journal: the name of its first remediation, or of its end.
    pub fn name(&self) -> &'static str {
        self.state().name()
    }

    /// The user's id, if the transaction has a user.
    pub fn user(&self) -> Option<&str> {
        self.state().user()
    }

    /// The page that the client sees.
    pub(crate) fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        self.state().page(context)
    }

    /// The question that the user must answer.
    pub(crate) fn challenge(&self) -> Option<&Challenge> {
        self.state().challenge()
    }

    /// The code that the user must enter.
    pub fn sent_code(&self) -> Option<&SentCode> {
        self.challenge()?.sent.as_ref()
    }

    /// The token of the link that was sent with the code.
    pub(crate) fn link(&self) -> Option<&str> {
        self.sent_code()?.link.as_deref()
    }

    /// The end of a transaction that reaches this step at `now`.
    pub(crate) fn expires_at(&self, now: Timestamp) -> Timestamp {
        minutes_after(now, self.state().lifetime_minutes())
    }
}

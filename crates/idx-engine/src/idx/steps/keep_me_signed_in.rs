//! The page that asks whether to stay signed in, after the last step. It broke sign-ups with published clients (okta-auth-js#1612,
//! okta-signin-widget#4132).

use idx_wire::{Field, FieldValue};
use serde::{Deserialize, Serialize};

use crate::idx::action::{Action, LeadsTo};
use crate::idx::form_context::FormContext;
use crate::idx::offer::Offer;
use crate::idx::page::Page;
use crate::idx::page_context::PageContext;
use crate::idx::remediation::Remediation;
use crate::idx::step_state::StepState;
use crate::idx::submission::Submission;
use crate::refusal::Refusal;

const POST_AUTH_ALLOWED: &str = "appSignOn.keepMeSignedIn.postAuth is ALLOWED";
pub(crate) const RULES: &[&str] = &[POST_AUTH_ALLOWED];

/// The page that asks whether to stay signed in. Both answers lead to the interaction code, because there is no browser session to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepMeSignedIn {
    /// The user's id.
    pub user: String,
}

impl StepState for KeepMeSignedIn {
    fn name(&self) -> &'static str {
        "keep-me-signed-in"
    }

    fn user(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn page<'a>(&'a self, _context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        page.offer(StaySignedIn, POST_AUTH_ALLOWED);
        page
    }
}

#[derive(Debug)]
struct StaySignedIn;

impl<'a> Offer<'a> for StaySignedIn {
    fn remediation(&self) -> Remediation {
        Remediation::KeepMeSignedIn
    }

    fn fields(&self, context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        let verbose = context.page.org.is_verbose();
        vec![Field {
            kind: Some("boolean"),
            label: Some("Stay signed in".into()),
            required: Some(true),
            // The fixture of the Sign-In Widget has both members.
            value: verbose.then_some(FieldValue::Flag(false)),
            mutable: verbose.then_some(true),
            ..Field::named("keepMeSignedIn")
        }]
    }

    fn action(&self, _submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        Ok(Action::leads_to(LeadsTo::Success))
    }
}

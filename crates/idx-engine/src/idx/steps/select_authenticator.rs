//! The list of authenticators.

use idx_wire::{AuthenticatorChoice, Choice, Field};
use serde::{Deserialize, Serialize};

use crate::idx::action::{Action, LeadsTo};
use crate::idx::form_context::FormContext;
use crate::idx::offer::Offer;
use crate::idx::page::Page;
use crate::idx::page_context::PageContext;
use crate::idx::remediation::Remediation;
use crate::idx::step_state::StepState;
use crate::idx::submission::Submission;
use crate::org::Requirement;
use crate::policy::next::{self, Next};
use crate::policy::rule;
use crate::refusal::Refusal;
use crate::state::names::AuthenticatorKey;
use crate::state::proof::is_proven;
use crate::state::user::User;

const ENROLLED: &str = "it is enrolled already";
const NOT_ALLOWED: &str = "authenticatorEnrollment is NOT_ALLOWED";
const PROVEN: &str = "the activation token proves it";
const WAITS: &str = "optional authenticators wait until the required ones are enrolled";
pub(crate) const RULES: &[&str] = &[ENROLLED, NOT_ALLOWED, PROVEN, WAITS];

/// The list of authenticators. Its entries follow from the policies, the user's enrollments and the proofs of the transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectAuthenticator {
    /// The user's id.
    pub user: String,
}

impl StepState for SelectAuthenticator {
    fn name(&self) -> &'static str {
        "select-authenticator-enroll"
    }

    fn user(&self) -> Option<&str> {
        Some(&self.user)
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        offer_list(&mut page, context);
        page
    }
}

/// Adds the list of authenticators, and `skip` if the policies are satisfied.
pub(crate) fn offer_list(page: &mut Page<'_>, context: &PageContext<'_>) {
    let Some(user) = context.user else { return };
    let Next::Enroll { listed, skip, rule } = next::next(&context.policies, user, context.proofs)
    else {
        return;
    };
    page.offer(List, rule);
    if skip {
        page.offer(Skip, rule);
    } else {
        page.leave_out(Remediation::Skip.name(), rule);
    }
    for key in AuthenticatorKey::ALL {
        match listed.contains(key) {
            true => page.why(key.name(), true, rule),
            false => page.leave_out(key.name(), why_not_listed(context, user, *key)),
        }
    }
    page.listed = Some(listed);
}

fn why_not_listed(context: &PageContext<'_>, user: &User, key: AuthenticatorKey) -> &'static str {
    if user.enrollments.contains_key(&key) {
        return ENROLLED;
    }
    if is_proven(context.proofs, key) {
        return PROVEN;
    }
    match key.authenticator().requirement(&context.policies) {
        Requirement::NotAllowed => NOT_ALLOWED,
        Requirement::Optional => WAITS,
        Requirement::Required => rule::REQUIRED,
    }
}

/// The action of a client that chooses an authenticator from the list.
pub(crate) fn choose<'a>(submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
    let (key, choice) = submission.choice()?;
    Ok(Action::leads_to(LeadsTo::Enrollment { key, choice }))
}

#[derive(Debug)]
struct List;

impl<'a> Offer<'a> for List {
    fn remediation(&self) -> Remediation {
        Remediation::SelectAuthenticatorEnroll
    }

    fn fields(&self, context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        let listed = context.listed.iter().enumerate();
        let options = listed.map(|(index, key)| {
            let authenticator = key.authenticator();
            let mut fields = vec![Field::fixed("id", authenticator.id())];
            fields.extend(authenticator.choice_fields(context.page.org));
            Choice::Authenticator(AuthenticatorChoice::new(
                authenticator.display_name(),
                fields,
                index,
            ))
        });
        vec![Field {
            kind: Some("object"),
            options: Some(options.collect()),
            ..Field::named("authenticator")
        }]
    }

    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        choose(submission)
    }
}

#[derive(Debug)]
struct Skip;

impl<'a> Offer<'a> for Skip {
    fn remediation(&self) -> Remediation {
        Remediation::Skip
    }

    fn action(&self, _submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        Ok(Action::leads_to(LeadsTo::Finish))
    }
}

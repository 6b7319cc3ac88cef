//! The start page: the user signs in, or signs up.

use idx_wire::Field;
use serde::{Deserialize, Serialize};

use crate::idx::action::{Action, LeadsTo};
use crate::idx::form_context::{FormContext, credentials};
use crate::idx::offer::Offer;
use crate::idx::page::{Current, Page};
use crate::idx::page_context::PageContext;
use crate::idx::remediation::Remediation;
use crate::idx::step_state::StepState;
use crate::idx::submission::Submission;
use crate::org::PrimaryFactor;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;

const START_PAGE: &str = "globalSession.primaryFactor decides what the start page asks for";
const SIGN_UP_ALLOWED: &str = "profileEnrollment.unknownUserAction is REGISTER";
const SIGN_UP_DENIED: &str = "profileEnrollment.unknownUserAction or access is DENY";
pub(crate) const RULES: &[&str] = &[START_PAGE, SIGN_UP_ALLOWED, SIGN_UP_DENIED];

/// The start page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start;

impl StepState for Start {
    fn name(&self) -> &'static str {
        "identify"
    }

    fn user(&self) -> Option<&str> {
        None
    }

    fn page<'a>(&'a self, context: &PageContext<'a>) -> Page<'a> {
        let mut page = Page::default();
        let with_password =
            context.policies.global_session.primary_factor == PrimaryFactor::PasswordIdp;
        page.offer(Identify { with_password }, START_PAGE);
        if context.policies.allow_sign_up() {
            page.offer(SelectEnrollProfile, SIGN_UP_ALLOWED);
        } else {
            page.leave_out(Remediation::SelectEnrollProfile.name(), SIGN_UP_DENIED);
        }
        if with_password {
            let key = AuthenticatorKey::OktaPassword;
            page.current = Some(Current {
                recover: Some(|| Action::take(|_| Err(Refusal::of(&refusal::BAD_REQUEST)))),
                ..Current::of(key, key.authenticator().methods(context.org))
            });
        }
        page
    }

    fn lifetime_minutes(&self) -> i64 {
        120
    }
}

#[derive(Debug)]
struct Identify {
    with_password: bool,
}

impl<'a> Offer<'a> for Identify {
    fn remediation(&self) -> Remediation {
        Remediation::Identify
    }

    fn fields(&self, context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        let mut fields = vec![Field {
            label: Some("Username".into()),
            required: context.page.org.is_verbose().then_some(true),
            ..Field::named("identifier")
        }];
        if self.with_password {
            fields.push(credentials(Field {
                label: Some("Password".into()),
                secret: Some(true),
                ..Field::named("passcode")
            }));
        }
        fields.push(Field {
            kind: Some("boolean"),
            label: Some("Remember this device".into()),
            ..Field::named("rememberMe")
        });
        fields
    }

    /// Refuses a sign-in, because it is not emulated: for a known user as if the password were wrong, for an unknown user as Okta does.
    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        let identifier = submission.identifier();
        Ok(Action::take(move |cx| {
            Err(match cx.login_is_taken {
                true => Refusal::of(&refusal::SIGN_IN_FAILED),
                false => Refusal::with(&refusal::USERNAME_UNKNOWN, None, &[identifier]),
            })
        }))
    }
}

#[derive(Debug)]
struct SelectEnrollProfile;

impl<'a> Offer<'a> for SelectEnrollProfile {
    fn remediation(&self) -> Remediation {
        Remediation::SelectEnrollProfile
    }

    fn action(&self, _submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal> {
        Ok(Action::leads_to(LeadsTo::EnrollProfile))
    }
}

//! A challenge at work: judged, sent again, and shown.

use idx_wire::Settings;

use crate::authenticators::{okta_email, okta_password, phone_number};
use crate::idx::cx::Cx;
use crate::org::Org;
use crate::policy::password::AgeRules;
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;
use crate::state::names::AuthenticatorKey;
use crate::state::person::{Enrollment, Proof};

impl Challenge {
    /// The methods that the page shows: of a phone only the one in use.
    pub(crate) fn methods(&self, org: &Org) -> Vec<&'static str> {
        match self {
            Self::Phone { method, .. } => vec![method.name()],
            _ => self.key().authenticator().methods(org),
        }
    }

    /// The rules that the page shows beside a new password.
    pub(crate) fn settings<'a>(&self, org: &'a Org) -> Option<Settings<'a>> {
        matches!(self, Self::Password).then(|| okta_password::settings(org, true))
    }

    /// Judges an answer: the enrollment that it makes, or why not.
    pub(crate) fn answer(&self, cx: &mut Cx<'_>, passcode: &str) -> Result<Enrollment, Refusal> {
        match self {
            Self::Password => okta_password::enroll(cx, AgeRules::Apply, passcode),
            Self::Email(sent) => {
                sent.check(cx, AuthenticatorKey::OktaEmail, passcode)?;
                Ok(Self::mail_enrollment(cx))
            }
            Self::Phone { sent, number, method } => {
                sent.check(cx, AuthenticatorKey::PhoneNumber, passcode)?;
                Ok(Enrollment {
                    id: cx.mint_id("sms"),
                    proof: Proof::Phone(number.clone(), *method),
                })
            }
        }
    }

    /// Sends another code, which kills the one before it.
    pub(crate) fn again(&self, cx: &mut Cx<'_>) -> Result<Self, Refusal> {
        match self {
            Self::Password => Ok(Self::Password),
            Self::Email(_) => Ok(Self::send_mail(cx)),
            Self::Phone { number, method, .. } => phone_number::send(cx, number, *method),
        }
    }

    /// Sends a mail to the person's address.
    pub(crate) fn send_mail(cx: &mut Cx<'_>) -> Self {
        okta_email::send(cx)
    }

    /// The enrollment that a right code, or the link beside it, makes.
    pub(crate) fn mail_enrollment(cx: &mut Cx<'_>) -> Enrollment {
        Enrollment { id: cx.mint_id("eae"), proof: Proof::Email(cx.login().to_owned()) }
    }
}

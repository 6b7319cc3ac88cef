//! The authenticators: one file each, named by Okta's key. To add one: one file, one line in `ALL`, one scenario.

mod code;
mod okta_email;
mod okta_password;
mod phone_number;

use std::fmt::Debug;

use idx_wire::{AuthenticatorBody, Field, Settings};
use serde::Deserialize;

pub use code::SentCode;
pub(crate) use okta_password::{
    enroll as enroll_password, hash_password, settings as password_settings,
};
pub(crate) use phone_number::choosable as choosable_phone_methods;

use crate::cx::Cx;
use crate::org::Org;
use crate::person::{Enrollment, Proof};
use crate::policy::password::AgeRules;
use crate::refusal::Refusal;
use crate::steps::Step;

/// Okta's key of an authenticator. The order is that of the display names, in which every list is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Okta's keys")]
pub enum AuthenticatorKey {
    OktaEmail,
    OktaPassword,
    PhoneNumber,
}

impl AuthenticatorKey {
    /// Every key, in the order of the lists.
    pub const ALL: [Self; 3] = [Self::OktaEmail, Self::OktaPassword, Self::PhoneNumber];

    /// As on the wire: `okta_email`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OktaEmail => "okta_email",
            Self::OktaPassword => "okta_password",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// The key of a name; the phone has two in Okta's documents.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name == "okta_phone" { "phone_number" } else { name };
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    pub(crate) fn authenticator(self) -> &'static dyn Authenticator {
        match self {
            Self::OktaEmail => &okta_email::OktaEmail,
            Self::OktaPassword => &okta_password::OktaPassword,
            Self::PhoneNumber => &phone_number::PhoneNumber,
        }
    }
}

/// How a code reaches a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhoneMethod {
    /// A text message.
    Sms,
    /// A call. Inferred: the same as a text message but for the method and the words.
    Voice,
}

impl PhoneMethod {
    /// `sms` or `voice`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }

    /// What the person reads.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Voice => "Voice call",
        }
    }
}

/// What the engine asks of an authenticator.
pub(crate) trait Authenticator: Debug + Sync {
    /// `password`, `email` or `phone`.
    fn kind(&self) -> &'static str;
    /// Clients match it letter by letter.
    fn display_name(&self) -> &'static str;
    /// The `aut…` id, the same in every org.
    fn id(&self) -> &'static str;
    /// The methods that the org has active.
    fn methods(&self, org: &Org) -> Vec<&'static str>;
    /// The fields of its entry in the list, behind `id`.
    fn choice_fields<'a>(&self, org: &'a Org) -> Vec<Field<'a>>;
    /// Begins an enrollment: where the transaction stands next, with whatever is sent.
    fn begin(&self, cx: &mut Cx<'_>, choice: &AuthenticatorBody) -> Result<Step, Refusal>;
}

/// What a person is asked to answer while an authenticator is enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// A new password.
    Password,
    /// The code of a mail.
    Email(SentCode),
    /// The code of a message or a call.
    Phone {
        /// What was sent.
        sent: SentCode,
        /// In E.164.
        number: String,
        /// How it went.
        method: PhoneMethod,
    },
}

impl Challenge {
    /// Whose it is.
    pub(crate) fn key(&self) -> AuthenticatorKey {
        match self {
            Self::Password => AuthenticatorKey::OktaPassword,
            Self::Email(_) => AuthenticatorKey::OktaEmail,
            Self::Phone { .. } => AuthenticatorKey::PhoneNumber,
        }
    }

    /// The methods that the page shows: of a phone only the one in use.
    pub(crate) fn methods(&self, org: &Org) -> Vec<&'static str> {
        match self {
            Self::Phone { method, .. } => vec![method.name()],
            _ => self.key().authenticator().methods(org),
        }
    }

    /// The rules that the page shows beside a new password.
    pub(crate) fn settings<'a>(&self, org: &'a Org) -> Option<Settings<'a>> {
        matches!(self, Self::Password).then(|| password_settings(org, true))
    }

    /// What was sent.
    pub(crate) fn sent(&self) -> Option<&SentCode> {
        match self {
            Self::Password => None,
            Self::Email(sent) | Self::Phone { sent, .. } => Some(sent),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_display_names_and_one_file_each() {
        let names: Vec<_> =
            AuthenticatorKey::ALL.iter().map(|key| key.authenticator().display_name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for key in AuthenticatorKey::ALL {
            let file =
                format!("{}/src/authenticators/{}.rs", env!("CARGO_MANIFEST_DIR"), key.name());
            assert!(std::path::Path::new(&file).exists(), "{file}");
            assert_eq!(AuthenticatorKey::named(key.name()), Some(key));
        }
    }
}

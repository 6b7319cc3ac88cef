//! `okta_email`: a code by email, with a link that does the same.

mod settings;

use std::collections::BTreeMap;

use idx_wire::{AuthenticatorBody, ContextualData, Field, MaskedProfile, Scalar};

use crate::authenticators::authenticator::{
    Authenticator, Category, EnrollmentStart, MissingAttribute, only_method,
};
use crate::ids;
use crate::idx::cx::Cx;
use crate::idx::mail::{self, Purpose};
use crate::org::{Org, Policies, Requirement};
use crate::policy::email;
use crate::refusal::Refusal;
use crate::state::challenge::{Challenge, Destination, SentCode};
use crate::state::names::AuthenticatorKey;
use crate::state::user::{Credential, User};

pub use settings::EmailSettings;

#[derive(Debug)]
pub(super) struct OktaEmail;

impl Authenticator for OktaEmail {
    fn key(&self) -> AuthenticatorKey {
        AuthenticatorKey::OktaEmail
    }

    fn kind(&self) -> &'static str {
        "email"
    }

    fn display_name(&self) -> &'static str {
        "Email"
    }

    fn id(&self) -> &'static str {
        "autidxlabemail000001"
    }

    fn category(&self) -> Category {
        Category::Possession
    }

    fn enrollment_id_prefix(&self) -> &'static str {
        "eae"
    }

    /// If users recover their password by email and must verify their address, they must enroll it, whatever its own setting is (the first row of
    /// Okta's matrix of email verification).
    fn requirement(&self, policies: &Policies<'_>) -> Requirement {
        let recovery = &policies.password.self_service_password_reset.primary_methods;
        let recovers = recovery.iter().any(|method| method == "email");
        if recovers && policies.profile_enrollment.activation_requirements.email_verification {
            return Requirement::Required;
        }
        policies.authenticator_enrollment.of(self.key())
    }

    fn is_selected_after_profile(&self) -> bool {
        true
    }

    fn methods(&self, _org: &Org) -> Vec<&'static str> {
        vec!["email"]
    }

    fn amr(&self, _method: &str) -> &'static str {
        "email"
    }

    fn choice_fields<'a>(&self, _org: &'a Org) -> Vec<Field<'a>> {
        vec![only_method("email")]
    }

    fn contextual_data(&self, org: &Org) -> Option<ContextualData> {
        let settings = &org.authenticators.okta_email;
        let use_email_magic_link = settings.use_email_magic_link && settings.send_link;
        (use_email_magic_link || !settings.send_link)
            .then_some(ContextualData { use_email_magic_link })
    }

    fn masked_profile(&self, user: &User) -> Option<MaskedProfile> {
        Some(MaskedProfile { email: masked(&email::normalised(user.email())) })
    }

    fn enroll(
        &self,
        cx: &mut Cx<'_>,
        _choice: &AuthenticatorBody,
    ) -> Result<EnrollmentStart, Refusal> {
        Ok(EnrollmentStart::Challenge(send(cx, Purpose::Enrollment)))
    }

    fn challenge(&self, cx: &mut Cx<'_>) -> Result<Challenge, Refusal> {
        Ok(send(cx, Purpose::Verification))
    }

    fn resend(&self, cx: &mut Cx<'_>, _to: &Destination) -> Result<Challenge, Refusal> {
        let is_enrolled =
            cx.user.as_ref().is_some_and(|user| user.enrollments.contains_key(&self.key()));
        Ok(send(cx, if is_enrolled { Purpose::Verification } else { Purpose::Enrollment }))
    }

    /// If the email contains a link too, the client can ask whether the user opened it.
    fn polls(&self, challenge: &Challenge) -> bool {
        challenge.sent.as_ref().is_some_and(|sent| sent.link.is_some())
    }

    fn administered(
        &self,
        _profile: &BTreeMap<String, Scalar>,
        address: &str,
    ) -> Result<Credential, MissingAttribute> {
        Ok(Credential::Destination(Destination::Email(address.to_owned())))
    }
}

/// Sends an email with a code, and a link that does the same unless the org sends codes alone.
fn send(cx: &mut Cx<'_>, purpose: Purpose) -> Challenge {
    let to = cx.email();
    let lifetime = cx.org.authenticators.okta_email.token_lifetime_in_minutes;
    let mut sent = SentCode::generate(cx, Destination::Email(to.clone()), lifetime);
    if !cx.org.authenticators.okta_email.send_link {
        cx.deliver(mail::code(to, purpose, &sent, None));
        return Challenge::code(AuthenticatorKey::OktaEmail, sent);
    }
    // Okta's link tokens begin with `ft`.
    let token = format!("ft{}", ids::opaque(cx.env));
    let link = format!("{}/email/verify/{}?token={token}", cx.base, cx.app.client_id);
    sent.link = Some(token);
    cx.deliver(mail::code(to, purpose, &sent, Some(link)));
    Challenge::code(AuthenticatorKey::OktaEmail, sent)
}

/// The first and the last letter of the local part, as Okta shows an address.
fn masked(address: &str) -> String {
    let Some((local, domain)) = address.split_once('@') else { return String::new() };
    let letter = |letter: Option<char>| letter.map(String::from).unwrap_or_default();
    format!("{}***{}@{domain}", letter(local.chars().next()), letter(local.chars().next_back()))
}

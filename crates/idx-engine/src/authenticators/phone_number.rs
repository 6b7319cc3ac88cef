//! `phone_number`: a code by text message or call.

mod countries;
mod number;
mod settings;

use std::collections::BTreeMap;

use idx_wire::{AuthenticatorBody, Choice, Field, Scalar};

use crate::authenticators::authenticator::{
    Authenticator, Category, EnrollmentStart, MissingAttribute,
};
use crate::idx::cx::Cx;
use crate::idx::mail;
use crate::org::Org;
use crate::refusal::{self, Refusal, RefusalDef};
use crate::state::challenge::{Challenge, Destination, SentCode};
use crate::state::counter::CounterKey;
use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::user::Credential;

use number::is_toll_free_or_premium;
pub use number::normalised;
pub use settings::PhoneSettings;

/// The lifetime of a code, which no setting changes (inferred: no source states it).
const LIFETIME_MINUTES: u32 = 5;

#[derive(Debug)]
pub(super) struct PhoneNumber;

impl Authenticator for PhoneNumber {
    fn key(&self) -> AuthenticatorKey {
        AuthenticatorKey::PhoneNumber
    }

    fn kind(&self) -> &'static str {
        "phone"
    }

    fn display_name(&self) -> &'static str {
        "Phone"
    }

    fn id(&self) -> &'static str {
        "autidxlabphone000001"
    }

    fn category(&self) -> Category {
        Category::Possession
    }

    fn enrollment_id_prefix(&self) -> &'static str {
        "sms"
    }

    fn methods(&self, org: &Org) -> Vec<&'static str> {
        org.authenticators.phone_number.methods.iter().map(|method| method.name()).collect()
    }

    /// Only the method in use.
    fn methods_of(&self, _org: &Org, challenge: &Challenge) -> Vec<&'static str> {
        vec![self.method_of(challenge)]
    }

    /// Recorded: `sms`. Inferred: `tel` (RFC 8176) for a call.
    fn amr(&self, method: &str) -> &'static str {
        if method == PhoneMethod::Voice.name() { "tel" } else { "sms" }
    }

    fn uses_other_channel(&self) -> bool {
        true
    }

    fn choice_fields<'a>(&self, org: &'a Org) -> Vec<Field<'a>> {
        vec![
            Field {
                kind: Some("string"),
                required: Some(false),
                options: Some(choices(&org.authenticators.phone_number.methods)),
                ..Field::named("methodType")
            },
            Field {
                label: Some("Phone number".into()),
                required: Some(false),
                ..Field::named("phoneNumber")
            },
        ]
    }

    fn data_fields(&self, methods: &[PhoneMethod]) -> Vec<Field<'static>> {
        vec![
            Field {
                kind: Some("string"),
                required: Some(true),
                options: Some(choices(methods)),
                ..Field::named("methodType")
            },
            Field { required: Some(true), ..Field::named("phoneNumber") },
        ]
    }

    /// With a number, the server sends the code at once. Without a number, the next page asks for it, for the chosen method if there is one.
    fn enroll(
        &self,
        cx: &mut Cx<'_>,
        choice: &AuthenticatorBody,
    ) -> Result<EnrollmentStart, Refusal> {
        let allowed = &cx.org.authenticators.phone_number.methods;
        let chosen = match choice.method_type.as_deref() {
            // Java sends the authenticator's type if the user chose no method.
            None | Some("phone") => None,
            Some(name) => match allowed.iter().find(|method| method.name() == name) {
                Some(method) => Some(*method),
                None => return Err(Refusal::of(&refusal::NOT_OFFERED)),
            },
        };
        let Some(number) = &choice.phone_number else {
            let methods = chosen.map_or_else(|| allowed.clone(), |method| vec![method]);
            return Ok(EnrollmentStart::DataNeeded(methods));
        };
        let denies = cx.org.authenticators.phone_number.deny_toll_free_and_premium;
        let is_allowed = |number: &String| !(denies && is_toll_free_or_premium(number));
        let number = normalised(number).filter(is_allowed).ok_or_else(|| {
            Refusal::of(if cx.org.is_verbose() {
                &refusal::PHONE_INVALID
            } else {
                &refusal::PHONE_INVALID_2021
            })
        })?;
        // Inferred: a number without a method uses the org's first method.
        let method = chosen.or_else(|| allowed.first().copied()).unwrap_or(PhoneMethod::Sms);
        Ok(EnrollmentStart::Challenge(send(cx, &number, method)?))
    }

    fn challenge(&self, cx: &mut Cx<'_>) -> Result<Challenge, Refusal> {
        let user = cx.user.as_ref();
        let enrollment = user.and_then(|user| user.enrollments.get(&self.key()));
        match enrollment.map(|enrollment| enrollment.credential.clone()) {
            Some(Credential::Destination(to)) => self.resend(cx, &to),
            _ => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }

    fn resend(&self, cx: &mut Cx<'_>, to: &Destination) -> Result<Challenge, Refusal> {
        match to {
            Destination::Phone { number, method } => send(cx, number, *method),
            Destination::Email(_) => Err(Refusal::of(&refusal::NOT_OFFERED)),
        }
    }

    fn administered(
        &self,
        profile: &BTreeMap<String, Scalar>,
        _address: &str,
    ) -> Result<Credential, MissingAttribute> {
        let number = match profile.get("mobilePhone") {
            Some(Scalar::Text(number)) => normalised(number),
            _ => None,
        };
        let number = number.ok_or_else(|| MissingAttribute {
            key: self.key(),
            attribute: "mobilePhone",
            expected: "a number such as \"+15551234567\"",
        })?;
        Ok(Credential::Destination(Destination::Phone { number, method: PhoneMethod::Sms }))
    }
}

/// Sends a message or makes a call, unless a limit in the org document forbids it.
fn send(cx: &mut Cx<'_>, number: &str, method: PhoneMethod) -> Result<Challenge, Refusal> {
    let limits = &cx.org.rate_limits;
    let (many, recent) = match method {
        PhoneMethod::Sms => (&refusal::TOO_MANY_SMS, &refusal::SMS_RECENTLY),
        PhoneMethod::Voice => (&refusal::TOO_MANY_CALLS, &refusal::CALL_RECENTLY),
    };
    if limits.resend {
        count(cx, CounterKey::Resend(cx.user_id(), method), recent)?;
    }
    if limits.phone_enrollment {
        count(cx, CounterKey::Send(cx.user_id(), method), many)?;
    }
    let to = Destination::Phone { number: number.to_owned(), method };
    let sent = SentCode::generate(cx, to, LIFETIME_MINUTES);
    cx.deliver(mail::phone_code(number.to_owned(), method, &sent));
    Ok(Challenge::code(AuthenticatorKey::PhoneNumber, sent))
}

fn count(cx: &mut Cx<'_>, key: CounterKey, refusal: &'static RefusalDef) -> Result<(), Refusal> {
    let counter = cx.counter(key);
    if counter.is_used_up(cx.env.now) {
        return Err(Refusal::of(refusal));
    }
    cx.count(&counter);
    Ok(())
}

/// The methods as a client shows them.
fn choices(methods: &[PhoneMethod]) -> Vec<Choice<'static>> {
    methods
        .iter()
        .map(|method| Choice::Plain { label: method.label().into(), value: method.name().into() })
        .collect()
}

//! The phone, by text message or call.

use idx_wire::{AuthenticatorBody, Choice, Field};

use crate::authenticators::authenticator::{Authenticator, Begun};
use crate::authenticators::phone;
use crate::idx::cx::Cx;
use crate::idx::mail;
use crate::org::Org;
use crate::refusal::{self, Refusal, Row};
use crate::state::challenge::{Challenge, SentCode};
use crate::state::names::PhoneMethod;
use crate::state::tally::TallyKey;

/// The life of a code, which no setting changes (inferred: no source says it).
const LIFETIME_MINUTES: u32 = 5;

/// `phone_number`
#[derive(Debug)]
pub(super) struct PhoneNumber;

impl Authenticator for PhoneNumber {
    fn kind(&self) -> &'static str {
        "phone"
    }

    fn display_name(&self) -> &'static str {
        "Phone"
    }

    fn id(&self) -> &'static str {
        "autidxlabphone000001"
    }

    fn methods(&self, org: &Org) -> Vec<&'static str> {
        org.authenticators.phone_number.methods.iter().map(|method| method.name()).collect()
    }

    fn choice_fields<'a>(&self, org: &'a Org) -> Vec<Field<'a>> {
        vec![
            Field {
                kind: Some("string"),
                required: Some(false),
                options: Some(choosable(&org.authenticators.phone_number.methods)),
                ..Field::named("methodType")
            },
            Field {
                label: Some("Phone number".into()),
                required: Some(false),
                ..Field::named("phoneNumber")
            },
        ]
    }

    /// Without a number the page that asks for it comes next, narrowed to the method if one was chosen; with one the code is sent at once.
    fn begin(&self, cx: &mut Cx<'_>, choice: &AuthenticatorBody) -> Result<Begun, Refusal> {
        let active = &cx.org.authenticators.phone_number.methods;
        let chosen = match choice.method_type.as_deref() {
            // Java sends the authenticator's type where the person chose no method.
            None | Some("phone") => None,
            Some(name) => match active.iter().find(|method| method.name() == name) {
                Some(method) => Some(*method),
                None => return Err(Refusal::of(&refusal::NOT_OFFERED)),
            },
        };
        let Some(number) = &choice.phone_number else {
            let methods = chosen.map_or_else(|| active.clone(), |method| vec![method]);
            return Ok(Begun::NumberWanted(methods));
        };
        let number = phone::normalised(number).ok_or_else(|| {
            Refusal::of(if cx.org.is_verbose() {
                &refusal::PHONE_INVALID
            } else {
                &refusal::PHONE_INVALID_2021
            })
        })?;
        // Inferred: a number without a method goes by the org's first one.
        let method = chosen.or_else(|| active.first().copied()).unwrap_or(PhoneMethod::Sms);
        let challenge = send(cx, &number, method)?;
        Ok(Begun::Asked(challenge))
    }
}

/// Sends a message, or calls, each time it is called, unless a limit of the org's document stands against it.
pub(super) fn send(
    cx: &mut Cx<'_>,
    number: &str,
    method: PhoneMethod,
) -> Result<Challenge, Refusal> {
    let limits = &cx.org.rate_limits;
    let (many, recent) = match method {
        PhoneMethod::Sms => (&refusal::TOO_MANY_SMS, &refusal::SMS_RECENTLY),
        PhoneMethod::Voice => (&refusal::TOO_MANY_CALLS, &refusal::CALL_RECENTLY),
    };
    if limits.resend {
        count(cx, TallyKey::Resend(cx.person_id(), method), recent)?;
    }
    if limits.phone_enrollment {
        count(cx, TallyKey::Send(cx.person_id(), method), many)?;
    }
    let sent = SentCode::make(cx, number, LIFETIME_MINUTES);
    cx.deliver(mail::phone_code(number.to_owned(), method, &sent));
    Ok(Challenge::Phone { sent, number: number.to_owned(), method })
}

fn count(cx: &mut Cx<'_>, key: TallyKey, row: &'static Row) -> Result<(), Refusal> {
    let tally = cx.tally(key);
    if tally.is_used_up(cx.env.now) {
        return Err(Refusal::of(row));
    }
    cx.count(&tally);
    Ok(())
}

/// The methods as a client shows them.
pub(crate) fn choosable(methods: &[PhoneMethod]) -> Vec<Choice<'static>> {
    methods
        .iter()
        .map(|method| Choice::Plain { label: method.label().into(), value: method.name().into() })
        .collect()
}

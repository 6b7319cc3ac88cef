//! The mail.

use idx_wire::{AuthenticatorBody, Field, FieldValue};

use crate::authenticators::authenticator::{Authenticator, Begun};
use crate::ids;
use crate::idx::cx::Cx;
use crate::idx::mail;
use crate::org::Org;
use crate::refusal::Refusal;
use crate::state::challenge::{Challenge, SentCode};

/// `okta_email`
#[derive(Debug)]
pub(super) struct OktaEmail;

impl Authenticator for OktaEmail {
    fn kind(&self) -> &'static str {
        "email"
    }

    fn display_name(&self) -> &'static str {
        "Email"
    }

    fn id(&self) -> &'static str {
        "autidxlabemail000001"
    }

    fn methods(&self, _org: &Org) -> Vec<&'static str> {
        vec!["email"]
    }

    fn choice_fields<'a>(&self, _org: &'a Org) -> Vec<Field<'a>> {
        vec![Field {
            required: Some(false),
            value: Some(FieldValue::Text("email".into())),
            mutable: Some(false),
            ..Field::named("methodType")
        }]
    }

    fn begin(&self, cx: &mut Cx<'_>, _choice: &AuthenticatorBody) -> Result<Begun, Refusal> {
        Ok(Begun::Asked(send(cx)))
    }
}

/// Sends a mail each time it is called, with a code and a link that does the same.
pub(super) fn send(cx: &mut Cx<'_>) -> Challenge {
    let to = cx.login().to_owned();
    let mut sent =
        SentCode::make(cx, &to, cx.org.authenticators.okta_email.token_lifetime_in_minutes);
    // Okta's link tokens begin with `ft`.
    let token = format!("ft{}", ids::opaque(&mut cx.env.rng));
    let link = format!("{}/email/verify/{}?token={token}", cx.base, cx.app.client_id);
    sent.link = Some(token);
    cx.deliver(mail::code(to, &sent, link));
    Challenge::Email(sent)
}

//! What the tokens say of a person and of how they proved who they are.

use std::collections::BTreeMap;

use idx_wire::{AccessClaims, IdClaims};
use jiff::Timestamp;

use crate::contract::env::Env;
use crate::ids;
use crate::org::Org;
use crate::state::authorization_server::AuthorizationServer;
use crate::state::authorization_server::ORG_ID;
use crate::state::names::{AuthenticatorKey, PhoneMethod};
use crate::state::person::{Enrollment, Person, Proof};
use crate::state::transaction::Interact;

/// How long access and id tokens live, in seconds.
pub(super) const LIFETIME: i64 = 3600;

/// Whom and what the tokens are for.
pub(super) struct Subject<'a> {
    pub(super) org: &'a Org,
    pub(super) base: &'a str,
    pub(super) interact: &'a Interact,
    pub(super) person: &'a Person,
    pub(super) reached_at: Timestamp,
}

impl Subject<'_> {
    /// The claims of the access token. `jti` ends in the refresh token's id where there is one, as recorded.
    pub(super) fn access(&self, env: &mut Env, with_refresh_token: bool) -> AccessClaims {
        let suffix = if with_refresh_token {
            format!(".{}", ids::id("oar", &mut env.rng))
        } else {
            String::new()
        };
        AccessClaims {
            ver: 1,
            jti: format!("AT.{}{suffix}", ids::opaque(&mut env.rng)),
            iss: self.issuer(),
            aud: match self.interact.authorization_server {
                AuthorizationServer::Default => self.org.authorization_server.audience.clone(),
                AuthorizationServer::Org => self.base.to_owned(),
            },
            iat: env.now.as_second(),
            exp: env.now.as_second() + LIFETIME,
            cid: self.interact.client_id.clone(),
            uid: self.person.id.clone(),
            scp: self.scopes().map(str::to_owned).collect(),
            auth_time: self.reached_at.as_second(),
            sub: self.person.login.clone(),
        }
    }

    /// The claims of the id_token. `at_hash` is filled in when the access token is signed.
    pub(super) fn id(&self, env: &mut Env) -> IdClaims {
        let has = |wanted: &str| self.scopes().any(|scope| scope == wanted);
        IdClaims {
            sub: self.person.id.clone(),
            name: has("profile").then(|| full_name(self.person)),
            email: has("email")
                .then(|| self.person.text("email").unwrap_or(&self.person.login).to_owned()),
            ver: 1,
            iss: self.issuer(),
            aud: self.interact.client_id.clone(),
            iat: env.now.as_second(),
            exp: env.now.as_second() + LIFETIME,
            jti: format!("ID.{}", ids::opaque(&mut env.rng)),
            amr: amr(&self.person.enrollments),
            idp: ORG_ID.to_owned(),
            nonce: self.interact.nonce.clone(),
            preferred_username: has("profile").then(|| self.person.login.clone()),
            auth_time: self.reached_at.as_second(),
            at_hash: String::new(),
        }
    }

    pub(super) fn issuer(&self) -> String {
        format!("{}{}", self.base, self.interact.authorization_server.issuer_path())
    }

    fn scopes(&self) -> impl Iterator<Item = &str> {
        self.interact.scope.split_whitespace()
    }
}

/// First and last name, or what there is of them.
pub(super) fn full_name(person: &Person) -> String {
    let names: Vec<_> =
        ["firstName", "lastName"].iter().filter_map(|name| person.text(name)).collect();
    if names.is_empty() { person.login.clone() } else { names.join(" ") }
}

/// How a person proved who they are. Recorded: `pwd mfa email` for password and e-mail, `mfa sms mca pwd` for password and SMS. Inferred: the
/// union of both for all three, `tel` (RFC 8176) for a call, and no `mfa` for one authenticator alone.
fn amr(enrollments: &BTreeMap<AuthenticatorKey, Enrollment>) -> Vec<&'static str> {
    let password = enrollments.contains_key(&AuthenticatorKey::OktaPassword).then_some("pwd");
    let email = enrollments.contains_key(&AuthenticatorKey::OktaEmail).then_some("email");
    let mfa = (enrollments.len() > 1).then_some("mfa");
    let phone =
        enrollments.get(&AuthenticatorKey::PhoneNumber).map(|enrollment| match enrollment.proof {
            Proof::Phone(_, PhoneMethod::Voice) => "tel",
            _ => "sms",
        });
    match phone {
        Some(phone) => [mfa, Some(phone), mfa.and(Some("mca")), password, email]
            .into_iter()
            .flatten()
            .collect(),
        None => [password, mfa, email].into_iter().flatten().collect(),
    }
}

//! `userinfo`: the part of the profile that the token's scopes allow.

use idx_wire::Userinfo;

use crate::contract::env::Env;
use crate::contract::reply::{Answer, Reply};
use crate::contract::request::{AccessToken, Bearer};
use crate::contract::trace::Trace;
use crate::contract::view::View;
use crate::json::bytes;
use crate::oauth::claims::full_name;
use crate::oauth::issued;
use crate::refusal::{self, Placement, RefusalDef};
use crate::state::challenge::Destination;
use crate::state::names::AuthenticatorKey;
use crate::state::user::{Credential, User};

/// Handles `userinfo`.
pub(crate) fn userinfo(view: View<'_>, env: &Env, bearer: &Bearer) -> Answer {
    let server = bearer.authorization_server;
    let good = bearer.token.as_ref().filter(|token| {
        env.now < token.expires_at
            && !view.is_revoked()
            && issued::is_access_token_of(server, token, view.org(), env.epoch)
    });
    let Some((token, user)) = good.zip(view.user()) else {
        return challenge(&refusal::BEARER_INVALID);
    };
    let has = |wanted: &str| token.scopes.iter().any(|scope| scope == wanted);
    if !["profile", "email", "address", "phone"].iter().any(|scope| has(scope)) {
        return challenge(&refusal::SCOPE_INSUFFICIENT);
    }
    Answer::plain(Reply::Json { status: 200, body: bytes(&opened(user, token)) })
}

fn opened<'a>(user: &'a User, token: &AccessToken) -> Userinfo<'a> {
    let has = |wanted: &str| token.scopes.iter().any(|scope| scope == wanted);
    let profile = has("profile");
    Userinfo {
        sub: &user.id,
        name: profile.then(|| full_name(user)),
        locale: profile.then_some("en-US"),
        email: has("email").then(|| user.email()),
        preferred_username: profile.then_some(&user.login),
        given_name: user.text("firstName").filter(|_| profile),
        family_name: user.text("lastName").filter(|_| profile),
        zoneinfo: profile.then_some("America/Los_Angeles"),
        updated_at: profile.then(|| user.updated_at.as_second()),
        email_verified: has("email")
            .then(|| user.enrollments.contains_key(&AuthenticatorKey::OktaEmail)),
        phone_number: user
            .enrollments
            .get(&AuthenticatorKey::PhoneNumber)
            .filter(|_| has("phone"))
            .and_then(|enrollment| match &enrollment.credential {
                Credential::Destination(Destination::Phone { number, .. }) => Some(number.as_str()),
                _ => None,
            }),
    }
}

/// The refusal of a bearer token is only in its header.
fn challenge(refusal: &'static RefusalDef) -> Answer {
    let Placement::OAuth(error) = refusal.placement else {
        return Answer::plain(Reply::Empty { status: refusal.status });
    };
    let challenge =
        format!("Bearer error=\"{error}\", error_description=\"{}\"", refusal.text(&[]));
    let reply = Reply::Unauthorized { status: refusal.status, challenge };
    Answer {
        trace: Trace { refusal: Some(refusal.id), ..Trace::default() },
        ..Answer::plain(reply)
    }
}

//! The claims of the tokens.

use idx_wire::{AccessClaims, IdClaims};
use jiff::Timestamp;

use crate::authenticators::Category;
use crate::contract::env::Env;
use crate::contract::reply::Tokens;
use crate::oauth::token_id::Claims;
use crate::org::Org;
use crate::state::authorization_server::ORG_ID;
use crate::state::proof::Proof;
use crate::state::refresh_grant::RefreshGrant;
use crate::state::transaction::Interact;
use crate::state::user::User;

/// Lifetime of id_tokens, in seconds. Okta has no setting for it.
const ID_TOKEN_LIFETIME: i64 = 3600;

/// The subject of the tokens.
pub(super) struct Subject<'a> {
    pub(super) org: &'a Org,
    pub(super) base: &'a str,
    pub(super) interact: &'a Interact,
    pub(super) user: &'a User,
    pub(super) proofs: &'a [Proof],
    pub(super) reached_at: Timestamp,
}

impl Subject<'_> {
    /// The tokens that the scopes request. The grant is that of the refresh token, if there is one.
    pub(super) fn tokens(&self, env: &mut Env, grant: Option<&RefreshGrant>) -> Tokens {
        Tokens {
            access: self.access(env, grant),
            id: self.interact.has_scope("openid").then(|| self.id(env)),
            refresh_token: grant
                .filter(|_| self.interact.has_scope("offline_access"))
                .map(RefreshGrant::newest_token),
            scope: self.interact.scope.clone(),
            expires_in: self.access_token_lifetime(),
        }
    }

    /// The claims of the access token. `jti` ends with the id of the grant, if there is a refresh token, as recorded.
    fn access(&self, env: &mut Env, grant: Option<&RefreshGrant>) -> AccessClaims {
        let server = self.interact.authorization_server;
        let mut access = AccessClaims {
            ver: 1,
            jti: String::new(),
            iss: self.issuer(),
            aud: server.audience(self.org, self.base).to_owned(),
            iat: env.now.as_second(),
            exp: env.now.as_second() + self.access_token_lifetime(),
            cid: self.interact.client_id.clone(),
            uid: self.user.id.clone(),
            scp: self.interact.scopes().map(str::to_owned).collect(),
            auth_time: self.reached_at.as_second(),
            sub: self.user.login.clone(),
        };
        let claims = Claims {
            kind: "AT",
            issuer: &access.iss,
            audience: &access.aud,
            client_id: &access.cid,
            user: &access.uid,
            scopes: &access.scp,
            issued_at: access.iat,
            expires_at: access.exp,
            grant: grant.map(|grant| grant.id.as_str()),
        };
        access.jti = claims.new_id(env);
        access
    }

    /// The claims of the id_token. The caller sets `at_hash` when it signs the access token.
    fn id(&self, env: &mut Env) -> IdClaims {
        let has = |wanted: &str| self.interact.has_scope(wanted);
        let mut id = IdClaims {
            sub: self.user.id.clone(),
            name: has("profile").then(|| full_name(self.user)),
            email: has("email").then(|| self.user.email().to_owned()),
            ver: 1,
            iss: self.issuer(),
            aud: self.interact.client_id.clone(),
            iat: env.now.as_second(),
            exp: env.now.as_second() + ID_TOKEN_LIFETIME,
            jti: String::new(),
            amr: amr(self.proofs),
            idp: ORG_ID.to_owned(),
            nonce: self.interact.nonce.clone(),
            preferred_username: has("profile").then(|| self.user.login.clone()),
            auth_time: self.reached_at.as_second(),
            at_hash: String::new(),
        };
        let claims = Claims {
            kind: "ID",
            issuer: &id.iss,
            audience: &id.aud,
            client_id: &id.aud,
            user: &id.sub,
            scopes: &[],
            issued_at: id.iat,
            expires_at: id.exp,
            grant: None,
        };
        id.jti = claims.new_id(env);
        id
    }

    fn access_token_lifetime(&self) -> i64 {
        self.interact.authorization_server.access_token_lifetime(self.org)
    }

    fn issuer(&self) -> String {
        format!("{}{}", self.base, self.interact.authorization_server.issuer_path())
    }
}

/// First and last name, or the login if both are absent.
pub(super) fn full_name(user: &User) -> String {
    let names: Vec<_> =
        ["firstName", "lastName"].iter().filter_map(|name| user.text(name)).collect();
    if names.is_empty() { user.login.clone() } else { names.join(" ") }
}

/// How the user proved their identity. Recorded: `pwd mfa email` for password and email, `mfa sms mca pwd` for password and SMS. Inferred: the union of
/// both for all three, and no `mfa` for one authenticator alone.
fn amr(proofs: &[Proof]) -> Vec<&'static str> {
    let mut ordered: Vec<&Proof> = proofs.iter().collect();
    ordered.sort_by_key(|proof| (proof.key.authenticator().category(), proof.key));
    let is_other = |proof: &&&Proof| proof.key.authenticator().uses_other_channel();
    let is_known = |proof: &&&Proof| proof.key.authenticator().category() == Category::Knowledge;
    let value = |proof: &&Proof| proof.key.authenticator().amr(&proof.method);
    let mfa = (proofs.len() > 1).then_some("mfa");
    let other: Vec<_> = ordered.iter().filter(is_other).map(value).collect();
    let rest = ordered.iter().filter(|proof| !is_other(proof));
    if other.is_empty() {
        let (known, had): (Vec<_>, Vec<_>) = rest.partition(is_known);
        known.into_iter().map(value).chain(mfa).chain(had.into_iter().map(value)).collect()
    } else {
        mfa.into_iter().chain(other).chain(mfa.and(Some("mca"))).chain(rest.map(value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::names::AuthenticatorKey;

    #[test]
    fn amr_matches_the_recording_for_each_combination() {
        let proof = |key, method: &'static str| Proof {
            key,
            method: method.into(),
            verified_at: Timestamp::UNIX_EPOCH,
        };
        let password = proof(AuthenticatorKey::OktaPassword, "password");
        let email = proof(AuthenticatorKey::OktaEmail, "email");
        let sms = proof(AuthenticatorKey::PhoneNumber, "sms");
        let voice = proof(AuthenticatorKey::PhoneNumber, "voice");
        let amr =
            |proofs: &[&Proof]| amr(&proofs.iter().copied().cloned().collect::<Vec<_>>()).join(" ");
        assert_eq!(amr(&[&password]), "pwd");
        assert_eq!(amr(&[&email]), "email");
        assert_eq!(amr(&[&sms]), "sms");
        assert_eq!(amr(&[&email, &password]), "pwd mfa email");
        assert_eq!(amr(&[&password, &sms]), "mfa sms mca pwd");
        assert_eq!(amr(&[&email, &voice]), "mfa tel mca email");
        assert_eq!(amr(&[&email, &sms, &password]), "mfa sms mca pwd email");
    }
}

//! The id of a token (`jti`). It proves that this org issued the token with these claims since its last reset. The signature proves less: the signing
//! keys are published, and several orgs can share one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::contract::env::Env;
use crate::contract::request::{AccessToken, IdToken};
use crate::state::epoch::Epoch;

const LENGTH: usize = 32;
/// The random bytes before the proof.
const RANDOM: usize = 16;

/// The claims that an id proves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claims<'a> {
    /// `AT` or `ID`.
    pub(super) kind: &'static str,
    pub(super) issuer: &'a str,
    pub(super) audience: &'a str,
    pub(super) client_id: &'a str,
    pub(super) user: &'a str,
    pub(super) scopes: &'a [String],
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
    /// The id of the grant with refresh tokens, if any.
    pub(super) grant: Option<&'a str>,
}

impl<'a> Claims<'a> {
    pub(super) fn of_access_token(token: &'a AccessToken) -> Self {
        Self {
            kind: "AT",
            issuer: &token.iss,
            audience: &token.aud,
            client_id: &token.client_id,
            user: &token.user,
            scopes: &token.scopes,
            issued_at: token.issued_at.as_second(),
            expires_at: token.expires_at.as_second(),
            grant: Parts::of(&token.jti).and_then(|parts| parts.grant),
        }
    }

    pub(super) fn of_id_token(token: &'a IdToken) -> Self {
        Self {
            kind: "ID",
            issuer: &token.iss,
            audience: &token.aud,
            client_id: &token.aud,
            user: &token.sub,
            scopes: &[],
            issued_at: token.issued_at.as_second(),
            expires_at: token.expires_at.as_second(),
            grant: None,
        }
    }

    /// The id of a new token: 43 characters of base64url between the kind and the grant.
    pub(super) fn new_id(&self, env: &mut Env) -> String {
        let mut bytes = env.secret::<LENGTH>();
        let (random, proof) = bytes.split_at_mut(RANDOM);
        proof.copy_from_slice(&self.proof(env.epoch, random));
        let kind = self.kind;
        let middle = URL_SAFE_NO_PAD.encode(bytes);
        match self.grant {
            Some(grant) => format!("{kind}.{middle}.{grant}"),
            None => format!("{kind}.{middle}"),
        }
    }

    /// Whether the org issued a token with this id and these claims in this epoch.
    pub(super) fn are_proven_by(&self, jti: &str, epoch: Epoch) -> bool {
        Parts::of(jti).is_some_and(|Parts { kind, middle, grant }| {
            let (random, proof) = middle.split_at(RANDOM);
            kind == self.kind && grant == self.grant && *proof == self.proof(epoch, random)
        })
    }

    fn proof(&self, epoch: Epoch, random: &[u8]) -> [u8; LENGTH - RANDOM] {
        let mut hash = Sha256::new().chain_update(epoch.id()).chain_update(random);
        let mut add = |text: &str| {
            // With their lengths, so that no two lists of claims are the same bytes.
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        };
        add(self.kind);
        add(self.grant.unwrap_or_default());
        for claim in [self.issuer, self.audience, self.client_id, self.user] {
            add(claim);
        }
        self.scopes.iter().for_each(|scope| add(scope));
        hash.update(self.issued_at.to_le_bytes());
        hash.update(self.expires_at.to_le_bytes());
        let mut proof = [0; LENGTH - RANDOM];
        proof.copy_from_slice(&hash.finalize()[..LENGTH - RANDOM]);
        proof
    }
}

/// The parts of an id.
struct Parts<'t> {
    kind: &'t str,
    middle: [u8; LENGTH],
    grant: Option<&'t str>,
}

impl<'t> Parts<'t> {
    fn of(jti: &'t str) -> Option<Self> {
        let (kind, rest) = jti.split_once('.')?;
        let (middle, grant) = match rest.split_once('.') {
            Some((middle, grant)) => (middle, Some(grant)),
            None => (rest, None),
        };
        let middle = URL_SAFE_NO_PAD.decode(middle).ok()?.try_into().ok()?;
        Some(Self { kind, middle, grant })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::contract::env::Stream;

    fn claims<'a>(scopes: &'a [String]) -> Claims<'a> {
        Claims {
            kind: "AT",
            issuer: "http://localhost/oauth2/default",
            audience: "api://default",
            client_id: "0oa",
            user: "00u",
            scopes,
            issued_at: 0,
            expires_at: 3600,
            grant: Some("oar1"),
        }
    }

    #[test]
    fn id_proves_every_claim_and_the_epoch() {
        let epoch = Epoch::first(7, 0);
        let mut env =
            Env::new(Timestamp::UNIX_EPOCH, Stream { seed: 7, number: 1, version: 1, epoch });
        let scopes = ["openid".to_owned(), "email".to_owned()];
        let issued = claims(&scopes);
        let jti = issued.new_id(&mut env);
        assert!(jti.starts_with("AT.") && jti.ends_with(".oar1") && jti.len() == 3 + 43 + 5);
        assert!(issued.are_proven_by(&jti, epoch));
        assert!(!issued.are_proven_by(&jti, epoch.next()));
        let fewer = ["openid".to_owned()];
        let joined = ["openidemail".to_owned()];
        for other in [
            Claims { kind: "ID", ..issued },
            Claims { issuer: "http://localhost", ..issued },
            Claims { audience: "api://other", ..issued },
            Claims { client_id: "0ob", ..issued },
            Claims { user: "00v", ..issued },
            Claims { scopes: &fewer, ..issued },
            Claims { scopes: &joined, ..issued },
            Claims { issued_at: 1, ..issued },
            Claims { expires_at: 7200, ..issued },
            Claims { grant: Some("oar2"), ..issued },
            Claims { grant: None, ..issued },
        ] {
            assert!(!other.are_proven_by(&jti, epoch), "{other:?}");
        }
        for malformed in ["", "AT", "AT.", "AT.abc", "AT.ü.oar1"] {
            assert!(!issued.are_proven_by(malformed, epoch), "{malformed}");
        }
    }
}

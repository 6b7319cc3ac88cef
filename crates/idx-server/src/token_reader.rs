//! Reads the tokens that a request presents: those that the org's key signed, with an issuer at the org's address.

use idx_engine::{AccessToken, AuthorizationServer, IdToken};
use jiff::Timestamp;
use serde::Deserialize;

use crate::address::Address;
use crate::keys::SigningKey;

/// Reads the tokens of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenReader<'r> {
    pub(crate) key: &'static SigningKey,
    pub(crate) address: &'r Address,
    /// The origin that the client called.
    pub(crate) base: &'r str,
}

impl TokenReader<'_> {
    pub(crate) fn access_token(self, token: &str) -> Option<AccessToken> {
        let claims: AccessClaims = self.key.read(token)?;
        self.has_own_issuer(&claims.iss).then_some(())?;
        Some(AccessToken {
            jti: claims.jti,
            iss: claims.iss,
            aud: claims.aud,
            client_id: claims.cid,
            user: claims.uid,
            scopes: claims.scp,
            issued_at: Timestamp::from_second(claims.iat).ok()?,
            expires_at: Timestamp::from_second(claims.exp).ok()?,
        })
    }

    pub(crate) fn id_token(self, token: &str) -> Option<IdToken> {
        let claims: IdClaims = self.key.read(token)?;
        self.has_own_issuer(&claims.iss).then_some(())?;
        Some(IdToken {
            jti: claims.jti,
            iss: claims.iss,
            aud: claims.aud,
            sub: claims.sub,
            issued_at: Timestamp::from_second(claims.iat).ok()?,
            expires_at: Timestamp::from_second(claims.exp).ok()?,
        })
    }

    fn has_own_issuer(self, issuer: &str) -> bool {
        let (origin, _) = AuthorizationServer::of_issuer(issuer);
        self.address.has_origin(origin, self.base)
    }
}

#[derive(Deserialize)]
struct AccessClaims {
    jti: String,
    iss: String,
    aud: String,
    cid: String,
    uid: String,
    scp: Vec<String>,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct IdClaims {
    jti: String,
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
}

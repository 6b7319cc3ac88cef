//! A grant that outlives its access tokens: its refresh tokens, with their rotation.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::contract::env::Env;
use crate::ids;
use crate::org::{App, Org};
use crate::state::proof::Proof;
use crate::state::transaction::Interact;

/// How many rotated refresh tokens can be within the leeway at the same time.
const ROTATED_KEPT: usize = 16;

const ID_PREFIX: &str = "oar";

/// What a user granted to an app with the scope `offline_access`. Each access token and each refresh token of the grant names its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshGrant {
    /// `oar…`, at the end of the `jti` of each of its access tokens.
    pub id: String,
    /// Increases by one with each change.
    pub version: u64,
    /// The number of the transaction that it comes from.
    pub transaction: u64,
    /// The parameters of that transaction's `interact`: the app, the authorization server and the granted scopes.
    pub interact: Arc<Interact>,
    /// The user's id.
    pub user: String,
    /// What the user proved.
    pub proofs: Vec<Proof>,
    /// `auth_time` of the tokens.
    pub reached_at: Timestamp,
    /// When the interaction code was exchanged.
    pub issued_at: Timestamp,
    /// The end of the refresh tokens' lifetime. Rotation does not extend it.
    pub expires_at: Timestamp,
    /// The end of the idle window, which starts again with each use.
    pub idle_at: Timestamp,
    /// Whether the client revoked it, or used a refresh token again after it was rotated.
    pub revoked: bool,
    /// The number of the newest refresh token, from 0.
    newest: u32,
    /// When the refresh tokens before the newest were rotated, the latest first. Older entries are dropped.
    rotated_at: Vec<Timestamp>,
    /// Proves a refresh token. Only the tokens' hashes contain it.
    secret: String,
}

/// What a refresh token is to its grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Newest,
    /// Rotated, but within the leeway.
    InLeeway,
    /// Rotated before the leeway.
    Rotated,
    /// The grant never issued it.
    Unknown,
}

impl RefreshGrant {
    pub(crate) fn new(
        org: &Org,
        transaction: u64,
        interact: &Arc<Interact>,
        user: String,
        proofs: &[Proof],
        reached_at: Timestamp,
        env: &mut Env,
    ) -> Self {
        let server = interact.authorization_server;
        Self {
            id: ids::id(ID_PREFIX, &mut env.rng),
            version: 1,
            transaction,
            interact: Arc::clone(interact),
            user,
            proofs: proofs.to_vec(),
            reached_at,
            issued_at: env.now,
            expires_at: server.refresh_token_expires_at(org, env.now),
            idle_at: server.refresh_token_idle_at(org, env.now),
            revoked: false,
            newest: 0,
            rotated_at: Vec::new(),
            secret: ids::opaque(env),
        }
    }

    /// The id of the grant that issued a refresh token. The token may still be forged.
    pub(crate) fn id_in_refresh_token(token: &str) -> Option<String> {
        TokenParts::of(token).map(|parts| format!("{ID_PREFIX}{}", parts.id))
    }

    /// The id of the grant of an access token, from the end of its `jti`.
    pub(crate) fn id_in_jti(jti: &str) -> Option<String> {
        let (_, last) = jti.rsplit_once('.')?;
        last.starts_with(ID_PREFIX).then(|| last.to_owned())
    }

    /// The newest refresh token.
    pub(crate) fn newest_token(&self) -> String {
        self.token(self.newest)
    }

    pub(crate) fn standing(&self, token: &str, now: Timestamp, leeway: SignedDuration) -> Standing {
        let known = TokenParts::of(token)
            .filter(|parts| parts.number <= self.newest && self.token(parts.number) == token);
        let Some(TokenParts { number, .. }) = known else { return Standing::Unknown };
        let Some(before) = (self.newest - number).checked_sub(1) else { return Standing::Newest };
        let rotated_at =
            usize::try_from(before).ok().and_then(|before| self.rotated_at.get(before));
        if rotated_at.is_some_and(|rotated_at| now.duration_since(*rotated_at) < leeway) {
            Standing::InLeeway
        } else {
            Standing::Rotated
        }
    }

    /// Whether the client can exchange the refresh token now.
    pub(crate) fn is_active(&self, token: &str, app: &App, now: Timestamp) -> bool {
        let standing = self.standing(token, now, app.refresh_token_leeway());
        !self.revoked
            && now < self.ends_at()
            && matches!(standing, Standing::Newest | Standing::InLeeway)
    }

    /// When its refresh tokens expire, if they are not used again.
    pub fn ends_at(&self) -> Timestamp {
        self.expires_at.min(self.idle_at)
    }

    /// The next version. A token request always makes one, so that its tokens are unique.
    pub(crate) fn used(&self, org: &Org, now: Timestamp) -> Self {
        let idle_at = self.interact.authorization_server.refresh_token_idle_at(org, now);
        Self { idle_at, ..self.next_version() }
    }

    /// The next version, with another refresh token.
    pub(crate) fn rotated(&self, org: &Org, now: Timestamp) -> Self {
        let mut next = self.used(org, now);
        next.newest = next.newest.saturating_add(1);
        next.rotated_at.insert(0, now);
        next.rotated_at.truncate(ROTATED_KEPT);
        next
    }

    /// The next version, whose tokens are no longer valid.
    pub(crate) fn revoked(&self) -> Self {
        Self { revoked: true, ..self.next_version() }
    }

    fn next_version(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// The part of the id after its prefix, the number, and a hash of the number and the secret: 43 characters of base64url.
    fn token(&self, number: u32) -> String {
        let id = self.id.strip_prefix(ID_PREFIX).unwrap_or(&self.id);
        let hash = Sha256::new()
            .chain_update(self.secret.as_bytes())
            .chain_update(number.to_be_bytes())
            .finalize();
        let mut hash = URL_SAFE_NO_PAD.encode(hash);
        hash.truncate(HASH_LENGTH);
        format!("{id}{}{hash}", URL_SAFE_NO_PAD.encode(number.to_be_bytes()))
    }
}

const ID_LENGTH: usize = 17;
const NUMBER_LENGTH: usize = 6;
const HASH_LENGTH: usize = 20;

/// The parts of a refresh token that do not need the grant.
struct TokenParts<'t> {
    id: &'t str,
    number: u32,
}

impl<'t> TokenParts<'t> {
    fn of(token: &'t str) -> Option<Self> {
        if token.len() != ID_LENGTH + NUMBER_LENGTH + HASH_LENGTH {
            return None;
        }
        let (id, rest) = token.split_at_checked(ID_LENGTH)?;
        let (number, _) = rest.split_at_checked(NUMBER_LENGTH)?;
        let number = URL_SAFE_NO_PAD.decode(number).ok()?.try_into().ok()?;
        Some(Self { id, number: u32::from_be_bytes(number) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::env::Stream;
    use crate::state::authorization_server::AuthorizationServer;
    use crate::state::epoch::Epoch;

    const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

    fn grant() -> RefreshGrant {
        let mut env =
            Env::new(at(0), Stream { seed: 7, number: 1, version: 1, epoch: Epoch::first(7, 0) });
        let interact = Interact {
            authorization_server: AuthorizationServer::Default,
            client_id: "0oa".to_owned(),
            scope: "openid offline_access".to_owned(),
            redirect_uri: String::new(),
            code_challenge: None,
            state: None,
            nonce: None,
            max_age: None,
            browser: None,
        };
        RefreshGrant::new(
            &Org::default(),
            1,
            &Arc::new(interact),
            "00u".to_owned(),
            &[],
            at(0),
            &mut env,
        )
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn rotated_token_is_valid_within_the_leeway_only() {
        let first = grant();
        let second = first.rotated(&Org::default(), at(100));
        let third = second.rotated(&Org::default(), at(110));
        let standing = |token: &RefreshGrant, second| {
            third.standing(&token.newest_token(), at(second), LEEWAY)
        };
        assert_eq!(standing(&third, 1000), Standing::Newest);
        assert_eq!(standing(&second, 139), Standing::InLeeway);
        assert_eq!(standing(&second, 140), Standing::Rotated);
        assert_eq!(standing(&first, 129), Standing::InLeeway);
        assert_eq!(standing(&first, 130), Standing::Rotated);
        let without_leeway = third.standing(&second.newest_token(), at(110), SignedDuration::ZERO);
        assert_eq!(without_leeway, Standing::Rotated);
    }

    #[test]
    fn token_that_was_never_issued_is_unknown() {
        let first = grant();
        let token = first.newest_token();
        assert_eq!(token.len(), 43);
        let mut forged = token.clone();
        forged.replace_range(42.., if token.ends_with('A') { "B" } else { "A" });
        let issued_later = first.rotated(&Org::default(), at(0)).newest_token();
        for unknown in ["", "x", &forged, &issued_later, &"ü".repeat(22), &"_".repeat(43)] {
            assert_eq!(first.standing(unknown, at(0), LEEWAY), Standing::Unknown, "{unknown}");
        }
        assert_eq!(RefreshGrant::id_in_refresh_token(&forged), Some(first.id));
    }

    #[test]
    fn many_rotations_take_constant_space() {
        let grant =
            (0..1000).fold(grant(), |grant, second| grant.rotated(&Org::default(), at(second)));
        assert_eq!(grant.rotated_at.len(), ROTATED_KEPT);
    }

    #[test]
    fn jti_names_its_grant() {
        assert_eq!(RefreshGrant::id_in_jti("AT.abc.oar1"), Some("oar1".to_owned()));
        assert_eq!(RefreshGrant::id_in_jti("AT.abc"), None);
        assert_eq!(RefreshGrant::id_in_jti("abc"), None);
    }
}

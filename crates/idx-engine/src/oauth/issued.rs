//! Whether this org issued a token, through which of its authorization servers.

use crate::contract::request::{AccessToken, IdToken};
use crate::oauth::token_id::Claims;
use crate::org::Org;
use crate::state::authorization_server::AuthorizationServer;
use crate::state::epoch::Epoch;

/// Whether the authorization server issued the access token since the last reset, for the audience that it still has.
pub(super) fn is_access_token_of(
    server: AuthorizationServer,
    token: &AccessToken,
    org: &Org,
    epoch: Epoch,
) -> bool {
    let Some(origin) = server.origin_in(&token.iss) else { return false };
    token.aud == server.audience(org, origin)
        && Claims::of_access_token(token).are_proven_by(&token.jti, epoch)
}

/// Whether the authorization server issued the id_token since the last reset.
pub(super) fn is_id_token_of(server: AuthorizationServer, token: &IdToken, epoch: Epoch) -> bool {
    server.origin_in(&token.iss).is_some()
        && Claims::of_id_token(token).are_proven_by(&token.jti, epoch)
}

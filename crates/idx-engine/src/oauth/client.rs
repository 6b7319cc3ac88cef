//! Client authentication.

use crate::contract::request::ClientCredentials;
use crate::org::{App, Org};
use crate::refusal::{self, RefusalDef};

/// The app of the credentials. A confidential app must send its secret; a public app has none.
pub(super) fn authenticated<'a>(
    org: &'a Org,
    credentials: &ClientCredentials,
) -> Result<&'a App, &'static RefusalDef> {
    if credentials.twice {
        return Err(&refusal::CREDENTIALS_TWICE);
    }
    let id = credentials.id.as_deref().ok_or(&refusal::CREDENTIALS_MISSING)?;
    let app = org.app(id).ok_or(&refusal::CLIENT_AUTHENTICATION_FAILED)?;
    match (&app.client_secret, &credentials.secret) {
        (Some(_), None) => Err(&refusal::CLIENT_AUTHENTICATION_FAILED),
        (Some(secret), Some(sent)) if sent != secret => Err(&refusal::SECRET_INVALID),
        _ => Ok(app),
    }
}

//! Client authentication.

use crate::contract::request::ClientCredentials;
use crate::org::{App, Org};
use crate::refusal::{self, RefusalDef};

/// The app of the credentials. A confidential app must send its secret; a public app has none.
pub(super) fn authenticated<'a>(
    org: &'a Org,
    credentials: &ClientCredentials,
) -> Result<&'a App, &'static RefusalDef> {
    check_form(credentials)?;
    // No app has a key, so an assertion proves nothing.
    if credentials.assertion {
        return Err(&refusal::CLIENT_AUTHENTICATION_FAILED);
    }
    let id = credentials.id.as_deref().ok_or(&refusal::CREDENTIALS_MISSING)?;
    let app = org.app(id).ok_or(&refusal::CLIENT_AUTHENTICATION_FAILED)?;
    if app.is_confidential() && credentials.secret.is_none() {
        return Err(&refusal::CLIENT_AUTHENTICATION_FAILED);
    }
    // Okta's support page for this error names "an incorrect client authentication method" among its causes.
    if credentials.secret.is_some() && !app.may_send_secret(credentials.in_header) {
        return Err(&refusal::CLIENT_AUTHENTICATION_FAILED);
    }
    check_secret(app, credentials)?;
    Ok(app)
}

/// The app of a call that does not require the secret of a confidential app: Go never sends it to `interact`, and works against real orgs. No source
/// settles whether Okta requires it.
pub(super) fn identified<'a>(
    org: &'a Org,
    credentials: &ClientCredentials,
) -> Result<&'a App, &'static RefusalDef> {
    check_form(credentials)?;
    let id = credentials.id.as_deref();
    let app = id.and_then(|id| org.app(id)).ok_or(&refusal::CLIENT_UNKNOWN)?;
    check_secret(app, credentials)?;
    Ok(app)
}

fn check_form(credentials: &ClientCredentials) -> Result<(), &'static RefusalDef> {
    if credentials.twice {
        return Err(&refusal::CREDENTIALS_TWICE);
    }
    if credentials.unreadable {
        return Err(&refusal::CREDENTIALS_UNREADABLE);
    }
    Ok(())
}

/// Inferred: a secret of a public app is another authentication method than that of the app.
fn check_secret(app: &App, credentials: &ClientCredentials) -> Result<(), &'static RefusalDef> {
    match (&app.client_secret, &credentials.secret) {
        (None, Some(_)) => Err(&refusal::CLIENT_AUTHENTICATION_FAILED),
        (Some(secret), Some(sent)) if sent != secret => Err(&refusal::SECRET_INVALID),
        _ => Ok(()),
    }
}

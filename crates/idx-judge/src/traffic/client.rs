//! The OAuth client of each transaction. Several clients of an org can appear in one record, so no client is "the" client of a run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::exchange::Request;

/// An OAuth client of the org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClient {
    /// The client id.
    pub id: String,
    /// The secret, if the client is confidential.
    pub secret: Option<String>,
}

impl KnownClient {
    /// Whether the client has a secret.
    pub(crate) fn is_confidential(&self) -> bool {
        self.secret.is_some()
    }
}

/// The credentials with which a request authenticates its client: parameters of the form, or a Basic header.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientCredentials {
    pub(crate) id: Option<String>,
    /// Absent if it is empty.
    pub(crate) secret: Option<String>,
}

impl ClientCredentials {
    pub(crate) fn of(request: &Request) -> Self {
        let basic = request.header("authorization").and_then(basic).unwrap_or_default();
        let parameter = |name| request.parameter(name).filter(|value| !value.is_empty());
        Self {
            id: basic.id.or_else(|| parameter("client_id")),
            secret: basic.secret.or_else(|| parameter("client_secret")),
        }
    }
}

/// RFC 6749 2.3.1: both parts are encoded as in a form. okta-auth-js sends a public client's id without a colon.
fn basic(header: &str) -> Option<ClientCredentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let (id, secret) = text.split_once(':').unwrap_or((&text, ""));
    let decoded = |part: &str| {
        let (name, _) = form_urlencoded::parse(part.as_bytes()).next()?;
        Some(name.into_owned())
    };
    Some(ClientCredentials { id: decoded(id), secret: decoded(secret) })
}

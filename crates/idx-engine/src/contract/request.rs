//! The parsed requests: one variant per endpoint.

use std::sync::Arc;

use idx_wire::IdxBody;
use jiff::Timestamp;

use crate::org::Org;
use crate::state::authorization_server::AuthorizationServer;

/// A request, with the address that the client used.
#[derive(Debug, Clone)]
pub struct Request {
    /// The version of the org document that the request sees.
    pub org: Arc<Org>,
    /// Scheme and host as the client sees them, without a closing slash: `http://localhost:6480`. All hrefs begin with it.
    pub base: String,
    /// The endpoint and its parameters.
    pub call: Call,
}

/// The endpoint and its parameters.
#[derive(Debug, Clone)]
pub enum Call {
    /// `POST {as}/v1/interact`
    Interact(InteractCall),
    /// `POST /idp/idx/…`. Boxed, since it is the largest by far.
    Idx(Endpoint, Box<IdxBody>),
    /// `POST {as}/v1/token`
    Token(TokenCall),
    /// `GET` or `POST {as}/v1/userinfo`
    Userinfo(Bearer),
    /// `POST {as}/v1/introspect`
    TokenIntrospect(TokenInquiry),
    /// `POST {as}/v1/revoke`
    Revoke(TokenInquiry),
    /// `GET {as}/v1/logout`
    Logout(LogoutCall),
    /// A call of an authorization server with a parameter that occurs twice.
    RepeatedParameter,
    /// `{as}/v1/authorize` and `/oauth2/v1/clients`, which discovery lists and the org does not emulate.
    NotEmulated,
    /// `GET {as}/.well-known/openid-configuration` and `oauth-authorization-server`
    Discovery(AuthorizationServer),
    /// `GET /email/verify/{app}?token=…`: the link of an email.
    EmailLink(LinkCall),
    /// `GET /tokens/{token}/verify`: the link that activates a user.
    ActivationLink(String),
}

macro_rules! endpoints {
    ($($name:ident = $path:literal,)*) => {
        /// An IDX endpoint, by the last parts of its path.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each is the path it is named after")]
        pub enum Endpoint {
            $($name,)*
        }

        impl Endpoint {
            /// Every endpoint.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The path, which is the same at every org.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }
        }
    };
}

for_each_endpoint!(endpoints);

impl Endpoint {
    /// The endpoint of a path.
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|endpoint| endpoint.path() == path)
    }
}

/// The parameters of `interact`. Unknown parameters are ignored, as Okta does.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct InteractCall {
    pub authorization_server: AuthorizationServer,
    pub credentials: ClientCredentials,
    pub scope: Option<String>,
    pub redirect_uri: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    /// -1 if it is not a number.
    pub max_age: Option<i64>,
    pub activation_token: Option<String>,
    /// The browser's device cookie (`DT`), if the request has it.
    pub browser: Option<String>,
}

/// An opened link of an email.
#[derive(Debug, Clone, Default)]
pub struct LinkCall {
    /// `token` of the query, or of the body as Java sends it.
    pub token: Option<String>,
    /// The browser's device cookie (`DT`), if the request has it.
    pub browser: Option<String>,
}

/// How the client authenticates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientCredentials {
    /// `client_id` of the body or of the Authorization header.
    pub id: Option<String>,
    /// `client_secret`. Java sends `null` for a public client, which means no secret.
    pub secret: Option<String>,
    /// True if both are from an Authorization header.
    pub in_header: bool,
    /// True if the request has more than one of: a header, a secret in the body, an assertion. Also true if header and body name different clients.
    pub twice: bool,
    /// True if the request has a `client_assertion`.
    pub assertion: bool,
    /// True if the Authorization header has the scheme Basic and is not base64.
    pub unreadable: bool,
}

/// The parameters of `token`.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct TokenCall {
    pub authorization_server: AuthorizationServer,
    pub credentials: ClientCredentials,
    pub grant_type: Option<String>,
    pub interaction_code: Option<String>,
    pub code_verifier: Option<String>,
    pub refresh_token: Option<String>,
    pub scope: Option<String>,
    pub redirect_uri: Option<String>,
}

/// The bearer token of a request, after the server checked its signature.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The authorization server that the request came to.
    pub authorization_server: AuthorizationServer,
    /// None if the token is missing, or if its signature or the origin in its issuer is not the org's.
    pub token: Option<AccessToken>,
}

/// An access token with a valid signature and an issuer at this org's address. The engine decides whether the org issued it and whether it is still
/// valid.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct AccessToken {
    pub jti: String,
    pub iss: String,
    pub aud: String,
    pub client_id: String,
    pub user: String,
    pub scopes: Vec<String>,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An id_token with a valid signature and an issuer at this org's address. The engine decides whether the org issued it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct IdToken {
    pub jti: String,
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// The parameters of `introspect` and `revoke`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct TokenInquiry {
    pub authorization_server: AuthorizationServer,
    pub credentials: ClientCredentials,
    pub token: Presented,
}

/// The `token` parameter of `introspect` and `revoke`.
#[derive(Debug, Clone)]
pub enum Presented {
    /// Its signature and the origin in its issuer are the org's.
    Access(AccessToken),
    /// Anything else: a refresh token or an unknown value.
    Opaque(String),
    /// The parameter is missing.
    Missing,
}

/// The parameters of `logout`.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct LogoutCall {
    pub authorization_server: AuthorizationServer,
    pub id_token_hint: Hint,
    pub post_logout_redirect_uri: Option<String>,
    pub state: Option<String>,
}

/// The `id_token_hint` of `logout`.
#[derive(Debug, Clone, Default)]
pub enum Hint {
    /// The parameter is missing.
    #[default]
    Missing,
    /// The signature or the origin in the issuer is not the org's.
    Invalid,
    /// Anything that the org may have issued.
    IdToken(IdToken),
}

//! The calls that the engine answers: one variant an endpoint, already parsed.

use std::sync::Arc;

use idx_wire::IdxBody;
use jiff::Timestamp;

use crate::org::Org;
use crate::state::authorization_server::AuthorizationServer;

/// A call, and the address that the client used.
#[derive(Debug, Clone)]
pub struct Request {
    /// The version of the org document that the request sees.
    pub org: Arc<Org>,
    /// Scheme and host as the client sees them, without a closing slash: `http://localhost:6480`. All hrefs begin with it.
    pub base: String,
    /// What is asked.
    pub call: Call,
}

/// What is asked.
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
    TokenIntrospect(ClientCredentials, Presented),
    /// `POST {as}/v1/revoke`
    Revoke(ClientCredentials, Presented),
    /// `GET {as}/v1/logout`
    Logout(LogoutCall),
    /// `GET {as}/.well-known/openid-configuration` and its twin
    Discovery(AuthorizationServer),
    /// `GET /email/verify/{app}?token=…`: the link of a mail.
    EmailLink(LinkCall),
    /// `GET /tokens/{token}/verify`: the link that activates a user.
    ActivationLink(String),
}

/// An IDX endpoint, by the last parts of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the path it is named after")]
pub enum Endpoint {
    Introspect,
    Identify,
    IdentifySelect,
    Recover,
    Enroll,
    EnrollNew,
    CredentialEnroll,
    ChallengeAnswer,
    ChallengeResend,
    ChallengePoll,
    Skip,
    Cancel,
    Challenge,
    KeepMeSignedIn,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 14] = [
        Self::Introspect,
        Self::Identify,
        Self::IdentifySelect,
        Self::Recover,
        Self::Enroll,
        Self::EnrollNew,
        Self::CredentialEnroll,
        Self::ChallengeAnswer,
        Self::ChallengeResend,
        Self::ChallengePoll,
        Self::Skip,
        Self::Cancel,
        Self::Challenge,
        Self::KeepMeSignedIn,
    ];

    /// The path, which is the same at every org.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Introspect => "/idp/idx/introspect",
            Self::Identify => "/idp/idx/identify",
            Self::IdentifySelect => "/idp/idx/identify/select",
            Self::Recover => "/idp/idx/recover",
            Self::Enroll => "/idp/idx/enroll",
            Self::EnrollNew => "/idp/idx/enroll/new",
            Self::CredentialEnroll => "/idp/idx/credential/enroll",
            Self::ChallengeAnswer => "/idp/idx/challenge/answer",
            Self::ChallengeResend => "/idp/idx/challenge/resend",
            Self::ChallengePoll => "/idp/idx/challenge/poll",
            Self::Skip => "/idp/idx/skip",
            Self::Cancel => "/idp/idx/cancel",
            Self::Challenge => "/idp/idx/challenge",
            Self::KeepMeSignedIn => "/idp/idx/keep-me-signed-in",
        }
    }

    /// The endpoint of a path.
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path)
    }
}

/// The parameters of `interact` that count; the rest is ignored, as Okta does.
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
    pub max_age: Option<i64>,
    pub activation_token: Option<String>,
    /// The device cookie (`DT`) of the browser, where the request has one.
    pub browser: Option<String>,
}

/// The link of a mail, and who opened it.
#[derive(Debug, Clone, Default)]
pub struct LinkCall {
    /// `token` of the query, or of the body as Java sends it.
    pub token: Option<String>,
    /// The device cookie (`DT`) of the browser, where the request has one.
    pub browser: Option<String>,
}

/// How the client says who it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientCredentials {
    /// `client_id` of the body or of the Authorization header.
    pub id: Option<String>,
    /// `client_secret`. The word `null`, which Java sends for a public client, is read as none.
    pub secret: Option<String>,
    /// True if the request carried both a header and a secret in the body, which OAuth forbids.
    pub twice: bool,
}

/// The parameters of `token`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct TokenCall {
    pub authorization_server: AuthorizationServer,
    pub credentials: ClientCredentials,
    pub grant_type: Option<String>,
    pub interaction_code: Option<String>,
    pub code_verifier: Option<String>,
}

/// The bearer token of a request, after the server has looked at its signature.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// None where there is no token, or one that this org did not sign.
    pub token: Option<AccessToken>,
}

/// An access token whose signature is right. Whether it is still good is the engine's question.
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

/// The `token` parameter of `introspect` and `revoke`.
#[derive(Debug, Clone)]
pub enum Presented {
    /// Signed by this org.
    Access(AccessToken),
    /// Anything else: a refresh token, or nothing that is known.
    Opaque(String),
    /// The parameter is missing.
    Missing,
}

/// The parameters of `logout`.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are those of the parameters")]
pub struct LogoutCall {
    pub authorization_server: AuthorizationServer,
    /// The app that the id_token names, where its signature is right.
    pub client_id: Option<String>,
    pub post_logout_redirect_uri: Option<String>,
    pub state: Option<String>,
}

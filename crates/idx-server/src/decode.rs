//! Decodes a request's head and body into a call of the engine. A request that cannot be decoded is refused here, so the engine receives only typed
//! data.

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use http::request::Parts;
use idx_engine::{
    AuthorizationServer, Bearer, Call, Endpoint, Hint, InteractCall, LinkCall, LogoutCall,
    Presented, TokenCall, TokenInquiry,
};
use idx_wire::{FromObject, IdxBody};
use serde_json::error::Category;

use crate::body::Unread;
use crate::cors::is_preflight;
use crate::parameters::{Parameters, bearer, device_cookie};
use crate::response::{BufferedResponse, Media};
use crate::route::{Handler, OAuthCall};
use crate::routes::Target;
use crate::token_reader::TokenReader;

/// Clients may cache the key set for two months, as Okta's.
const KEYS_MAX_AGE: HeaderValue = HeaderValue::from_static("max-age=5184000, must-revalidate");

/// A decoded request.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "the value is short-lived, and the large variant is the usual one"
)]
pub(crate) enum Decoded {
    Call(Call),
    /// The response of a request that does not need the engine.
    Response(BufferedResponse),
}

/// Why a request was refused before it reached the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EarlyRefusal {
    /// The body is valid JSON of an invalid structure.
    BadRequest,
    MalformedJson,
    BodyTooLarge,
    /// With the methods that are allowed.
    MethodNotAllowed(String),
    /// With what was not found, such as `aus1 (AuthorizationServer)`.
    NotFound(String),
}

impl From<Unread> for EarlyRefusal {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::BodyTooLarge,
            Unread::TooSlow | Unread::Broken => Self::MalformedJson,
        }
    }
}

/// Decodes a request to an org.
pub(crate) fn request(
    target: Target,
    head: &Parts,
    body: &Bytes,
    tokens: TokenReader<'_>,
) -> Result<Decoded, EarlyRefusal> {
    if is_preflight(head) {
        return Ok(Decoded::Response(BufferedResponse::empty(StatusCode::NO_CONTENT)));
    }
    let path = head.uri.path();
    match target {
        Target::Handler(handler, parameter) => match handler {
            Handler::Idx(endpoint) => idx(endpoint, body).map(Decoded::Call),
            Handler::OAuth(server, call) => {
                Ok(Decoded::Call(oauth(server, call, head, body, tokens)))
            }
            Handler::EmailLink => Ok(Decoded::Call(email_link(head, body))),
            Handler::ActivationLink => {
                Ok(Decoded::Call(Call::ActivationLink(path[parameter].to_owned())))
            }
            Handler::Keys => {
                let keys = BufferedResponse::new(StatusCode::OK, Media::Json, tokens.key.set);
                Ok(Decoded::Response(keys.with(CACHE_CONTROL, KEYS_MAX_AGE)))
            }
            Handler::Control(_) | Handler::Page => Err(EarlyRefusal::NotFound(path.to_owned())),
        },
        Target::MethodNotAllowed(methods) => Err(EarlyRefusal::MethodNotAllowed(methods)),
        Target::UnknownAuthorizationServer(id) => {
            Err(EarlyRefusal::NotFound(format!("{} (AuthorizationServer)", &path[id])))
        }
        Target::UnknownControlCall | Target::Unknown => {
            Err(EarlyRefusal::NotFound(path.to_owned()))
        }
    }
}

/// The body of an IDX call. It is read as JSON whatever its media type: clients send five media types, or none.
pub(crate) fn idx(endpoint: Endpoint, body: &[u8]) -> Result<Call, EarlyRefusal> {
    // JSON must be UTF-8 throughout. serde alone would not check the members that it skips.
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(EarlyRefusal::MalformedJson);
    };
    match serde_json::from_str::<FromObject<IdxBody>>(text) {
        Ok(FromObject(body)) => Ok(Call::Idx(endpoint, Box::new(body))),
        Err(error) => Err(match error.classify() {
            Category::Data => EarlyRefusal::BadRequest,
            Category::Io | Category::Syntax | Category::Eof => EarlyRefusal::MalformedJson,
        }),
    }
}

/// The parameters of a call of an authorization server, except `keys`, which does not need the engine.
pub(crate) fn oauth(
    server: AuthorizationServer,
    call: OAuthCall,
    head: &Parts,
    body: &[u8],
    tokens: TokenReader<'_>,
) -> Call {
    let parameters = Parameters::new(body, head.uri.query());
    let credentials = || parameters.credentials(&head.headers);
    let inquiry = || TokenInquiry {
        authorization_server: server,
        credentials: credentials(),
        token: presented(&parameters, tokens),
    };
    let is_form = !matches!(call, OAuthCall::Userinfo | OAuthCall::Discovery);
    if is_form && parameters.has_repeated() {
        return Call::RepeatedParameter;
    }
    match call {
        OAuthCall::Interact => Call::Interact(InteractCall {
            authorization_server: server,
            credentials: credentials(),
            scope: parameters.text("scope"),
            redirect_uri: parameters.text("redirect_uri"),
            code_challenge: parameters.text("code_challenge"),
            code_challenge_method: parameters.text("code_challenge_method"),
            state: parameters.text("state"),
            nonce: parameters.text("nonce"),
            max_age: parameters.get("max_age").map(|seconds| seconds.parse().unwrap_or(-1)),
            activation_token: parameters.text("activation_token"),
            browser: device_cookie(&head.headers),
        }),
        OAuthCall::Token => Call::Token(TokenCall {
            authorization_server: server,
            credentials: credentials(),
            grant_type: parameters.text("grant_type"),
            interaction_code: parameters.text("interaction_code"),
            code_verifier: parameters.text("code_verifier"),
            refresh_token: parameters.text("refresh_token"),
            scope: parameters.text("scope"),
            redirect_uri: parameters.text("redirect_uri"),
        }),
        OAuthCall::Userinfo => Call::Userinfo(Bearer {
            authorization_server: server,
            token: bearer(&head.headers).and_then(|token| tokens.access_token(token)),
        }),
        OAuthCall::Introspect => Call::TokenIntrospect(inquiry()),
        OAuthCall::Revoke => Call::Revoke(inquiry()),
        OAuthCall::Logout => Call::Logout(LogoutCall {
            authorization_server: server,
            id_token_hint: match parameters.get("id_token_hint") {
                None => Hint::Missing,
                Some(hint) => tokens.id_token(hint).map_or(Hint::Invalid, Hint::IdToken),
            },
            post_logout_redirect_uri: parameters.text("post_logout_redirect_uri"),
            state: parameters.text("state"),
        }),
        OAuthCall::Discovery => Call::Discovery(server),
        OAuthCall::NotEmulated => Call::NotEmulated,
    }
}

/// The link in an email. Java's `verifyEmailToken` sends the token in the body of a GET.
pub(crate) fn email_link(head: &Parts, body: &[u8]) -> Call {
    let parameters = Parameters::new(body, head.uri.query());
    Call::EmailLink(LinkCall {
        token: parameters.text("token"),
        browser: device_cookie(&head.headers),
    })
}

fn presented(parameters: &Parameters<'_>, tokens: TokenReader<'_>) -> Presented {
    match parameters.get("token") {
        None => Presented::Missing,
        Some(token) => match tokens.access_token(token) {
            Some(access) => Presented::Access(access),
            None => Presented::Opaque(token.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::address::Address;
    use crate::keys::SigningKey;

    fn read(body: impl AsRef<[u8]>) -> Result<IdxBody, EarlyRefusal> {
        idx(Endpoint::Introspect, body.as_ref()).map(|call| match call {
            Call::Idx(_, body) => *body,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn malformed_json_and_invalid_structure_are_different_refusals() {
        assert_eq!(
            read(r#"{"stateHandle":"02","unknown":[{}]}"#).unwrap().state_handle.as_deref(),
            Some("02")
        );
        for body in ["", "{", "{}}", "stateHandle=02", r#""\ud800""#] {
            assert_eq!(read(body), Err(EarlyRefusal::MalformedJson), "{body}");
        }
        let latin_1 = b"{\"unknown\":\"\xe9\"}";
        assert_eq!(read(latin_1), Err(EarlyRefusal::MalformedJson));
        for body in [
            "7",
            r#"{"stateHandle":7}"#,
            r#"{"credentials":"x"}"#,
            r#"{"credentials":["123456"]}"#,
            r#"{"authenticator":["aut1","sms"]}"#,
            r#"["02"]"#,
            "[]",
            r#"{"stateHandle":"a","stateHandle":"b"}"#,
        ] {
            assert_eq!(read(body), Err(EarlyRefusal::BadRequest), "{body}");
        }
    }

    #[test]
    fn token_parameters_are_read_from_a_query_with_an_empty_body() {
        let uri = "/oauth2/default/v1/token?grant_type=interaction_code&interaction_code=c&client_id=0oa&code_verifier=v";
        let (head, ()) = Request::post(uri).body(()).unwrap().into_parts();
        let tokens = TokenReader {
            key: SigningKey::of_first_org(),
            address: &Address::named("http", "localhost", 6480),
            base: "http://localhost:6480",
        };
        let call = oauth(AuthorizationServer::Default, OAuthCall::Token, &head, b"", tokens);
        let Call::Token(call) = call else { panic!() };
        assert_eq!(call.interaction_code.as_deref(), Some("c"));
        assert_eq!(call.credentials.id.as_deref(), Some("0oa"));
    }
}

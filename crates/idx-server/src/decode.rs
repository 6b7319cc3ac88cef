//! From a request's head and body to a call of the engine. What cannot be read is refused here, and everything below has types.

use http::request::Parts;
use idx_engine::{
    ApiRefusal, AuthorizationServer, Bearer, Call, Endpoint, InteractCall, LinkCall, LogoutCall,
    Presented, TokenCall,
};
use idx_wire::IdxBody;
use serde_json::error::Category;

use crate::keys;
use crate::parameters::{Parameters, bearer, device_cookie};
use crate::route::OAuthCall;

/// Why a request never becomes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused<'a> {
    Api(ApiRefusal<'a>),
    /// JSON of the wrong shape.
    BadRequest,
}

/// The body of an IDX call. Whatever media type it names, it is read as JSON: clients were seen to name five, and none at all.
pub(crate) fn idx(endpoint: Endpoint, body: &[u8]) -> Result<Call, Refused<'static>> {
    // All of it is UTF-8 or it is no JSON; serde alone would not look at what it passes over.
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(Refused::Api(ApiRefusal::MalformedJson));
    };
    match serde_json::from_str::<IdxBody>(text) {
        Ok(body) => Ok(Call::Idx(endpoint, Box::new(body))),
        Err(error) => Err(match error.classify() {
            Category::Data => Refused::BadRequest,
            Category::Io | Category::Syntax | Category::Eof => {
                Refused::Api(ApiRefusal::MalformedJson)
            }
        }),
    }
}

/// The parameters of a call of an authorization server. `keys` is not among them: it never reaches the engine.
pub(crate) fn oauth(
    server: AuthorizationServer,
    call: OAuthCall,
    head: &Parts,
    body: &[u8],
) -> Call {
    let parameters = Parameters::new(body, head.uri.query());
    let credentials = || parameters.credentials(&head.headers);
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
            max_age: parameters.get("max_age").and_then(|seconds| seconds.parse().ok()),
            activation_token: parameters.text("activation_token"),
            browser: device_cookie(&head.headers),
        }),
        OAuthCall::Token => Call::Token(TokenCall {
            authorization_server: server,
            credentials: credentials(),
            grant_type: parameters.text("grant_type"),
            interaction_code: parameters.text("interaction_code"),
            code_verifier: parameters.text("code_verifier"),
        }),
        OAuthCall::Userinfo => Call::Userinfo(Bearer {
            token: bearer(&head.headers).and_then(keys::read_access_token),
        }),
        OAuthCall::Introspect => Call::TokenIntrospect(credentials(), presented(&parameters)),
        OAuthCall::Revoke => Call::Revoke(credentials(), presented(&parameters)),
        OAuthCall::Logout => Call::Logout(LogoutCall {
            authorization_server: server,
            client_id: parameters.get("id_token_hint").and_then(keys::read_audience),
            post_logout_redirect_uri: parameters.text("post_logout_redirect_uri"),
            state: parameters.text("state"),
        }),
        OAuthCall::Discovery => Call::Discovery(server),
    }
}

/// The link of a mail. Java's `verifyEmailToken` sends the token in the body of a GET.
pub(crate) fn email_link(head: &Parts, body: &[u8]) -> Call {
    let parameters = Parameters::new(body, head.uri.query());
    Call::EmailLink(LinkCall {
        token: parameters.text("token"),
        browser: device_cookie(&head.headers),
    })
}

fn presented(parameters: &Parameters<'_>) -> Presented {
    match parameters.get("token") {
        None => Presented::Missing,
        Some(token) => match keys::read_access_token(token) {
            Some(access) => Presented::Access(access),
            None => Presented::Opaque(token.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn read(body: impl AsRef<[u8]>) -> Result<IdxBody, Refused<'static>> {
        idx(Endpoint::Introspect, body.as_ref()).map(|call| match call {
            Call::Idx(_, body) => *body,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn no_json_and_json_of_the_wrong_shape_are_told_apart() {
        assert_eq!(
            read(r#"{"stateHandle":"02","unknown":[{}]}"#).unwrap().state_handle.as_deref(),
            Some("02")
        );
        for body in ["", "{", "{}}", "stateHandle=02", r#""\ud800""#] {
            assert_eq!(read(body), Err(Refused::Api(ApiRefusal::MalformedJson)), "{body}");
        }
        let latin_1 = b"{\"unknown\":\"\xe9\"}";
        assert_eq!(read(latin_1), Err(Refused::Api(ApiRefusal::MalformedJson)));
        for body in [
            "7",
            r#"{"stateHandle":7}"#,
            r#"{"credentials":"x"}"#,
            r#"{"stateHandle":"a","stateHandle":"b"}"#,
        ] {
            assert_eq!(read(body), Err(Refused::BadRequest), "{body}");
        }
    }

    #[test]
    fn token_parameters_are_read_from_a_query_with_an_empty_body() {
        let uri = "/oauth2/default/v1/token?grant_type=interaction_code&interaction_code=c&client_id=0oa&code_verifier=v";
        let (head, ()) = Request::post(uri).body(()).unwrap().into_parts();
        let Call::Token(call) = oauth(AuthorizationServer::Default, OAuthCall::Token, &head, b"")
        else {
            panic!()
        };
        assert_eq!(call.interaction_code.as_deref(), Some("c"));
        assert_eq!(call.credentials.id.as_deref(), Some("0oa"));
    }
}

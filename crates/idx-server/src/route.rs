//! Which call a path and method name. The tables are written out: there are no wildcard rules.

use http::Method;
use idx_engine::{AuthorizationServer, Endpoint};

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Idx(Endpoint),
    OAuth(AuthorizationServer, OAuthCall),
    /// The key set, which is the same for every authorization server.
    Keys,
    /// The link of a mail.
    EmailLink,
    /// The link that activates the person of a token.
    ActivationLink(&'a str),
    /// The rest of a path below `/_idxlab/api/`.
    Control(&'a str),
    Page,
    /// The path is known, the method is not; the methods that are.
    WrongMethod(&'static str),
    /// `/oauth2/{id}/…` with an id that is not `default`.
    UnknownAuthorizationServer(&'a str),
    Unknown,
}

/// A call of an authorization server that the engine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OAuthCall {
    Interact,
    Token,
    Userinfo,
    Revoke,
    Introspect,
    Logout,
    Discovery,
}

impl<'a> Route<'a> {
    pub(crate) fn of(method: &Method, path: &'a str) -> Self {
        match Self::at(path) {
            Self::Idx(_) if method != Method::POST => Self::WrongMethod("POST"),
            Self::OAuth(server, call) => {
                call.allowed(method).map_or_else(Self::WrongMethod, |()| Self::OAuth(server, call))
            }
            Self::Keys if method != Method::GET && method != Method::HEAD => {
                Self::WrongMethod("GET, HEAD")
            }
            Self::EmailLink if method != Method::GET && method != Method::POST => {
                Self::WrongMethod("GET, POST")
            }
            Self::ActivationLink(_) if method != Method::GET => Self::WrongMethod("GET"),
            Self::Page if method != Method::GET => Self::WrongMethod("GET"),
            route => route,
        }
    }

    fn at(path: &'a str) -> Self {
        if path.starts_with("/idp/idx/") {
            return Endpoint::at(path).map_or(Self::Unknown, Self::Idx);
        }
        if let Some(rest) = path.strip_prefix("/oauth2/") {
            return Self::at_authorization_server(rest);
        }
        if let Some(document) = path.strip_prefix("/.well-known/") {
            return discovery(AuthorizationServer::Org, document);
        }
        if path == "/email/verify" || path.starts_with("/email/verify/") {
            return Self::EmailLink;
        }
        if let Some(token) =
            path.strip_prefix("/tokens/").and_then(|rest| rest.strip_suffix("/verify"))
        {
            return Self::ActivationLink(token);
        }
        if let Some(rest) = path.strip_prefix("/_idxlab") {
            return match rest {
                "" | "/" => Self::Page,
                _ => rest.strip_prefix("/api/").map_or(Self::Unknown, Self::Control),
            };
        }
        Self::Unknown
    }

    /// `rest` is what follows `/oauth2/`.
    fn at_authorization_server(rest: &'a str) -> Self {
        let Some((server, call)) = rest.split_once('/') else { return Self::Unknown };
        match server {
            "v1" => oauth(AuthorizationServer::Org, call),
            "default" => match call.split_once('/') {
                Some(("v1", call)) => oauth(AuthorizationServer::Default, call),
                Some((".well-known", document)) => {
                    discovery(AuthorizationServer::Default, document)
                }
                _ => Self::Unknown,
            },
            _ => Self::UnknownAuthorizationServer(server),
        }
    }
}

impl OAuthCall {
    /// Err with the methods that are allowed, where the given one is not.
    fn allowed(self, method: &Method) -> Result<(), &'static str> {
        let (is_allowed, names) = match self {
            Self::Interact | Self::Token | Self::Revoke | Self::Introspect => {
                (method == Method::POST, "POST")
            }
            Self::Discovery => (method == Method::GET || method == Method::HEAD, "GET, HEAD"),
            Self::Userinfo | Self::Logout => {
                (method == Method::GET || method == Method::POST, "GET, POST")
            }
        };
        if is_allowed { Ok(()) } else { Err(names) }
    }
}

fn oauth(server: AuthorizationServer, call: &str) -> Route<'_> {
    let call = match call {
        "interact" => OAuthCall::Interact,
        "token" => OAuthCall::Token,
        "keys" => return Route::Keys,
        "userinfo" => OAuthCall::Userinfo,
        "revoke" => OAuthCall::Revoke,
        "introspect" => OAuthCall::Introspect,
        "logout" => OAuthCall::Logout,
        _ => return Route::Unknown,
    };
    Route::OAuth(server, call)
}

fn discovery(server: AuthorizationServer, document: &str) -> Route<'_> {
    match document {
        "openid-configuration" | "oauth-authorization-server" => {
            Route::OAuth(server, OAuthCall::Discovery)
        }
        _ => Route::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_methods_name_calls() {
        use AuthorizationServer::{Default, Org};
        let table = [
            (Method::POST, "/idp/idx/introspect", Route::Idx(Endpoint::Introspect)),
            (Method::POST, "/idp/idx/enroll/new", Route::Idx(Endpoint::EnrollNew)),
            (Method::GET, "/idp/idx/introspect", Route::WrongMethod("POST")),
            (Method::POST, "/idp/idx/unlock-account", Route::Unknown),
            (
                Method::POST,
                "/oauth2/default/v1/interact",
                Route::OAuth(Default, OAuthCall::Interact),
            ),
            (Method::POST, "/oauth2/v1/token", Route::OAuth(Org, OAuthCall::Token)),
            (Method::GET, "/oauth2/v1/token", Route::WrongMethod("POST")),
            (Method::GET, "/oauth2/default/v1/keys", Route::Keys),
            (
                Method::POST,
                "/oauth2/default/v1/userinfo",
                Route::OAuth(Default, OAuthCall::Userinfo),
            ),
            (
                Method::GET,
                "/.well-known/openid-configuration",
                Route::OAuth(Org, OAuthCall::Discovery),
            ),
            (
                Method::GET,
                "/oauth2/default/.well-known/oauth-authorization-server",
                Route::OAuth(Default, OAuthCall::Discovery),
            ),
            (
                Method::GET,
                "/oauth2/aus1/.well-known/openid-configuration",
                Route::UnknownAuthorizationServer("aus1"),
            ),
            (Method::POST, "/oauth2/aus1/v1/interact", Route::UnknownAuthorizationServer("aus1")),
            (Method::GET, "/email/verify/0oa1", Route::EmailLink),
            (Method::POST, "/email/verify", Route::EmailLink),
            (Method::GET, "/email/verifying", Route::Unknown),
            (Method::GET, "/tokens/abc/verify", Route::ActivationLink("abc")),
            (Method::POST, "/tokens/abc/verify", Route::WrongMethod("GET")),
            (Method::GET, "/_idxlab", Route::Page),
            (Method::GET, "/_idxlab/", Route::Page),
            (Method::GET, "/_idxlab/api/messages", Route::Control("messages")),
            (Method::DELETE, "/_idxlab/api/orgs/a", Route::Control("orgs/a")),
            (Method::GET, "/_idxlabel", Route::Unknown),
            (Method::GET, "/oauth2", Route::Unknown),
            (Method::GET, "/", Route::Unknown),
        ];
        for (method, path, route) in table {
            assert_eq!(Route::of(&method, path), route, "{method} {path}");
        }
    }
}

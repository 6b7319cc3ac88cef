//! The route table: every method and path that the server handles. `Allow` headers, the list of calls in a 404 and the OpenAPI document are
//! generated from it.

use std::ops::Range;
use std::sync::LazyLock;

use http::Method;
use idx_engine::{AuthorizationServer, Endpoint};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::control::{
    Call, CallContext, ControlCall, ControlError, Json, NoQuery, clock, describe, faults, graph,
    health, journal, limits, messages, org, orgs, reset, users,
};
use crate::route::{self, Handler, Lookup, OAuthCall, Route};

/// The start of every path of the control API.
const CONTROL_API: &str = "/_idxlab/api/";

static TABLE: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut table = Vec::new();
    table.extend(idx());
    table.extend(oauth(AuthorizationServer::Default, "/oauth2/default/v1"));
    table.extend(oauth(AuthorizationServer::Org, "/oauth2/v1"));
    table.extend(discovery(AuthorizationServer::Default, "/oauth2/default/.well-known"));
    table.extend(discovery(AuthorizationServer::Org, "/.well-known"));
    table.extend(pages());
    table.extend(control());
    table
});

fn idx() -> impl Iterator<Item = Route> {
    let endpoints = Endpoint::ALL.iter().copied();
    endpoints.map(|endpoint| Route::new(Method::POST, endpoint.path(), Handler::Idx(endpoint)))
}

fn oauth(server: AuthorizationServer, base: &str) -> impl Iterator<Item = Route> {
    let call = |call| Handler::OAuth(server, call);
    [
        (Method::POST, "interact", call(OAuthCall::Interact)),
        (Method::POST, "token", call(OAuthCall::Token)),
        (Method::GET, "keys", Handler::Keys),
        (Method::GET, "userinfo", call(OAuthCall::Userinfo)),
        (Method::POST, "userinfo", call(OAuthCall::Userinfo)),
        (Method::POST, "introspect", call(OAuthCall::Introspect)),
        (Method::POST, "revoke", call(OAuthCall::Revoke)),
        (Method::GET, "logout", call(OAuthCall::Logout)),
        (Method::POST, "logout", call(OAuthCall::Logout)),
        (Method::GET, "authorize", call(OAuthCall::NotEmulated)),
        (Method::POST, "authorize", call(OAuthCall::NotEmulated)),
    ]
    .into_iter()
    .map(move |(method, path, handler)| Route::new(method, format!("{base}/{path}"), handler))
}

fn discovery(server: AuthorizationServer, base: &str) -> impl Iterator<Item = Route> {
    ["openid-configuration", "oauth-authorization-server"].into_iter().map(move |document| {
        let handler = Handler::OAuth(server, OAuthCall::Discovery);
        Route::new(Method::GET, format!("{base}/{document}"), handler)
    })
}

fn pages() -> [Route; 9] {
    let registration = Handler::OAuth(AuthorizationServer::Org, OAuthCall::NotEmulated);
    [
        Route::new(Method::GET, "/oauth2/v1/clients", registration),
        Route::new(Method::POST, "/oauth2/v1/clients", registration),
        Route::new(Method::GET, "/email/verify", Handler::EmailLink),
        Route::new(Method::POST, "/email/verify", Handler::EmailLink),
        Route::new(Method::GET, "/email/verify/{app}", Handler::EmailLink),
        Route::new(Method::POST, "/email/verify/{app}", Handler::EmailLink),
        Route::new(Method::GET, "/tokens/{token}/verify", Handler::ActivationLink),
        Route::new(Method::GET, "/_idxlab", Handler::Page),
        Route::new(Method::GET, "/_idxlab/", Handler::Page),
    ]
}

fn control() -> impl Iterator<Item = Route> {
    [
        (Method::GET, "health", ControlCall::of::<health::ReadHealth>()),
        (Method::GET, "openapi.json", ControlCall::of::<ReadOpenApi>()),
        (Method::GET, "orgs", ControlCall::of::<orgs::ListOrgs>()),
        (Method::POST, "orgs", ControlCall::of::<orgs::AddOrg>()),
        (Method::GET, "orgs/{id}", ControlCall::of::<orgs::ReadOrg>()),
        (Method::DELETE, "orgs/{id}", ControlCall::of::<orgs::RemoveOrg>()),
        (Method::GET, "org", ControlCall::of::<org::ReadDocument>()),
        (Method::PUT, "org", ControlCall::of::<org::ReplaceDocument>()),
        (Method::GET, "messages", ControlCall::of::<messages::ListMessages>()),
        (Method::DELETE, "messages", ControlCall::of::<messages::ClearMessages>()),
        (Method::GET, "users", ControlCall::of::<users::ListUsers>()),
        (Method::POST, "users", ControlCall::of::<users::AddUser>()),
        (Method::GET, "users/{id}", ControlCall::of::<users::ReadUser>()),
        (Method::DELETE, "users/{id}", ControlCall::of::<users::RemoveUser>()),
        (Method::GET, "clock", ControlCall::of::<clock::ReadClock>()),
        (Method::POST, "clock", ControlCall::of::<clock::AdjustClock>()),
        (Method::GET, "faults", ControlCall::of::<faults::ReadFaults>()),
        (Method::PUT, "faults", ControlCall::of::<faults::ReplaceFaults>()),
        (Method::DELETE, "faults", ControlCall::of::<faults::ClearFaults>()),
        (Method::GET, "journal", ControlCall::of::<journal::ListExchanges>()),
        (Method::GET, "limits", ControlCall::of::<limits::ReadLimits>()),
        (Method::GET, "graph", ControlCall::of::<graph::ReadGraph>()),
        (Method::POST, "reset", ControlCall::of::<reset::Reset>()),
    ]
    .into_iter()
    .map(|(method, path, call)| {
        Route::new(method, format!("{CONTROL_API}{path}"), Handler::Control(call))
    })
}

/// The target of a request.
#[derive(Debug)]
pub(crate) enum Target {
    /// The handler, and the position of the variable part in the path.
    Handler(Handler, Range<usize>),
    /// The methods of the path.
    MethodNotAllowed(String),
    /// The position of an unknown authorization server's id in the path.
    UnknownAuthorizationServer(Range<usize>),
    UnknownControlCall,
    Unknown,
}

impl Target {
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        match route::look_up(&TABLE, method, path) {
            Lookup::Found(handler, parameter) => Self::Handler(handler, parameter),
            Lookup::MethodNotAllowed(methods) => Self::MethodNotAllowed(methods),
            Lookup::Unknown if is_control_call(path) => Self::UnknownControlCall,
            Lookup::Unknown => match authorization_server(path) {
                Some(id) => Self::UnknownAuthorizationServer(id),
                None => Self::Unknown,
            },
        }
    }

    /// Whether the request is for the control API or the web page.
    pub(crate) fn is_control(&self, path: &str) -> bool {
        match self {
            Self::Handler(handler, _) => matches!(handler, Handler::Control(_) | Handler::Page),
            Self::MethodNotAllowed(_) => is_control_call(path),
            Self::UnknownControlCall => true,
            Self::UnknownAuthorizationServer(_) | Self::Unknown => false,
        }
    }
}

fn is_control_call(path: &str) -> bool {
    path.starts_with(CONTROL_API)
}

/// The calls of the control API, such as `orgs/{id}`, each once.
pub(crate) fn control_calls() -> Vec<&'static str> {
    let mut calls: Vec<&str> =
        TABLE.iter().filter_map(|route| route.path.as_str().strip_prefix(CONTROL_API)).collect();
    calls.dedup();
    calls
}

/// The position of the id in a path of an unknown authorization server: `/oauth2/{id}/…`.
fn authorization_server(path: &str) -> Option<Range<usize>> {
    const BASE: &str = "/oauth2/";
    let (id, _) = path.strip_prefix(BASE)?.split_once('/')?;
    (!matches!(id, "v1" | "default")).then(|| BASE.len()..BASE.len() + id.len())
}

/// `GET openapi.json`. It is here because it describes the table that contains it.
#[derive(Debug)]
struct ReadOpenApi;

/// An OpenAPI 3.1 document.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct OpenApi(&'static Value);

static OPEN_API: LazyLock<Value> = LazyLock::new(|| {
    describe(TABLE.iter().filter_map(|route| match route.handler {
        Handler::Control(call) => {
            Some((&route.method, route.path.as_str().strip_prefix("/_idxlab/api")?, call))
        }
        _ => None,
    }))
});

impl Call for ReadOpenApi {
    const SUMMARY: &'static str = "Returns this description of the control API.";
    type Query = NoQuery;
    type Request = ();
    type Response = Json<OpenApi>;

    async fn run(_: &CallContext<'_>, _: NoQuery, (): ()) -> Result<Self::Response, ControlError> {
        Ok(Json(OpenApi(&OPEN_API)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_methods_lead_to_their_handlers() {
        for (method, path, target) in [
            ("POST", "/idp/idx/introspect", "Idx(Introspect)"),
            ("POST", "/idp/idx/enroll/new", "Idx(EnrollNew)"),
            ("GET", "/idp/idx/introspect", "405 POST"),
            ("POST", "/idp/idx/unlock-account", "404"),
            ("POST", "/oauth2/default/v1/interact", "OAuth(Default, Interact)"),
            ("POST", "/oauth2/v1/token", "OAuth(Org, Token)"),
            ("GET", "/oauth2/v1/token", "405 POST"),
            ("GET", "/oauth2/default/v1/keys", "Keys"),
            ("DELETE", "/oauth2/v1/keys", "405 GET, HEAD"),
            ("POST", "/oauth2/default/v1/userinfo", "OAuth(Default, Userinfo)"),
            ("PUT", "/oauth2/default/v1/userinfo", "405 GET, HEAD, POST"),
            ("HEAD", "/.well-known/openid-configuration", "OAuth(Org, Discovery)"),
            ("HEAD", "/_idxlab/", "Page"),
            ("HEAD", "/idp/idx/introspect", "405 POST"),
            (
                "GET",
                "/oauth2/default/.well-known/oauth-authorization-server",
                "OAuth(Default, Discovery)",
            ),
            ("GET", "/oauth2/aus1/.well-known/openid-configuration", "unknown server aus1"),
            ("POST", "/oauth2/aus1/v1/interact", "unknown server aus1"),
            ("POST", "/oauth2/default/v2/interact", "404"),
            ("GET", "/email/verify/0oa1", "EmailLink"),
            ("POST", "/email/verify", "EmailLink"),
            ("GET", "/email/verifying", "404"),
            ("GET", "/tokens/abc/verify", "ActivationLink"),
            ("POST", "/tokens/abc/verify", "405 GET, HEAD"),
            ("GET", "/_idxlab", "Page"),
            ("GET", "/_idxlab/", "Page"),
            ("POST", "/_idxlab/", "405 GET, HEAD"),
            ("GET", "/_idxlabel", "404"),
            ("GET", "/_idxlab/api", "404"),
            ("PATCH", "/_idxlab/api/clock", "405 GET, HEAD, POST"),
            ("PUT", "/_idxlab/api/orgs/org-2", "405 GET, HEAD, DELETE"),
            ("GET", "/_idxlab/api/inbox", "unknown call"),
            ("GET", "/_idxlab/api/", "unknown call"),
            ("GET", "/_idxlab/api/clock/x", "unknown call"),
            ("GET", "/oauth2", "404"),
            ("GET", "/", "404"),
        ] {
            let found = match Target::of(&method.parse().unwrap(), path) {
                Target::Handler(handler, _) => format!("{handler:?}"),
                Target::MethodNotAllowed(methods) => format!("405 {methods}"),
                Target::UnknownAuthorizationServer(id) => format!("unknown server {}", &path[id]),
                Target::UnknownControlCall => "unknown call".to_owned(),
                Target::Unknown => "404".to_owned(),
            };
            assert_eq!(found, target, "{method} {path}");
        }
        assert!(matches!(
            Target::of(&Method::DELETE, "/_idxlab/api/orgs/a"),
            Target::Handler(Handler::Control(_), id) if &"/_idxlab/api/orgs/a"[id.clone()] == "a"
        ));
    }

    #[test]
    fn every_call_is_listed_once() {
        let calls = control_calls();
        let unique: std::collections::BTreeSet<_> = calls.iter().collect();
        assert_eq!(unique.len(), calls.len(), "{calls:?}");
        assert!(unique.contains(&"orgs/{id}"), "{calls:?}");
    }

    #[test]
    fn every_call_is_described() {
        let paths = OPEN_API["paths"].as_object().unwrap();
        let described: Vec<&str> = paths.keys().map(|path| &path[1..]).collect();
        assert_eq!(described, control_calls());
        assert_eq!(OPEN_API["paths"]["/orgs/{id}"]["delete"]["operationId"], "delete-orgs-id");
    }
}

//! A row of the route table, and the lookup of a request in the table.

use std::ops::Range;

use http::Method;
use idx_engine::{AuthorizationServer, Endpoint};

use crate::control::ControlCall;

/// A method and a path with their handler.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: PathTemplate,
    pub(crate) handler: Handler,
}

/// The handler of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handler {
    Idx(Endpoint),
    OAuth(AuthorizationServer, OAuthCall),
    /// The key set, which is the same for every authorization server.
    Keys,
    /// The link in an email.
    EmailLink,
    /// The link that activates the user of a token.
    ActivationLink,
    Control(ControlCall),
    /// The web page.
    Page,
}

/// A call of an authorization server that the engine handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OAuthCall {
    Interact,
    Token,
    Userinfo,
    Revoke,
    Introspect,
    Logout,
    Discovery,
    NotEmulated,
}

/// A path with at most one variable part: `/orgs/{id}`. The variable part can be empty and can contain `/`.
#[derive(Debug)]
pub(crate) struct PathTemplate {
    template: String,
    /// The text before and after the variable part.
    around: Option<(Range<usize>, Range<usize>)>,
}

impl PathTemplate {
    fn new(template: String) -> Self {
        let around = template
            .find('{')
            .zip(template.find('}'))
            .map(|(open, close)| (0..open, close + 1..template.len()));
        Self { template, around }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.template
    }

    /// The position of the variable part in a path that matches.
    fn parameter(&self, path: &str) -> Option<Range<usize>> {
        let Some((before, after)) = &self.around else {
            return (self.template == path).then_some(0..0);
        };
        let (before, after) = (&self.template[before.clone()], &self.template[after.clone()]);
        let is_match = path.len() >= before.len() + after.len()
            && path.starts_with(before)
            && path.ends_with(after);
        is_match.then(|| before.len()..path.len() - after.len())
    }
}

/// The result of a lookup.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// The handler, and the position of the variable part in the path.
    Found(Handler, Range<usize>),
    /// The path is in the table with other methods, such as `GET, POST`.
    MethodNotAllowed(String),
    Unknown,
}

impl Route {
    pub(crate) fn new(method: Method, path: impl Into<String>, handler: Handler) -> Self {
        Self { method, path: PathTemplate::new(path.into()), handler }
    }
}

/// Finds the handler of a request. HEAD has the handler of GET (RFC 9110 9.3.2), and hyper omits the body.
pub(crate) fn look_up(table: &[Route], method: &Method, path: &str) -> Lookup {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let found = table
        .iter()
        .filter(|route| route.method == *method)
        .find_map(|route| Some((route.handler, route.path.parameter(path)?)));
    match found {
        Some((handler, parameter)) => Lookup::Found(handler, parameter),
        None => match allowed(table, path) {
            methods if methods.is_empty() => Lookup::Unknown,
            methods => Lookup::MethodNotAllowed(methods.join(", ")),
        },
    }
}

/// The methods of a path.
fn allowed<'a>(table: &'a [Route], path: &str) -> Vec<&'a str> {
    let routes = table.iter().filter(|route| route.path.parameter(path).is_some());
    let methods = routes.flat_map(|route| {
        let head = (route.method == Method::GET).then_some("HEAD");
        [route.method.as_str()].into_iter().chain(head)
    });
    methods.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Vec<Route> {
        vec![
            Route::new(Method::GET, "/users", Handler::Page),
            Route::new(Method::POST, "/users", Handler::Keys),
            Route::new(Method::GET, "/users/{id}", Handler::EmailLink),
            Route::new(Method::GET, "/tokens/{token}/verify", Handler::ActivationLink),
        ]
    }

    fn found(method: &Method, path: &str) -> Option<String> {
        match look_up(&table(), method, path) {
            Lookup::Found(handler, parameter) => Some(format!("{handler:?} {}", &path[parameter])),
            Lookup::MethodNotAllowed(methods) => Some(methods),
            Lookup::Unknown => None,
        }
    }

    #[test]
    fn template_yields_its_variable_part() {
        assert_eq!(found(&Method::GET, "/users").unwrap(), "Page ");
        assert_eq!(found(&Method::GET, "/users/7").unwrap(), "EmailLink 7");
        assert_eq!(found(&Method::GET, "/users/").unwrap(), "EmailLink ");
        assert_eq!(found(&Method::GET, "/users/a/b").unwrap(), "EmailLink a/b");
        assert_eq!(found(&Method::GET, "/tokens/abc/verify").unwrap(), "ActivationLink abc");
    }

    #[test]
    fn other_method_yields_the_methods_of_the_path() {
        assert_eq!(found(&Method::PUT, "/users").unwrap(), "GET, HEAD, POST");
        assert_eq!(found(&Method::POST, "/users/7").unwrap(), "GET, HEAD");
    }

    #[test]
    fn head_has_the_handler_of_get() {
        assert_eq!(found(&Method::HEAD, "/users").unwrap(), "Page ");
        assert_eq!(found(&Method::HEAD, "/users/7").unwrap(), "EmailLink 7");
    }

    #[test]
    fn other_path_is_unknown() {
        for path in ["/", "/user", "/users7", "/tokens/verify", "/tokens/abc/verify/"] {
            assert_eq!(found(&Method::GET, path), None, "{path}");
        }
    }
}

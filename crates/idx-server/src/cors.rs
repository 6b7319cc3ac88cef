//! CORS. An untrusted page gets the same responses without the headers, so its browser hides them, as with Okta.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue, ORIGIN,
};
use http::request::Parts;
use http::{HeaderMap, Method};

const ALLOWED_HEADERS: HeaderValue = HeaderValue::from_static(
    "content-type, accept, authorization, x-okta-user-agent-extended, x-device-token, x-idxlab-explain, x-requested-with",
);
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static(
    "x-okta-request-id, x-rate-limit-limit, x-rate-limit-remaining, x-rate-limit-reset, www-authenticate, x-idxlab-why",
);
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, DELETE, OPTIONS");
/// One day. Browsers reduce it to their own limit.
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");
/// Chromium sends it before a public page may call a loopback address.
const PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// The CORS headers of a response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cors {
    /// The page's origin, if it is trusted.
    origin: Option<HeaderValue>,
    preflight: bool,
    private_network: bool,
}

impl Cors {
    /// Selects the headers for a request.
    pub(crate) fn decide(head: &Parts, trusts: impl FnOnce(&str) -> bool) -> Self {
        let Some(origin) = head.headers.get(ORIGIN) else { return Self::default() };
        if !origin.to_str().is_ok_and(trusts) {
            return Self::default();
        }
        // A copy, since the journal keeps it. The header itself is a slice of the connection's buffer.
        Self {
            origin: HeaderValue::from_bytes(origin.as_bytes()).ok(),
            preflight: is_preflight(head),
            private_network: head.headers.contains_key(PRIVATE_NETWORK),
        }
    }

    /// Whether the request comes from a page of a trusted origin.
    pub(crate) fn is_trusted(&self) -> bool {
        self.origin.is_some()
    }

    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let Some(origin) = &self.origin else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if !self.preflight {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
            return;
        }
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        if self.private_network {
            headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
        }
    }
}

/// Whether a request is a CORS preflight.
pub(crate) fn is_preflight(head: &Parts) -> bool {
    head.method == Method::OPTIONS
        && head.headers.contains_key(ORIGIN)
        && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn decided(method: Method, headers: &[(&str, &str)]) -> HeaderMap {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let mut written = HeaderMap::new();
        Cors::decide(&head, |origin| origin == "http://localhost:3000").write(&mut written);
        written
    }

    #[test]
    fn trusted_page_receives_its_own_origin() {
        let headers = decided(Method::POST, &[("origin", "http://localhost:3000")]);
        assert_eq!(headers[ACCESS_CONTROL_ALLOW_ORIGIN], "http://localhost:3000");
        assert_eq!(headers[ACCESS_CONTROL_ALLOW_CREDENTIALS], "true");
        assert!(
            headers[ACCESS_CONTROL_EXPOSE_HEADERS].to_str().unwrap().contains("x-okta-request-id")
        );
        assert!(!headers.contains_key(ACCESS_CONTROL_ALLOW_METHODS));
    }

    #[test]
    fn preflight_response_lists_methods_and_headers() {
        let headers = decided(
            Method::OPTIONS,
            &[
                ("origin", "http://localhost:3000"),
                ("access-control-request-method", "POST"),
                ("access-control-request-private-network", "true"),
            ],
        );
        assert!(
            headers[ACCESS_CONTROL_ALLOW_HEADERS]
                .to_str()
                .unwrap()
                .contains("x-okta-user-agent-extended")
        );
        assert_eq!(headers[ACCESS_CONTROL_MAX_AGE], "86400");
        assert_eq!(headers[ALLOW_PRIVATE_NETWORK], "true");
    }

    #[test]
    fn untrusted_page_receives_no_headers() {
        assert!(decided(Method::POST, &[]).is_empty());
        assert!(decided(Method::POST, &[("origin", "https://evil.example")]).is_empty());
        assert!(
            decided(
                Method::OPTIONS,
                &[("origin", "null"), ("access-control-request-method", "POST")]
            )
            .is_empty()
        );
    }
}

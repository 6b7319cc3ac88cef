//! The parameters of an OAuth call. The first line is the query, the second line the Authorization and Cookie headers, and the rest the body.
#![no_main]

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(3, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (query, authorization, body) = (part(), part(), part());
    let uri = format!("/oauth2/default/v1/token?{}", String::from_utf8_lossy(query));
    let mut request = Request::post(uri);
    if let Ok(value) = HeaderValue::from_bytes(authorization) {
        request = request.header(AUTHORIZATION, value.clone()).header(COOKIE, value);
    }
    // hyper rejects invalid URLs, so the server never receives them.
    let Ok(request) = request.body(()) else { return };
    let (head, ()) = request.into_parts();
    let calls = idx_server::fuzz::oauth_calls(&head, body);
    assert_eq!(calls.len(), 17, "eight calls for each authorization server, and the email link");
});

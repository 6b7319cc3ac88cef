//! Responds to a request for the control API or the web page: access check, body, call.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY};
use http::header::{X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::request::Parts;

use crate::body::RequestBody;
use crate::control::call::CallContext;
use crate::control::error::ControlError;
use crate::limits::CONTROL_BODY_BYTES;
use crate::peer::Peer;
use crate::registry::Registry;
use crate::response::{BufferedResponse, Media};
use crate::route::Handler;
use crate::routes::{Target, control_calls};
use crate::running_org::RunningOrg;

/// Keeps a page of another site from loading a response as an image or a script.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Allows the page's own inline script and styles by their hashes, its calls of the control API, and nothing else. No page can frame it.
static PAGE_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let [script, style] = [("<script type=\"module\">", "</script>"), ("<style>", "</style>")]
        .map(|(start, end)| inline_hash(start, end));
    let policy = format!(
        "default-src 'none'; script-src {script}; style-src {style}; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(CALL_POLICY)
});
const CALL_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The web page. It gets its data from the control API, so the page itself contains no secret.
const PAGE: &str = include_str!("page.html");

/// A request for the control API or the web page.
#[derive(Debug)]
pub(crate) struct ControlRequest<'a> {
    pub(crate) registry: &'a Registry,
    /// The org that the client called.
    pub(crate) org: &'a Arc<RunningOrg>,
    /// The origin that the client called.
    pub(crate) base: &'a str,
    pub(crate) head: &'a Parts,
    pub(crate) target: Target,
    pub(crate) peer: &'a Peer,
}

pub(crate) async fn respond(
    request: ControlRequest<'_>,
    body: &mut RequestBody,
) -> BufferedResponse {
    let response = request.run(body).await.unwrap_or_else(BufferedResponse::from);
    let policy = if response.media == Media::Html { PAGE_POLICY.clone() } else { CALL_POLICY };
    response
        .with(CONTENT_SECURITY_POLICY, policy)
        .with(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))
        .with(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))
        .with(REFERRER_POLICY, HeaderValue::from_static("no-referrer"))
        .with(RESOURCE_POLICY, HeaderValue::from_static("same-origin"))
}

/// The source expression for the inline element of the page between two texts.
fn inline_hash(start: &str, end: &str) -> String {
    let content = PAGE.split_once(start).and_then(|(_, rest)| rest.split_once(end));
    let content = content.map_or("", |(content, _)| content);
    format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, content.as_bytes())))
}

impl ControlRequest<'_> {
    async fn run(self, body: &mut RequestBody) -> Result<BufferedResponse, ControlError> {
        if let Target::Handler(Handler::Page, _) = self.target {
            self.registry.guard.check_page(self.head, self.base, self.peer.local)?;
            return Ok(BufferedResponse::new(StatusCode::OK, Media::Html, PAGE));
        }
        if !self.is_public() {
            self.registry.guard.check_call(self.head, self.base, self.peer.local)?;
        }
        let body = body.read(CONTROL_BODY_BYTES).await?;
        let (path, query) = (self.head.uri.path(), self.head.uri.query());
        match self.target {
            Target::Handler(Handler::Control(call), parameter) => {
                let (registry, org) = (self.registry, self.org);
                let (parameter, peer) = (&path[parameter], Some(self.peer));
                let cx = CallContext { registry, org, parameter, peer };
                call.run(&cx, query, &body).await
            }
            Target::MethodNotAllowed(methods) => {
                Err(ControlError::method_not_allowed(&self.head.method, &methods))
            }
            _ => Err(ControlError::unknown_call(path, &control_calls())),
        }
    }

    fn is_public(&self) -> bool {
        matches!(self.target, Target::Handler(Handler::Control(call), _) if call.is_public)
    }
}

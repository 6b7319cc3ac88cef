//! Responds to a request for the control API or the web page: access check, body, call.

use std::net::IpAddr;
use std::sync::Arc;

use http::StatusCode;
use http::request::Parts;
use hyper::body::Incoming;

use crate::access::AccessDenied;
use crate::body;
use crate::control::call::CallContext;
use crate::control::error::ControlError;
use crate::registry::Registry;
use crate::response::{BufferedResponse, Media};
use crate::route::Handler;
use crate::routes::{Target, control_calls};
use crate::running_org::RunningOrg;

/// The web page. It gets its data from the control API, so the page itself contains no secret.
const PAGE: &str = include_str!("page.html");
/// The maximum body size. An org document or a snapshot is larger than the bodies that clients send.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

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
    /// The address of this machine that accepted the connection.
    pub(crate) local: IpAddr,
}

pub(crate) async fn respond(request: ControlRequest<'_>, body: Incoming) -> BufferedResponse {
    request.run(body).await.unwrap_or_else(BufferedResponse::from)
}

impl ControlRequest<'_> {
    async fn run(self, body: Incoming) -> Result<BufferedResponse, ControlError> {
        if let Target::Handler(Handler::Page, _) = self.target {
            self.check_page()?;
            return Ok(BufferedResponse::new(StatusCode::OK, Media::Html, PAGE));
        }
        self.check_call()?;
        let body = body::read(body, BODY_LIMIT).await?;
        let (path, query) = (self.head.uri.path(), self.head.uri.query());
        match self.target {
            Target::Handler(Handler::Control(call), parameter) => {
                let (registry, org) = (self.registry, self.org);
                let cx = CallContext { registry, org, parameter: &path[parameter] };
                call.run(&cx, query, &body).await
            }
            Target::MethodNotAllowed(methods) => {
                Err(ControlError::method_not_allowed(&self.head.method, &methods))
            }
            _ => Err(ControlError::unknown_call(path, &control_calls())),
        }
    }

    fn check_call(&self) -> Result<(), AccessDenied> {
        let document = self.org.version().document;
        let trusts = |origin: &str| document.trusts_origin(origin);
        self.registry.guard.check_call(self.head, self.base, self.local, trusts)
    }

    fn check_page(&self) -> Result<(), AccessDenied> {
        let document = self.org.version().document;
        let trusts = |origin: &str| document.trusts_origin(origin);
        self.registry.guard.check_page(self.head, self.base, self.local, trusts)
    }
}

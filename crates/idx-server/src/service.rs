//! The service of one listening org: finds the org of a request and passes it to the control API or to the engine.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::address;
use crate::body::RequestBody;
use crate::control::{self, ControlError, ControlRequest};
use crate::cors::{Cors, is_preflight};
use crate::decode::{self, EarlyRefusal};
use crate::exchange::Exchange;
use crate::journal::Received;
use crate::limits::BODY_BYTES;
use crate::listen::Respond;
use crate::peer::Peer;
use crate::registry::{FIRST, Registry};
use crate::request_target;
use crate::response::BufferedResponse;
use crate::response_body::{Dropped, ResponseBody};
use crate::routes::Target;
use crate::running_org::{OrgVersion, RunningOrg};
use crate::store::Store as _;
use crate::token_reader::TokenReader;

/// Handles the requests that arrive on an org's own port.
#[derive(Debug)]
pub(crate) struct OrgService {
    registry: Arc<Registry>,
    org: Arc<RunningOrg>,
    /// On the first org's port, `{id}.localhost` is another org.
    is_first: bool,
}

impl Respond for OrgService {
    async fn respond(
        &self,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> Result<Response<ResponseBody>, Dropped> {
        let (mut head, body) = request.into_parts();
        let mut body = RequestBody::new(body);
        let mut response = match request_target::settle(&mut head) {
            Ok(()) => self.respond_to(head, &mut body, peer).await?,
            Err(invalid) => {
                let response =
                    BufferedResponse::from(ControlError::bad_request(invalid.to_string()));
                response.to_http(ResponseBody::whole(response.body.clone()), &Cors::default(), 0)
            }
        };
        if body.is_unread() {
            // RFC 9112, 9.6: the client must not send its next request on this connection.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            peer.leave_unread();
        }
        Ok(response)
    }
}

impl OrgService {
    pub(crate) fn new(registry: Arc<Registry>, org: Arc<RunningOrg>) -> Self {
        let is_first = org.id == FIRST;
        Self { registry, org, is_first }
    }

    async fn respond_to(
        &self,
        head: Parts,
        body: &mut RequestBody,
        peer: &Peer,
    ) -> Result<Response<ResponseBody>, Dropped> {
        let (org, is_known) = self.org_of(&head);
        let base = org.address.base_for(&head.headers);
        let OrgVersion { number: org_version, document } = org.version();

        // The path is parsed once, here.
        let target = Target::of(&head.method, head.uri.path());

        if target.is_control(head.uri.path()) {
            // The trusted origins of an org grant no access to the control API, which controls every org.
            let cors = Cors::decide(&head, |origin| self.registry.guard.trusts(origin));
            let response = if is_preflight(&head) {
                BufferedResponse::empty(StatusCode::NO_CONTENT)
            } else if is_known {
                let (registry, org, base, head) = (&*self.registry, &org, &*base, &head);
                let request = ControlRequest { registry, org, base, head, target, peer };
                control::respond(request, body).await
            } else {
                ControlError::unknown_org(&head).into()
            };
            return Ok(response.to_http(ResponseBody::whole(response.body.clone()), &cors, 0));
        }

        let cors = Cors::decide(&head, |origin| document.trusts_origin(origin));
        if is_incidental(&head, &cors) {
            let status =
                if is_preflight(&head) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND };
            let response = BufferedResponse::empty(status);
            return Ok(response.to_http(ResponseBody::whole(Bytes::new()), &cors, 0));
        }
        if head.method == Method::POST && org.store.is_full() {
            let response = BufferedResponse::from(ControlError::org_is_full());
            return Ok(response.to_http(ResponseBody::whole(response.body.clone()), &cors, 0));
        }
        let tokens = TokenReader { key: org.key, address: &org.address, base: &base };
        let (body, decoded) = match body.read(BODY_BYTES).await {
            _ if !is_known => (Bytes::new(), Err(unknown_org(&head))),
            Ok(body) => {
                let decoded = decode::request(target, &head, &body, tokens);
                (body, decoded)
            }
            Err(unread) => (Bytes::new(), Err(unread.into())),
        };
        let received = Received { org_version, base, cors, head, body };
        Exchange { org, document, received }.respond(decoded).await
    }

    /// The org of a request, and false if the Host names an unknown org.
    fn org_of(&self, head: &Parts) -> (Arc<RunningOrg>, bool) {
        if self.is_first
            && let Some(id) = org_id(host(head))
        {
            return match self.registry.get(&id) {
                Some(org) => (org, true),
                None => (Arc::clone(&self.org), false),
            };
        }
        (Arc::clone(&self.org), true)
    }
}

/// The `{id}` of `{id}.localhost`. Host names are case-insensitive.
fn org_id(host: &str) -> Option<String> {
    let name = address::without_port(host).to_ascii_lowercase();
    name.strip_suffix(".localhost").map(str::to_owned)
}

/// Whether only a browser by itself sends the request: no client depends on it, so it counts for no fault and is not recorded.
fn is_incidental(head: &Parts, cors: &Cors) -> bool {
    head.uri.path() == "/favicon.ico" || (is_preflight(head) && !cors.is_trusted())
}

fn unknown_org(head: &Parts) -> EarlyRefusal {
    EarlyRefusal::NotFound(format!("{} (Org)", host(head)))
}

fn host(head: &Parts) -> &str {
    address::host(&head.headers).unwrap_or_default()
}

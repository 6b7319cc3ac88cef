//! The service of one listening org: finds the org of a request and passes it to the control API or to the engine.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::address;
use crate::body::{self, BODY_LIMIT};
use crate::control::{self, ControlError, ControlRequest};
use crate::cors::{Cors, is_preflight};
use crate::decode::{self, Refusal};
use crate::exchange::Exchange;
use crate::journal::Received;
use crate::listen::Respond;
use crate::registry::{FIRST, Registry};
use crate::response::BufferedResponse;
use crate::response_body::{Dropped, ResponseBody};
use crate::routes::Target;
use crate::running_org::{OrgVersion, RunningOrg};

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
        local: IpAddr,
    ) -> Result<Response<ResponseBody>, Dropped> {
        let (head, body) = request.into_parts();
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
                let request = ControlRequest { registry, org, base, head, target, local };
                control::respond(request, body).await
            } else {
                ControlError::unknown_org(&head).into()
            };
            return Ok(response.to_http(ResponseBody::whole(response.body.clone()), &cors, 0));
        }

        let cors = Cors::decide(&head, |origin| document.trusts_origin(origin));
        let (body, decoded) = match body::read(body, BODY_LIMIT).await {
            _ if !is_known => (Bytes::new(), Err(unknown_org(&head))),
            Ok(body) => {
                let decoded = decode::request(target, &head, &body);
                (body, decoded)
            }
            Err(unread) => (Bytes::new(), Err(unread.into())),
        };
        let received = Received { org_version, base, cors, head, body };
        Exchange { org, document, received }.respond(decoded).await
    }
}

impl OrgService {
    pub(crate) fn new(registry: Arc<Registry>, org: Arc<RunningOrg>) -> Self {
        let is_first = org.id == FIRST;
        Self { registry, org, is_first }
    }

    /// The org of a request, and false if the Host names an unknown org.
    fn org_of(&self, head: &Parts) -> (Arc<RunningOrg>, bool) {
        if self.is_first
            && let Some(id) = address::without_port(host(head)).strip_suffix(".localhost")
        {
            return match self.registry.get(id) {
                Some(org) => (org, true),
                None => (Arc::clone(&self.org), false),
            };
        }
        (Arc::clone(&self.org), true)
    }
}

fn unknown_org(head: &Parts) -> Refusal {
    Refusal::NotFound(format!("{} (Org)", host(head)))
}

fn host(head: &Parts) -> &str {
    address::host(&head.headers).unwrap_or_default()
}

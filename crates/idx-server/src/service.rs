//! The service of one listening org: finds the org of a request and passes it to the control API or to the engine.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use idx_engine::ApiRefusal;

use crate::address;
use crate::body::{self, BODY_LIMIT};
use crate::control::{self, Control, ControlError};
use crate::cors::{Cors, is_preflight};
use crate::decode::Refused;
use crate::exchange::Exchange;
use crate::listen::Respond;
use crate::registry::{FIRST, Registry};
use crate::response_body::{Dropped, ResponseBody};
use crate::route::Route;
use crate::running_org::RunningOrg;

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
        let document = org.document();
        let cors = Cors::decide(&head, |origin| document.trusts_origin(origin));

        if let Route::Control(_) | Route::Page = Route::of(&head.method, head.uri.path())
            && !is_preflight(&head)
        {
            let control =
                Control { registry: &self.registry, org: &org, base: &base, head: &head, local };
            let answer = if is_known {
                control::answer(&control, body).await
            } else {
                ControlError::unknown_org(&head).into()
            };
            return Ok(answer.response(ResponseBody::whole(answer.body.clone()), &cors, 0));
        }

        let (body, unread) = match body::read(body, BODY_LIMIT).await {
            Ok(body) => (body, None),
            Err(unread) => (Bytes::new(), Some(unread)),
        };
        let exchange = Exchange { org, document, base, cors, head, body };
        if !is_known {
            let what = format!("{} (Org)", host(&exchange.head));
            return exchange.refuse(Refused::Api(ApiRefusal::NotFound(&what))).await;
        }
        match unread {
            Some(unread) => exchange.refuse(Refused::Api(unread.refusal())).await,
            None => exchange.answer().await,
        }
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

fn host(head: &Parts) -> &str {
    address::host(&head.headers).unwrap_or_default()
}

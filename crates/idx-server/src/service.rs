//! One request: which org it is for, whether it is for the control API, and the answer.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use idx_engine::ApiRefusal;

use crate::address;
use crate::body::{self, BODY_LIMIT};
use crate::control::{self, Control, ControlError};
use crate::cors::{Cors, is_preflight};
use crate::decode::Refused;
use crate::exchange::Exchange;
use crate::registry::Registry;
use crate::route::Route;
use crate::running_org::RunningOrg;

/// A port that people reach an org by.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) registry: Arc<Registry>,
    /// The org that this port is for.
    pub(crate) org: Arc<RunningOrg>,
    /// True on the first org's port, where `{id}.localhost` is another org.
    pub(crate) is_first: bool,
}

impl Port {
    /// Answers a request. `local` is the address of this machine that the client reached.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        local: IpAddr,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let (org, is_known) = self.org_of(&head);
        let base = org.address.base_for(&head.headers);
        let cors = Cors::decide(&head, |origin| org.document.trusts_origin(origin));

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
            return Ok(answer.into_response(&cors, 0));
        }

        let exchange = |body| Exchange { org: &org, base, cors, head: &head, body };
        Ok(match body::read(body, BODY_LIMIT).await {
            _ if !is_known => {
                exchange(Bytes::new()).refuse(not_found(&format!("{} (Org)", host(&head))))
            }
            Ok(body) => exchange(body).answer(),
            Err(unread) => exchange(Bytes::new()).refuse(Refused::Api(unread.refusal())),
        })
    }

    /// The org, and whether there is one of the name that was called.
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

fn not_found(what: &str) -> Refused<'_> {
    Refused::Api(ApiRefusal::NotFound(what))
}

fn host(head: &Parts) -> &str {
    address::host(&head.headers).unwrap_or_default()
}

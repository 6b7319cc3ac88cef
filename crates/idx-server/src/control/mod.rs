//! The control API: what a test asks for that Okta has no call for. Every org answers it for itself, and any org for the list of orgs.

pub(crate) mod clock;
mod error;
pub(crate) mod faults;
mod graph;
mod journal;
mod messages;
mod orgs;
mod query;
pub(crate) mod users;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use hyper::body::Incoming;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

pub(crate) use error::ControlError;

use crate::answer::{Answer, Media};
use crate::body;
use crate::registry::Registry;
use crate::running_org::RunningOrg;

/// The page for people. What it shows it asks of the control API, so the page itself holds no secret.
const PAGE: &str = include_str!("page.html");
/// The largest body of the control API: an org document or a snapshot is larger than what clients send.
const LIMIT: usize = 16 * 1024 * 1024;

/// A call of the control API.
#[derive(Debug)]
pub(crate) struct Control<'a> {
    pub(crate) registry: &'a Registry,
    /// The org that was called.
    pub(crate) org: &'a Arc<RunningOrg>,
    pub(crate) base: &'a str,
    pub(crate) head: &'a Parts,
    /// The address of this machine that the client reached.
    pub(crate) local: IpAddr,
}

/// Answers a call, or a request for the page.
pub(crate) async fn answer(control: &Control<'_>, body: Incoming) -> Answer {
    answered(control, body).await.unwrap_or_else(Answer::from)
}

async fn answered(control: &Control<'_>, body: Incoming) -> Result<Answer, ControlError> {
    let Control { registry, org, base, head, local } = control;
    let trusts = |origin: &str| org.document().trusts_origin(origin);
    let Some(path) = head.uri.path().strip_prefix("/_idxlab/api/") else {
        registry.guard.check_page(head, base, *local, trusts)?;
        return page(head);
    };
    registry.guard.check_call(head, base, *local, trusts)?;
    let body = body::read(body, LIMIT).await?;
    let query = query::Query::new(head.uri.query());
    let (first, rest) =
        path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match (first, rest, head.method.as_str()) {
        ("health", None, "GET") => {
            ok(&json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
        }
        ("orgs", None, "GET") => orgs::list(registry),
        ("orgs", None, "POST") => orgs::add(registry, parse(&body)?).await,
        ("orgs", Some(id), "GET") => orgs::one(registry, id),
        ("orgs", Some(id), "DELETE") => orgs::remove(registry, id),
        ("messages", None, "GET") => messages::list(org, &query).await,
        ("messages", None, "DELETE") => Ok(messages::clear(org).await),
        ("users", None, "GET") => users::list(org).await,
        ("users", Some(id), "GET") => users::one(org, id).await,
        ("faults", None, "GET") => faults::list(org).await,
        ("faults", None, "PUT") => faults::replace(org, parse(&body)?).await,
        ("faults", None, "DELETE") => Ok(faults::clear(org).await),
        ("graph", None, "GET") => graph::show(),
        ("users", None, "POST") => users::add(org, parse(&body)?).await,
        ("users", Some(id), "DELETE") => users::remove(org, id).await,
        ("clock", None, "GET") => clock::show(org).await,
        ("clock", None, "POST") => clock::adjust(org, &parse(&body)?).await,
        ("journal", None, "GET") => journal::list(org, &query).await,
        ("reset", None, "POST") => {
            org.reset().await;
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        }
        (known, rest, method) => Err(error::no_such_call(known, rest, method)),
    }
}

fn page(head: &Parts) -> Result<Answer, ControlError> {
    match head.method.as_str() {
        "GET" => Ok(Answer::new(StatusCode::OK, Media::Html, PAGE)),
        method => Err(ControlError::wrong_method(method, "GET")),
    }
}

fn ok(document: &impl Serialize) -> Result<Answer, ControlError> {
    with_status(StatusCode::OK, document)
}

fn with_status(status: StatusCode, document: &impl Serialize) -> Result<Answer, ControlError> {
    let body = serde_json::to_vec(document).map_err(|error| ControlError::unwritable(&error))?;
    Ok(Answer::new(status, Media::Json, body))
}

fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::body(&error))
}

//! A call of the control API as types: its query, its request body, its response and its handler.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::control::error::ControlError;
use crate::control::query;
use crate::peer::Peer;
use crate::registry::Registry;
use crate::response::{BufferedResponse, Media};
use crate::running_org::RunningOrg;

/// What a handler can use.
#[derive(Debug)]
pub(crate) struct CallContext<'a> {
    pub(crate) registry: &'a Registry,
    /// The org that the client called.
    pub(crate) org: &'a Arc<RunningOrg>,
    /// The variable part of the path, such as the id in `orgs/{id}`.
    pub(crate) parameter: &'a str,
    /// `None` if there is no connection, as in fuzzing.
    pub(crate) peer: Option<&'a Peer>,
}

impl CallContext<'_> {
    /// Completes when the client is gone.
    pub(crate) async fn client_gone(&self) {
        match self.peer {
            Some(peer) => peer.gone().await,
            None => std::future::pending().await,
        }
    }
}

/// A call of the control API.
pub(crate) trait Call {
    /// A sentence for the API description.
    const SUMMARY: &'static str;
    /// The status of a response with a body.
    const STATUS: StatusCode = StatusCode::OK;
    /// Whether the call needs no access check, since it reveals and changes nothing.
    const IS_PUBLIC: bool = false;

    /// A struct that refuses unknown members, or [`NoQuery`].
    type Query: DeserializeOwned + JsonSchema + Send;
    /// [`Json`], or `()` if the call ignores its body.
    type Request: RequestDocument + Send;
    /// [`Json`], or `()` for 204.
    type Response: ResponseDocument;

    fn run(
        cx: &CallContext<'_>,
        query: Self::Query,
        request: Self::Request,
    ) -> impl Future<Output = Result<Self::Response, ControlError>> + Send;
}

/// A JSON document.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// The query of a call without parameters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoQuery {}

pub(crate) trait RequestDocument: Sized {
    fn read(body: &[u8]) -> Result<Self, ControlError>;
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema>;
}

impl RequestDocument for () {
    fn read(_: &[u8]) -> Result<(), ControlError> {
        Ok(())
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl<T: DeserializeOwned + JsonSchema> RequestDocument for Json<T> {
    fn read(body: &[u8]) -> Result<Self, ControlError> {
        // Serde reads a struct from an array too, which no caller means.
        if body.trim_ascii_start().starts_with(b"[") {
            return Err(ControlError::bad_request("the body is an array; use an object"));
        }
        let mut json = serde_json::Deserializer::from_slice(body);
        let document = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| ControlError::body(&error.path().to_string(), error.inner()))?;
        json.end().map_err(|error| ControlError::body(".", &error))?;
        Ok(Self(document))
    }

    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
}

pub(crate) trait ResponseDocument {
    fn into_response(self, status: StatusCode) -> Result<BufferedResponse, ControlError>;
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema>;
}

impl ResponseDocument for () {
    fn into_response(self, _: StatusCode) -> Result<BufferedResponse, ControlError> {
        Ok(BufferedResponse::empty(StatusCode::NO_CONTENT))
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl<T: Serialize + JsonSchema> ResponseDocument for Json<T> {
    fn into_response(self, status: StatusCode) -> Result<BufferedResponse, ControlError> {
        let body = serde_json::to_vec(&self.0).map_err(|error| ControlError::internal(&error))?;
        Ok(BufferedResponse::new(status, Media::Json, body))
    }

    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
}

/// A [`Call`] as a value of the route table.
#[derive(Clone, Copy)]
pub(crate) struct ControlCall {
    pub(crate) summary: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) is_public: bool,
    pub(crate) query: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) request: fn(&mut SchemaGenerator) -> Option<Schema>,
    pub(crate) response: fn(&mut SchemaGenerator) -> Option<Schema>,
    run: Run,
}

type Run = for<'a> fn(&'a CallContext<'a>, Option<&'a str>, &'a [u8]) -> CallFuture<'a>;
type CallFuture<'a> =
    Pin<Box<dyn Future<Output = Result<BufferedResponse, ControlError>> + Send + 'a>>;

impl ControlCall {
    pub(crate) const fn of<C: Call>() -> Self {
        Self {
            summary: C::SUMMARY,
            status: C::STATUS,
            is_public: C::IS_PUBLIC,
            query: |generator| generator.subschema_for::<C::Query>(),
            request: C::Request::schema,
            response: C::Response::schema,
            run: run::<C>,
        }
    }

    /// Parses the request, runs the handler and writes its response.
    pub(crate) async fn run(
        &self,
        cx: &CallContext<'_>,
        query: Option<&str>,
        body: &[u8],
    ) -> Result<BufferedResponse, ControlError> {
        (self.run)(cx, query, body).await
    }
}

fn run<'a, C: Call>(
    cx: &'a CallContext<'a>,
    query: Option<&'a str>,
    body: &'a [u8],
) -> CallFuture<'a> {
    Box::pin(async move {
        let query = query::read(query)?;
        let request = C::Request::read(body)?;
        C::run(cx, query, request).await?.into_response(C::STATUS)
    })
}

impl fmt::Debug for ControlCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControlCall").field("summary", &self.summary).finish_non_exhaustive()
    }
}

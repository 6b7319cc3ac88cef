//! `org`: reads and replaces the org document.

use std::borrow::Cow;
use std::sync::Arc;

use idx_engine::Org;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::call::{Call, CallContext, Json, NoQuery};
use crate::control::error::ControlError;

/// The whole org document: every setting, with the defaults of those that the author left out.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct WholeDocument(Arc<Org>);

/// The new org document: either member, not both.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OrgSource {
    /// The name of a preset.
    preset: Option<String>,
    /// An org document.
    document: Option<Value>,
}

#[derive(Debug)]
pub(crate) struct ReadDocument;

impl Call for ReadDocument {
    const SUMMARY: &'static str = "Returns the org document.";
    type Query = NoQuery;
    type Request = ();
    type Response = Json<WholeDocument>;

    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        (): (),
    ) -> Result<Json<WholeDocument>, ControlError> {
        Ok(Json(WholeDocument(cx.org.version().document)))
    }
}

#[derive(Debug)]
pub(crate) struct ReplaceDocument;

impl Call for ReplaceDocument {
    const SUMMARY: &'static str =
        "Replaces the org document. Transactions under way follow it from their next request on.";
    type Query = NoQuery;
    type Request = Json<OrgSource>;
    type Response = Json<WholeDocument>;

    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        Json(source): Json<OrgSource>,
    ) -> Result<Json<WholeDocument>, ControlError> {
        let document = Arc::new(read(source.preset.as_deref(), source.document.as_ref())?);
        cx.org.replace(&document);
        Ok(Json(WholeDocument(document)))
    }
}

/// Reads the org that a preset or a document describes.
pub(crate) fn read(preset: Option<&str>, document: Option<&Value>) -> Result<Org, ControlError> {
    match (preset, document) {
        (Some(_), Some(_)) => Err(ControlError::bad_request(
            "the body has both preset and document; use \"preset\" inside the document to override parts of a preset",
        )),
        (None, None) => Err(ControlError::bad_request(
            "the body has neither preset nor document; use one of them",
        )),
        (None, Some(document)) => Ok(Org::from_json(document)?),
        (Some(name), None) => Ok(Org::preset(name)?),
    }
}

impl JsonSchema for WholeDocument {
    fn schema_name() -> Cow<'static, str> {
        "OrgDocument".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An org document; `idxlab schema org` describes it.",
            "type": "object",
        })
    }
}

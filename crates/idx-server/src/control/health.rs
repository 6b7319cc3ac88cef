//! `health`: whether the server responds, and its version.

use schemars::JsonSchema;
use serde::Serialize;

use crate::control::call::{Call, CallContext, Json, NoQuery};
use crate::control::error::ControlError;

#[derive(Debug)]
pub(crate) struct ReadHealth;

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
    version: &'static str,
}

impl Call for ReadHealth {
    const SUMMARY: &'static str = "Reports that the server is running.";
    const IS_PUBLIC: bool = true;
    type Query = NoQuery;
    type Request = ();
    type Response = Json<Health>;

    async fn run(_: &CallContext<'_>, _: NoQuery, (): ()) -> Result<Json<Health>, ControlError> {
        Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
    }
}

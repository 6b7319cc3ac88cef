//! `faults`: the fault rules of the org.

use crate::control::call::{Call, CallContext, Json, NoQuery};
use crate::control::error::ControlError;
use crate::faults::FaultRules;
use crate::store::Store as _;

#[derive(Debug)]
pub(crate) struct ReadFaults;

impl Call for ReadFaults {
    const SUMMARY: &'static str = "Returns the fault rules.";
    type Query = NoQuery;
    type Request = ();
    type Response = Json<FaultRules>;

    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        (): (),
    ) -> Result<Json<FaultRules>, ControlError> {
        Ok(Json(cx.org.store.faults().await))
    }
}

#[derive(Debug)]
pub(crate) struct ReplaceFaults;

impl Call for ReplaceFaults {
    const SUMMARY: &'static str = "Replaces all fault rules. Every rule counts from the beginning.";
    type Query = NoQuery;
    type Request = Json<FaultRules>;
    type Response = Json<FaultRules>;

    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        Json(rules): Json<FaultRules>,
    ) -> Result<Json<FaultRules>, ControlError> {
        let rules = rules.with_ids()?;
        cx.org.store.set_faults(rules.clone()).await;
        Ok(Json(rules))
    }
}

#[derive(Debug)]
pub(crate) struct ClearFaults;

impl Call for ClearFaults {
    const SUMMARY: &'static str = "Removes all fault rules.";
    type Query = NoQuery;
    type Request = ();
    type Response = ();

    async fn run(cx: &CallContext<'_>, _: NoQuery, (): ()) -> Result<(), ControlError> {
        cx.org.store.set_faults(FaultRules::default()).await;
        Ok(())
    }
}

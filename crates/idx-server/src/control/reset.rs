//! `reset`: restores the org to its initial state.

use crate::control::call::{Call, CallContext, NoQuery};
use crate::control::error::ControlError;

#[derive(Debug)]
pub(crate) struct Reset;

impl Call for Reset {
    const SUMMARY: &'static str = "Restores the org to its initial state. Handles and tokens from before are no longer valid.";
    type Query = NoQuery;
    type Request = ();
    type Response = ();

    async fn run(cx: &CallContext<'_>, _: NoQuery, (): ()) -> Result<(), ControlError> {
        cx.org.reset().await;
        Ok(())
    }
}

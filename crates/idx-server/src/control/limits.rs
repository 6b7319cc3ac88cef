//! `limits`: the sizes of an org's collections and their limits.

use schemars::JsonSchema;
use serde::Serialize;

use crate::control::call::{Call, CallContext, Json, NoQuery};
use crate::control::error::ControlError;
use crate::limits::{FAULT_RULES, Limits};
use crate::store::Store as _;
use crate::usage::{Amount, Usage};

/// The collections of the org and of the server.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Collections {
    collections: Vec<Collection>,
    /// The number of records that one request visits before other requests of the org continue.
    records_per_lock: Measure,
}

/// A collection that clients can grow.
#[derive(Debug, Serialize, JsonSchema)]
struct Collection {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<Measure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<Measure>,
    /// The number of records that the limits have dropped.
    dropped: u64,
}

/// A size and its limit.
#[derive(Debug, Serialize, JsonSchema)]
struct Measure {
    used: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct ReadLimits;

impl Call for ReadLimits {
    const SUMMARY: &'static str = "Returns the sizes of the org's collections and their limits.";
    type Query = NoQuery;
    type Request = ();
    type Response = Json<Collections>;

    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        (): (),
    ) -> Result<Json<Collections>, ControlError> {
        let limits = &cx.registry.limits;
        let usage = cx.org.store.usage().await;
        let mut collections = of_org(&usage, limits);
        collections.push(counted("orgs", cx.registry.all().len(), limits.orgs));
        let records_per_lock =
            Measure { used: usage.longest_lock, limit: Some(limits.records_per_lock) };
        Ok(Json(Collections { collections, records_per_lock }))
    }
}

fn of_org(usage: &Usage, limits: &Limits) -> Vec<Collection> {
    vec![
        sized("journal", usage.journal, Some(limits.exchanges), limits.exchange_bytes),
        sized("messages", usage.messages, Some(limits.messages), limits.message_bytes),
        counted("delayed messages", usage.delayed_messages, limits.delayed_messages),
        sized("transactions", usage.transactions, None, limits.transaction_bytes),
        sized("users", usage.users, None, limits.user_bytes),
        counted("fault rules", usage.fault_rules, FAULT_RULES),
    ]
}

fn sized(name: &'static str, amount: Amount, count: Option<usize>, bytes: usize) -> Collection {
    Collection {
        name,
        count: Some(Measure { used: amount.count, limit: count }),
        bytes: Some(Measure { used: amount.bytes, limit: Some(bytes) }),
        dropped: amount.dropped,
    }
}

fn counted(name: &'static str, used: usize, limit: usize) -> Collection {
    let count = Some(Measure { used, limit: Some(limit) });
    Collection { name, count, bytes: None, dropped: 0 }
}

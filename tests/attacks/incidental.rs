//! Requests that only a browser sends by itself: they use no fault and do not enter the journal.

use hyper::Method;
use serde_json::{Value, json};

use crate::Org;

#[tokio::test]
async fn favicon_and_untrusted_preflight_use_no_fault_and_are_not_recorded() {
    let org = Org::start().await;
    let fault = json!({"kind": "status", "status": 502});
    let rules = json!({"rules": [{"match": {"count": 1}, "fault": fault}]});
    let headers = [("content-type", "application/json")];
    let url = org.control_url("faults");
    assert_eq!(org.http.send(Method::PUT, &url, &headers, rules.to_string()).await.status, 200);

    let favicon = org.http.get(&org.url("/favicon.ico")).await;
    assert_eq!(favicon.status, 404);
    let preflight = |origin| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let (org, url) = (&org, org.url("/idp/idx/introspect"));
        async move { org.http.send(Method::OPTIONS, &url, &headers, "").await }
    };
    let untrusted = preflight("https://evil.example").await;
    assert_eq!(untrusted.header("access-control-allow-origin"), "");
    assert_eq!(org.control("journal").await["exchanges"], json!([]));

    // A preflight of a trusted page is recorded, and uses no fault either.
    preflight("http://localhost:3000").await;
    let statuses = |journal: Value| -> Vec<Value> {
        let exchanges = journal["exchanges"].as_array().cloned().unwrap_or_default();
        exchanges.iter().map(|exchange| exchange["answer"]["status"].clone()).collect()
    };
    assert_eq!(statuses(org.control("journal").await), [204]);
    let first = org.request(Method::POST, "/idp/idx/introspect", "{}").await;
    assert_eq!(first.status, 502);
    assert_eq!(statuses(org.control("journal").await), [204, 502]);
}

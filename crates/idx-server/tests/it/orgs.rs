//! Several orgs in one server.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::support::Running;

#[tokio::test]
async fn deleted_org_frees_its_port() {
    let first = Running::start("").await;
    let added = first.control("POST", "orgs", &json!({"id": "second"})).await;
    let address = added["baseUrl"].as_str().unwrap().trim_start_matches("http://");
    let second = Running { address: address.to_owned() };
    assert_eq!(second.control("GET", "health", &Value::Null).await["status"], "ok");

    first.control("DELETE", "orgs/second", &Value::Null).await;
    let is_free = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let freed = tokio::time::timeout(Duration::from_secs(10), is_free).await;
    assert!(freed.is_ok(), "the port of the deleted org still accepts connections");
    assert_eq!(first.control("GET", "health", &Value::Null).await["status"], "ok");
}

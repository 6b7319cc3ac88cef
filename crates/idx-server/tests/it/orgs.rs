//! Several orgs in one server.

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
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(first.control("GET", "health", &Value::Null).await["status"], "ok");
}

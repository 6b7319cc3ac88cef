//! Fills an org up to its real limits, which takes minutes. `just full-limits` runs it; `cargo test --workspace` runs `tests/attacks` instead, with smaller
//! limits.

#![cfg(target_os = "linux")]

use idx_tests::command::Serving;
use idx_tests::http::Http;
use idx_tests::sign_up::interact_fields;
use serde_json::{Value, json};

const MIB: u64 = 1024 * 1024;

struct Server {
    serving: Serving,
    http: Http,
}

impl Server {
    fn start() -> Self {
        Self { serving: Serving::start(&[]), http: Http::default() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.serving.ready["baseUrl"].as_str().expect("it is text"))
    }

    async fn control(&self, path: &str) -> Value {
        self.http.get(&self.url(&format!("/_idxlab/api/{path}"))).await.json()
    }

    async fn control_post(&self, path: &str, body: &Value) -> u16 {
        self.http.post_json(&self.url(&format!("/_idxlab/api/{path}")), body).await.status
    }

    async fn interact(&self, state: &str) {
        let mut fields = interact_fields().to_vec();
        fields.retain(|(name, _)| *name != "state");
        fields.push(("state", state));
        let url = self.url("/oauth2/default/v1/interact");
        assert_eq!(self.http.post_form(&url, &fields).await.status, 200);
    }

    async fn transactions(&self) -> Value {
        let limits = self.control("limits").await;
        let all = limits["collections"].as_array().cloned().expect("a list");
        all.into_iter().find(|found| found["name"] == "transactions").expect("transactions")
    }

    /// The process's resident memory in bytes.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.serving.id()));
        let status = status.expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.expect("the status contains the memory size") * 1024
    }
}

#[tokio::test]
async fn memory_of_abandoned_transactions_is_limited() {
    let server = Server::start();
    let before = server.memory();
    let state = "s".repeat(60_000);
    for _ in 0..12_000 {
        server.interact(&state).await;
    }
    let transactions = server.transactions().await;
    assert!(transactions["dropped"].as_u64() > Some(0), "{transactions}");
    let counted = transactions["bytes"]["used"].as_u64().expect("a number");
    assert!(counted <= 512 * MIB, "{transactions}");
    // The journal keeps 8 MiB, and the allocator some free memory.
    let used = server.memory() - before;
    assert!(used < counted + counted / 4 + 64 * MIB, "{used} bytes for {counted} counted bytes");
}

#[tokio::test]
async fn size_of_small_transactions_is_not_underestimated() {
    let server = Server::start();
    let before = server.memory();
    for _ in 0..50_000 {
        server.interact("s").await;
    }
    let counted = server.transactions().await["bytes"]["used"].as_u64().expect("a number");
    let used = server.memory() - before;
    assert!(used < 2 * counted + 64 * MIB, "{used} bytes for {counted} counted bytes");
}

#[tokio::test]
async fn calls_with_many_records_unlock_the_org_in_between() {
    let server = Server::start();
    for index in 0..20_000 {
        let profile = json!({"email": format!("user{index}@example.com")});
        let user = json!({"profile": profile, "status": "ACTIVE"});
        assert_eq!(server.control_post("users", &user).await, 201);
        server.interact("s").await;
    }
    let users = server.control("users").await;
    assert_eq!(users["users"].as_array().map(Vec::len), Some(20_000));
    let clock = server.control("clock").await;
    assert_eq!(clock["deadlines"].as_array().map(Vec::len), Some(1_000));
    assert_eq!(server.control_post("clock", &json!({"advance": "PT200H"})).await, 200);
    server.interact("s").await;
    assert_eq!(server.control_post("reset", &json!({})).await, 204);
    let limits = server.control("limits").await;
    assert_eq!(limits["recordsPerLock"], json!({"used": 256, "limit": 256}));
}

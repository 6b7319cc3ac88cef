//! The registration inline hook: called without a lock, and its response decides.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::support::{Running, profile};

/// A hook that responds when it is released.
struct Hook {
    document: String,
    asked: Arc<Notify>,
    go: Arc<Notify>,
}

async fn hook(answer: Value) -> Hook {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let document = format!(
        "[profileEnrollment]\npreRegistrationInlineHooks = [{{ url = \"{url}\", timeoutMillis = 60000 }}]\n"
    );
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (telling, waiting) = (Arc::clone(&asked), Arc::clone(&go));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut question = vec![0; 16 * 1024];
        let length = stream.read(&mut question).await.unwrap();
        assert!(question[..length].starts_with(b"POST /hook HTTP/1.1"));
        telling.notify_one();
        waiting.notified().await;
        let body = answer.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    });
    Hook { document, asked, go }
}

#[tokio::test]
async fn hook_call_blocks_no_other_request() {
    let hook = hook(json!({"commands": [{"type": "com.okta.action.update", "value": {"registration": "ALLOW"}}]})).await;
    let org = Running::start(&hook.document).await;
    let handle = org.on_profile_page().await;
    let body = profile(&handle, "mary@example.com");
    let registering = org.idx("enroll/new", &body);
    let meanwhile = async {
        hook.asked.notified().await;
        let page = org.idx("introspect", &json!({"stateHandle": handle})).await.unwrap();
        assert_eq!(page.remediations(), ["enroll-profile", "select-identify"]);
        assert_eq!(org.control("GET", "users", &Value::Null).await["users"], json!([]));
        org.on_profile_page().await;
        hook.go.notify_one();
    };
    let (registered, ()) = tokio::join!(registering, meanwhile);
    assert_eq!(registered.unwrap().remediations(), ["select-authenticator-enroll"]);
    assert_eq!(
        org.control("GET", "users", &Value::Null).await["users"][0]["login"],
        "mary@example.com"
    );
}

#[tokio::test]
async fn cause_is_shown_at_its_field_without_the_summary() {
    let deny = json!({
        "commands": [{"type": "com.okta.action.update", "value": {"registration": "DENY"}}],
        "error": {"errorSummary": "Top.", "errorCauses": [{"errorSummary": "Ask your manager.", "location": "data.userProfile.email"}]},
    });
    let hook = hook(deny).await;
    hook.go.notify_one();
    let org = Running::start(&hook.document).await;
    let handle = org.on_profile_page().await;
    let refused = org.idx("enroll/new", &profile(&handle, "mary@example.com")).await.unwrap();
    assert_eq!(refused.status, 400, "{refused:?}");
    let page: Value = serde_json::from_str(&refused.body).unwrap();
    let fields = page["remediation"]["value"][0]["value"][0]["form"]["value"].as_array().unwrap();
    let email = fields.iter().find(|field| field["name"] == "email").unwrap();
    assert_eq!(email["messages"]["value"][0]["message"], "Ask your manager.");
    assert!(page.get("messages").is_none() && !refused.body.contains("Top."), "{refused:?}");
    assert_eq!(org.control("GET", "users", &Value::Null).await["users"], json!([]));
}

//! A server in this process, and a client that shows the raw response.

use idx_server::{Authority, Events, Limits, Org, Server, Settings, StoreKind};
use idx_walker::page;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A running server.
pub(crate) struct Running {
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
}

/// A response as it arrived.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Running {
    /// Starts an org of a document in TOML.
    pub(crate) async fn start(document: &str) -> Self {
        Self::start_with(document, None).await
    }

    pub(crate) async fn start_with(document: &str, tls: Option<Authority>) -> Self {
        let settings = Settings {
            org: Org::from_toml(document, "test").unwrap(),
            listen: "127.0.0.1:0".parse().unwrap(),
            public_url: None,
            seed: 7,
            control_token: None,
            control_origins: Vec::new(),
            tls,
            store: StoreKind::default(),
            events: Events::default(),
            limits: Limits::default(),
        };
        let server = Server::bind(settings).await.unwrap();
        let base_url = server.description().base_url;
        let address = base_url.split_once("://").unwrap().1.to_owned();
        tokio::spawn(server.serve(std::future::pending()));
        Self { address }
    }

    /// `None` if the connection closed without a response.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: &str,
    ) -> Option<Reply> {
        let headers = format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        self.exchange(method, path, &headers, body).await
    }

    /// Sends a CORS preflight of a trusted page.
    pub(crate) async fn preflight(&self, path: &str) -> Option<Reply> {
        let headers = "Origin: http://localhost:8080\r\nAccess-Control-Request-Method: POST\r\n";
        self.exchange("OPTIONS", path, headers, "").await
    }

    async fn exchange(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<Reply> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n{body}",
            self.address,
        );
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // A connection that a fault breaks may end in an error.
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Reply> {
        self.send("GET", path, "", "").await
    }

    pub(crate) async fn control(&self, method: &str, call: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self
            .send(method, &format!("/_idxlab/api/{call}"), "application/json", &body)
            .await
            .unwrap();
        assert!(reply.status < 300, "{method} {call}: {reply:?}");
        serde_json::from_str(&reply.body).unwrap_or_default()
    }

    pub(crate) async fn idx(&self, call: &str, body: &Value) -> Option<Reply> {
        self.send("POST", &format!("/idp/idx/{call}"), "application/json", &body.to_string()).await
    }

    /// Starts a transaction and opens its profile page. Returns the stateHandle.
    pub(crate) async fn on_profile_page(&self) -> Value {
        let form = "client_id=0oaidxlabdefault0001&scope=openid&redirect_uri=http://localhost:8080/cb&code_challenge=test&code_challenge_method=S256";
        let reply = self
            .send("POST", "/oauth2/default/v1/interact", "application/x-www-form-urlencoded", form)
            .await
            .unwrap();
        let handle = json!({"interactionHandle": reply.json()["interaction_handle"]});
        let handle = self.idx("introspect", &handle).await.unwrap().json()["stateHandle"].clone();
        assert_eq!(self.idx("enroll", &json!({"stateHandle": handle})).await.unwrap().status, 200);
        handle
    }

    /// Starts a transaction that has just sent a code by email. Returns its stateHandle.
    pub(crate) async fn send_mail_to(&self, email: &str) -> Value {
        let handle = self.on_profile_page().await;
        let page = self.idx("enroll/new", &profile(&handle, email)).await.unwrap();
        assert_eq!(page.status, 200, "{page:?}");
        let password = page.authenticator("okta_password");
        self.idx(
            "credential/enroll",
            &json!({"stateHandle": handle, "authenticator": {"id": password}}),
        )
        .await
        .unwrap();
        let page = self
            .idx(
                "challenge/answer",
                &json!({"stateHandle": handle, "credentials": {"passcode": "Heron-7-lantern"}}),
            )
            .await;
        let email = page.unwrap().authenticator("okta_email");
        self.idx(
            "credential/enroll",
            &json!({"stateHandle": handle, "authenticator": {"id": email}}),
        )
        .await
        .unwrap();
        handle
    }

    pub(crate) async fn messages(&self) -> usize {
        self.control("GET", "messages", &Value::Null).await["messages"].as_array().unwrap().len()
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The id of an authenticator that the page lists.
    fn authenticator(&self, key: &str) -> Value {
        let page = self.json();
        json!(page::authenticator_id(&page, key).unwrap_or_else(|| panic!("{self:?}")))
    }

    /// The names of the remediations.
    pub(crate) fn remediations(&self) -> Vec<String> {
        page::remediation_names(&self.json()).into_iter().map(str::to_owned).collect()
    }
}

/// The body of `enroll/new`.
pub(crate) fn profile(handle: &Value, email: &str) -> Value {
    json!({"stateHandle": handle, "userProfile": {"firstName": "Mary", "lastName": "Jo", "email": email}})
}

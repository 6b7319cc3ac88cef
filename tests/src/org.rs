//! An emulated org for one test: it has its own port and stops when the test ends.

use hyper::Method;
pub use idx_walker::PASSWORD;
use idxlab::{Builder, Emulator};
use serde_json::{Value, json};

use crate::command::Serving;
use crate::http::{Http, Reply};
use crate::sign_up::SignUp;

/// The public app that every preset has.
pub const PUBLIC_CLIENT: &str = "0oaidxlabdefault0001";
/// The confidential app that every preset has.
pub const WEB_CLIENT: &str = "0oaidxlabweb00000002";
/// A redirect URI that the presets allow.
pub const REDIRECT_URI: &str = "http://localhost:8080/login/callback";
/// The S256 challenge of RFC 7636, appendix B.
pub const CODE_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A running org and an HTTP client.
#[derive(Debug)]
pub struct Org {
    /// The client for the methods of this type.
    pub http: Http,
    base_url: String,
    /// Keeps the org running until this value is dropped.
    _running: Running,
}

/// The process or emulator that runs the org. Dropping it stops the org.
#[derive(Debug)]
#[expect(dead_code, reason = "the values are kept only for their Drop")]
enum Running {
    InProcess(Emulator),
    Command(Serving),
    /// An added org runs as long as its server does.
    Added,
}

impl Org {
    /// Starts an org with the default preset.
    pub async fn start() -> Self {
        Self::of(Emulator::builder()).await
    }

    /// Starts an org with the named preset.
    pub async fn preset(name: &str) -> Self {
        Self::of(Emulator::builder().preset(name)).await
    }

    /// Starts an org with the default preset and a seed.
    pub async fn seeded(seed: u64) -> Self {
        Self::of(Emulator::builder().seed(seed)).await
    }

    /// Starts `idxlab serve` with the default preset. It uses all cores, so requests can race; the library's emulator uses only one thread.
    pub async fn served() -> Self {
        let serving = Serving::start(&[]);
        let base_url =
            serving.ready["baseUrl"].as_str().expect("serve prints its address").to_owned();
        Self { http: Http::default(), base_url, _running: Running::Command(serving) }
    }

    /// Adds an org to the same server, on a port of its own. It runs as long as this org.
    pub async fn added(&self, request: &Value) -> Self {
        let reply = self.control_post("orgs", request).await;
        assert_eq!(reply.status, 201, "{:?}", reply.bytes);
        let base_url = reply.json()["baseUrl"].as_str().expect("it has an address").to_owned();
        Self { http: Http::default(), base_url, _running: Running::Added }
    }

    /// Starts an org with the settings of a builder.
    pub async fn of(builder: Builder) -> Self {
        let emulator = builder.start().await.expect("the emulator starts");
        let base_url = emulator.base_url().to_owned();
        assert_eq!(emulator.issuer(), format!("{base_url}/oauth2/default"));
        assert_eq!(emulator.control_url(), format!("{base_url}/_idxlab/api"));
        Self { http: Http::default(), base_url, _running: Running::InProcess(emulator) }
    }

    /// `http://host:port`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The issuer of the `default` authorization server.
    pub fn issuer(&self) -> String {
        self.url("/oauth2/default")
    }

    /// The URL of a path such as `/idp/idx/introspect`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// The URL of a control API call such as `messages`.
    pub fn control_url(&self, path: &str) -> String {
        self.url(&format!("/_idxlab/api/{path}"))
    }

    /// Starts a sign-up with the public app.
    pub async fn sign_up(&self) -> SignUp<'_> {
        SignUp::start(self).await
    }

    /// Sends an interact request of the public app with this redirect URI.
    pub async fn interact(&self, redirect_uri: &str) -> Reply {
        let fields = [
            ("client_id", PUBLIC_CLIENT),
            ("scope", "openid"),
            ("redirect_uri", redirect_uri),
            ("state", "s"),
            ("code_challenge", CODE_CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        self.http.post_form(&self.url("/oauth2/default/v1/interact"), &fields).await
    }

    /// Sends a GET to the control API and requires status 200.
    pub async fn control(&self, path: &str) -> Value {
        let reply = self.http.get(&self.control_url(path)).await;
        assert_eq!(reply.status, 200, "GET {path}: {:?}", reply.bytes);
        reply.json()
    }

    /// Sends a POST to the control API and returns any response.
    pub async fn control_post(&self, path: &str, body: &Value) -> Reply {
        self.http.post_json(&self.control_url(path), body).await
    }

    /// Advances the org's clock by a duration such as `PT6M`.
    pub async fn advance(&self, duration: &str) {
        let reply = self.control_post("clock", &json!({"advance": duration})).await;
        assert_eq!(reply.status, 200, "{:?}", reply.bytes);
    }

    /// Freezes the org's clock at an instant.
    pub async fn freeze(&self, instant: &str) {
        for body in [json!({"freeze": true}), json!({"set": instant})] {
            let reply = self.control_post("clock", &body).await;
            assert_eq!(reply.status, 200, "{:?}", reply.bytes);
        }
    }

    /// All messages to an address or number, oldest first. Waits up to ten seconds for the first message.
    pub async fn messages(&self, to: &str) -> Vec<Value> {
        let query = crate::http::encode_form(&[("to", to), ("wait", "10")]);
        let mut response = self.control(&format!("messages?{query}")).await;
        match response["messages"].take() {
            Value::Array(messages) => messages,
            other => panic!("messages is {other}"),
        }
    }

    /// The newest code for an address or number.
    pub async fn code_for(&self, to: &str) -> String {
        let messages = self.messages(to).await;
        let newest = messages.last().unwrap_or_else(|| panic!("no message for {to}"));
        newest["otp"].as_str().unwrap_or_else(|| panic!("no code in {newest}")).to_owned()
    }

    /// The logins of all users, in the order of the control API.
    pub async fn logins(&self) -> Vec<String> {
        let response = self.control("users").await;
        let users = response["users"].as_array().cloned().unwrap_or_default();
        users
            .iter()
            .map(|user| user["login"].as_str().expect("a login is text").to_owned())
            .collect()
    }

    /// Sends a request with a JSON content type to a path.
    pub async fn request(&self, method: Method, path: &str, body: &str) -> Reply {
        self.http
            .send(method, &self.url(path), &[("content-type", "application/json")], body.to_owned())
            .await
    }
}

//! An emulated org of one test: on a port of its own, gone when the test ends.

use hyper::Method;
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
/// A password that every preset's policy accepts.
pub const PASSWORD: &str = "Sup3rSafe-words";

/// A running org and a client for it.
#[derive(Debug)]
pub struct Org {
    /// The client that the methods here use.
    pub http: Http,
    base_url: String,
    /// Stops with this value.
    _running: Running,
}

/// What runs the org; each stops when it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "they are kept to be dropped")]
enum Running {
    Within(Emulator),
    Command(Serving),
}

impl Org {
    /// The default preset.
    pub async fn start() -> Self {
        Self::of(Emulator::builder()).await
    }

    /// Another preset.
    pub async fn preset(name: &str) -> Self {
        Self::of(Emulator::builder().preset(name)).await
    }

    /// The default preset with a seed of its own.
    pub async fn seeded(seed: u64) -> Self {
        Self::of(Emulator::builder().seed(seed)).await
    }

    /// The default preset in `idxlab serve`, which answers on all cores; the emulator of the library has one thread, where nothing races.
    pub async fn served() -> Self {
        let serving = Serving::start(&[]);
        let base_url =
            serving.ready["baseUrl"].as_str().expect("serve names its address").to_owned();
        Self { http: Http::default(), base_url, _running: Running::Command(serving) }
    }

    pub(crate) async fn of(builder: Builder) -> Self {
        let emulator = builder.start().await.expect("the emulator starts");
        let base_url = emulator.base_url().to_owned();
        assert_eq!(emulator.issuer(), format!("{base_url}/oauth2/default"));
        assert_eq!(emulator.control_url(), format!("{base_url}/_idxlab/api"));
        Self { http: Http::default(), base_url, _running: Running::Within(emulator) }
    }

    /// `http://host:port`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The `default` authorization server.
    pub fn issuer(&self) -> String {
        self.url("/oauth2/default")
    }

    /// An address below the origin: `/idp/idx/introspect`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// An address of the control API: `messages`.
    pub fn control_url(&self, path: &str) -> String {
        self.url(&format!("/_idxlab/api/{path}"))
    }

    /// Begins a sign-up with the public app.
    pub async fn sign_up(&self) -> SignUp<'_> {
        SignUp::start(self).await
    }

    /// GET of the control API; it has to answer 200.
    pub async fn control(&self, path: &str) -> Value {
        let reply = self.http.get(&self.control_url(path)).await;
        assert_eq!(reply.status, 200, "GET {path}: {:?}", reply.bytes);
        reply.json()
    }

    /// POST to the control API; whatever it answers.
    pub async fn control_post(&self, path: &str, body: &Value) -> Reply {
        self.http.post_json(&self.control_url(path), body).await
    }

    /// Moves the org's clock: `PT6M`.
    pub async fn advance(&self, duration: &str) {
        let reply = self.control_post("clock", &json!({"advance": duration})).await;
        assert_eq!(reply.status, 200, "{:?}", reply.bytes);
    }

    /// Stops the org's clock at an instant.
    pub async fn freeze(&self, instant: &str) {
        for body in [json!({"freeze": true}), json!({"set": instant})] {
            let reply = self.control_post("clock", &body).await;
            assert_eq!(reply.status, 200, "{:?}", reply.bytes);
        }
    }

    /// Every message sent to an address or number, oldest first; waits up to ten seconds for the first.
    pub async fn messages(&self, to: &str) -> Vec<Value> {
        let query = crate::http::encode_form(&[("to", to), ("wait", "10")]);
        let mut answer = self.control(&format!("messages?{query}")).await;
        match answer["messages"].take() {
            Value::Array(messages) => messages,
            other => panic!("messages is {other}"),
        }
    }

    /// The newest code sent to an address or number.
    pub async fn code_for(&self, to: &str) -> String {
        let messages = self.messages(to).await;
        let newest = messages.last().unwrap_or_else(|| panic!("no message for {to}"));
        newest["otp"].as_str().unwrap_or_else(|| panic!("no code in {newest}")).to_owned()
    }

    /// The logins of all people, in the order of the control API.
    pub async fn logins(&self) -> Vec<String> {
        let people = self.control("users").await;
        let people = people["users"].as_array().cloned().unwrap_or_default();
        people
            .iter()
            .map(|person| person["login"].as_str().expect("a login is text").to_owned())
            .collect()
    }

    /// Asks for a path of the origin with any method, JSON as the type of a body.
    pub async fn request(&self, method: Method, path: &str, body: &str) -> Reply {
        self.http
            .send(method, &self.url(path), &[("content-type", "application/json")], body.to_owned())
            .await
    }
}

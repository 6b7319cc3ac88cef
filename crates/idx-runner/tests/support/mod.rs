//! A wiremock server that is correct unless a test replaces one of its responses.

use idx_runner::event::Event;
use idx_runner::report::Reporter;
use idx_runner::report::TerminalReport;
use idx_runner::{ClientChoice, ServerChoice, Settings};
use idx_scenario::Selection;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const HANDLE: &str = "02aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kL7n";
const ION: &str = "application/ion+json; okta-version=1.0.0";

/// A server on which `failing/start.toml` passes.
pub(crate) async fn correct_server() -> MockServer {
    let server = MockServer::start().await;
    let control = format!("{}/_idxlab/api", server.uri());
    let org = json!({
        "id": "test", "baseUrl": server.uri(), "issuer": format!("{}/oauth2/default", server.uri()),
        "orgIssuer": server.uri(), "controlUrl": control, "inboxUrl": server.uri(), "seed": 1,
        "clients": [{"clientId": "0oatest", "type": "spa", "redirectUris": ["http://localhost:*"]}],
    });
    Mock::given(path("/_idxlab/api/orgs"))
        .respond_with(ResponseTemplate::new(201).set_body_json(org))
        .mount(&server)
        .await;
    Mock::given(path_regex("^/_idxlab/"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&server)
        .await;
    let handle = json!({"interaction_handle": "fj5Hpx3tHdMJ2yUOIpkNKUjmXVxFI1bIXEhAXQ6wzKE"});
    let interact = ResponseTemplate::new(200).set_body_json(handle);
    Mock::given(path("/oauth2/default/v1/interact")).respond_with(interact).mount(&server).await;
    respond_with(&server, "introspect", Page::new(200, start_page())).await;
    respond_with(&server, "enroll", Page::new(200, profile_page(json!(null)))).await;
    respond_with(&server, "enroll/new", Page::new(400, profile_page(invalid_email()))).await;
    server
}

/// Replaces the correct response of an IDX endpoint.
pub(crate) async fn replace(server: &MockServer, endpoint: &str, response: impl Respond + 'static) {
    let mock = Mock::given(method("POST")).and(path(format!("/idp/idx/{endpoint}")));
    mock.respond_with(response).with_priority(1).mount(server).await;
}

async fn respond_with(server: &MockServer, endpoint: &str, response: impl Respond + 'static) {
    let mock = Mock::given(method("POST")).and(path(format!("/idp/idx/{endpoint}")));
    mock.respond_with(response).with_priority(5).mount(server).await;
}

/// An IDX response. Its URLs have the host of the request.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Page {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self { status, body }
    }
}

impl Respond for Page {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let host =
            request.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        let body = self.body.to_string().replace("https://host", &format!("http://{host}"));
        ResponseTemplate::new(self.status).set_body_raw(body, ION)
    }
}

pub(crate) fn form(name: &str, href: &str, mut fields: Vec<Value>) -> Value {
    fields.push(json!({"name": "stateHandle", "required": true, "value": HANDLE, "visible": false, "mutable": false}));
    json!({"rel": ["create-form"], "name": name, "href": format!("https://host/idp/idx/{href}"), "method": "POST",
        "produces": ION, "value": fields, "accepts": "application/json; okta-version=1.0.0"})
}

pub(crate) fn page(remediations: &[Value]) -> Value {
    json!({"version": "1.0.0", "stateHandle": HANDLE, "expiresAt": "2026-01-01T02:00:00.000Z", "intent": "LOGIN",
        "remediation": {"type": "array", "value": remediations}, "cancel": form("cancel", "cancel", vec![]),
        "app": {"type": "object", "value": {"name": "oidc_client", "label": "Test", "id": "0oatest"}}})
}

pub(crate) fn start_page() -> Value {
    page(&[
        form(
            "identify",
            "identify",
            vec![
                json!({"name": "identifier", "label": "Username"}),
                json!({"name": "rememberMe", "type": "boolean", "label": "Remember this device"}),
            ],
        ),
        form("select-enroll-profile", "enroll", vec![]),
    ])
}

pub(crate) fn profile_page(messages: Value) -> Value {
    let mut email = json!({"name": "email", "label": "Email", "required": true});
    if !messages.is_null() {
        email["messages"] = messages;
    }
    let profile = json!({"name": "userProfile", "form": {"value": [
        {"name": "firstName", "label": "First name", "required": true},
        {"name": "lastName", "label": "Last name", "required": true},
        email,
    ]}});
    page(&[
        form("enroll-profile", "enroll/new", vec![profile]),
        form("select-identify", "identify/select", vec![]),
    ])
}

pub(crate) fn invalid_email() -> Value {
    message(
        "registration.error.invalidLoginEmail",
        "'Email' must be in the form of an email address",
    )
}

pub(crate) fn message(key: &str, text: &str) -> Value {
    json!({"type": "array", "value": [{"message": text, "i18n": {"key": key, "params": ["Email"]}, "class": "ERROR"}]})
}

/// Runs `failing/start.toml` and returns the terminal report without ports and times.
pub(crate) async fn report(server: &MockServer) -> String {
    report_of(server, ClientChoice::Wire).await
}

/// As [`report`], with another client.
pub(crate) async fn report_of(server: &MockServer, client: ClientChoice) -> String {
    terminal(&events(&["start"], settings(server, client)).await)
}

/// Settings of a run against this server.
pub(crate) fn settings(server: &MockServer, client: ClientChoice) -> Settings {
    let server = ServerChoice::Emulator { control_url: format!("{}/_idxlab/api", server.uri()) };
    Settings { client, ..Settings::against(server) }
}

/// The events of a run of these files of `failing/`.
pub(crate) async fn events(names: &[&str], settings: Settings) -> Vec<Event> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/failing");
    let words = names.iter().map(|name| format!("{folder}/{name}.toml")).collect();
    let scenarios = Selection { words }.load().expect("the scenarios are valid");
    let (sender, mut events) = mpsc::unbounded_channel::<Event>();
    let (_stop, stopped) = watch::channel(false);
    idx_runner::run(scenarios, settings, sender, stopped).await;
    let mut received = Vec::new();
    while let Some(event) = events.recv().await {
        received.push(event);
    }
    received
}

/// The terminal report without ports and times.
pub(crate) fn terminal(events: &[Event]) -> String {
    let mut text = Vec::new();
    let mut reporter = TerminalReport::new(&mut text, false);
    for event in events {
        reporter.on(event).expect("writing to a Vec never fails");
    }
    drop(reporter);
    let text = String::from_utf8(text).expect("reports are text");
    without_ports_and_times(&anstream::adapter::strip_str(&text).to_string())
}

fn without_ports_and_times(text: &str) -> String {
    let text = text.replace(concat!(env!("CARGO_MANIFEST_DIR"), "/"), "");
    let ports = regex::Regex::new(r"127\.0\.0\.1:\d+").expect("a fixed expression");
    let times = regex::Regex::new(r"\d+ ms|in \d+\.\d\d s").expect("a fixed expression");
    // The number of rules changes often, and these tests do not check it.
    let rules =
        regex::Regex::new(r"(?m)^\d+ of \d+ rules exercised\n").expect("a fixed expression");
    let text = rules.replace_all(&text, "");
    times.replace_all(&ports.replace_all(&text, "127.0.0.1:PORT"), "TIME").into_owned()
}

//! A client inside the test process. The harness starts `cat`, which forwards the messages through pipes.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use idx_runner::AdapterPool;
use idx_runner::ClientChoice;
use idx_runner::schema;
use serde_json::{Value, json};

/// Returns the reply to an operation.
pub(crate) type Replies = fn(&mut Client, &Value) -> Value;

/// A client that replies with `replies`.
pub(crate) async fn client(replies: Replies) -> ClientChoice {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("idx-double-{}-{number}", std::process::id()));
    std::fs::create_dir(&folder).expect("a folder can be created");
    let pipes = ["requests", "replies"].map(|name| folder.join(name));
    assert!(Command::new("mkfifo").args(&pipes).status().expect("mkfifo runs").success());
    let command = format!("cat '{}' & exec cat > '{}'", pipes[1].display(), pipes[0].display());
    // The thread ends when the harness's process closes the pipe.
    std::thread::spawn(move || serve(&folder, &pipes, replies));
    let pool = AdapterPool::start(&command, None).await.expect("the hello is valid");
    ClientChoice::Adapter(Arc::new(pool))
}

fn serve(folder: &Path, [requests, replies_pipe]: &[PathBuf; 2], replies: Replies) {
    let requests = BufReader::new(File::open(requests).expect("the pipe exists"));
    let mut output = File::create(replies_pipe).expect("the pipe exists");
    let mut client = Client::default();
    let schema = schema::find("adapter").expect("the schema exists");
    let schema = serde_json::from_str(schema).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
    for line in requests.lines().map_while(Result::ok) {
        let message: Value = serde_json::from_str(&line).expect("the harness sends JSON");
        assert!(validator.is_valid(&message), "{message} is not a valid message");
        let mut reply = match message["op"].as_str() {
            Some("hello") => {
                json!({"client": "double", "version": "1", "operations": ["start", "fill"]})
            }
            _ => replies(&mut client, &message),
        };
        if reply.is_object() {
            reply["id"] = message["id"].clone();
            assert!(validator.is_valid(&reply), "{reply} is not a valid reply");
        }
        // The harness may have closed the pipe.
        drop(writeln!(output, "{reply}"));
    }
    std::fs::remove_dir_all(folder).expect("the folder can be removed");
}

/// The client's state: the message that started the sign-up.
#[derive(Debug, Default)]
pub(crate) struct Client {
    start: Value,
}

impl Client {
    pub(crate) fn set_start(&mut self, start: &Value) {
        self.start = start.clone();
    }

    /// Calls interact, introspect, enroll and enroll/new, as .NET's `RegisterAsync` does. Returns the last response.
    pub(crate) fn register(&self, values: &Value) -> Value {
        let text = |name: &str| self.start[name].as_str().unwrap_or_default();
        let base = text("issuer").trim_end_matches("/oauth2/default").to_owned();
        let redirect_uri = text("redirectUri").replace(':', "%3A").replace('/', "%2F");
        let form = format!(
            "client_id={}&scope=openid+profile+email&redirect_uri={redirect_uri}&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&state=kT3uVbX6zQ1wE8rP5mL2aA&nonce=pW8rT4yU1iO6aS3dF9gH2jA",
            text("clientId"),
        );
        let interact = post(&format!("{}/v1/interact", text("issuer")), FORM, &form);
        let handle = json!({"interactionHandle": interact["interaction_handle"]});
        let start = post(&format!("{base}/idp/idx/introspect"), ION, &handle.to_string());
        let handle = json!({"stateHandle": start["stateHandle"]});
        post(&format!("{base}/idp/idx/enroll"), JSON, &handle.to_string());
        let profile = json!({"userProfile": values, "stateHandle": start["stateHandle"]});
        post(&format!("{base}/idp/idx/enroll/new"), JSON, &profile.to_string())
    }
}

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const FORM: &str = "application/x-www-form-urlencoded";
const ION: &str = "application/ion+json; okta-version=1.0.0";
const JSON: &str = "application/json; okta-version=1.0.0";

/// Sends one request on its own connection. The thread has no async runtime, so it writes the HTTP request itself.
fn post(url: &str, media_type: &str, body: &str) -> Value {
    let (host, path) =
        url.trim_start_matches("http://").split_once('/').expect("the address has a path");
    let accept = if media_type == FORM { "application/json" } else { ION };
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {media_type}\r\naccept: {accept}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(host).expect("the proxy listens");
    stream.write_all(format!("{head}{body}").as_bytes()).expect("the proxy accepts the request");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("the proxy responds");
    let (_, body) = response.split_once("\r\n\r\n").expect("the response has a head");
    serde_json::from_str(body).unwrap_or(Value::Null)
}

//! A client that the test plays itself: the harness talks to `cat`, which passes the lines on.

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

/// What the double says to an operation.
pub(crate) type Answering = fn(&mut Client, &Value) -> Value;

/// A client whose every reply is made by `answering`.
pub(crate) async fn client(answering: Answering) -> ClientChoice {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("idx-double-{}-{number}", std::process::id()));
    std::fs::create_dir(&folder).expect("a folder can be made");
    let pipes = ["asked", "replied"].map(|name| folder.join(name));
    assert!(Command::new("mkfifo").args(&pipes).status().expect("mkfifo runs").success());
    let command = format!("cat '{}' & exec cat > '{}'", pipes[1].display(), pipes[0].display());
    // The harness's side ends when the process does, and with it this thread.
    std::thread::spawn(move || play(&folder, &pipes, answering));
    let pool = AdapterPool::start(&command, None).await.expect("its hello is good");
    ClientChoice::Adapter(Arc::new(pool))
}

fn play(folder: &Path, [asked, replied]: &[PathBuf; 2], answering: Answering) {
    let asked = BufReader::new(File::open(asked).expect("the pipe is there"));
    let mut replied = File::create(replied).expect("the pipe is there");
    let mut client = Client::default();
    let schema = schema::find("adapter").expect("the schema is there");
    let schema = serde_json::from_str(schema).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for line in asked.lines().map_while(Result::ok) {
        let message: Value = serde_json::from_str(&line).expect("the harness speaks JSON");
        assert!(validator.is_valid(&message), "{message} is no message of the protocol");
        let mut reply = match message["op"].as_str() {
            Some("hello") => {
                json!({"client": "double", "version": "1", "operations": ["start", "fill"]})
            }
            _ => answering(&mut client, &message),
        };
        if reply.is_object() {
            reply["id"] = message["id"].clone();
            assert!(validator.is_valid(&reply), "{reply} is no reply of the protocol");
        }
        // A harness that has heard enough listens no more.
        drop(writeln!(replied, "{reply}"));
    }
    std::fs::remove_dir_all(folder).expect("the folder can be removed");
}

/// What the client has in its hands.
#[derive(Debug, Default)]
pub(crate) struct Client {
    start: Value,
}

impl Client {
    /// Keeps what a sign-up is started with.
    pub(crate) fn remember(&mut self, start: &Value) {
        self.start = start.clone();
    }

    /// Interact, introspect, enroll and enroll/new at once, as .NET's `RegisterAsync` does; gives the last answer.
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

/// One request on a connection of its own. The thread has no runtime, so this is HTTP by hand.
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
    stream.write_all(format!("{head}{body}").as_bytes()).expect("the proxy reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the proxy answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    serde_json::from_str(body).unwrap_or(Value::Null)
}

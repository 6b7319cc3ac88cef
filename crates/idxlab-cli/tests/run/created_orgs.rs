//! Orgs that a command creates through the control API are judged in the same way as the first org.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::folder::Folder;

/// Runs a command. `client` sends its requests and receives the control API's address. Returns the exit code and the report.
fn exec(client: impl FnOnce(&str)) -> (i32, Value) {
    let folder = Folder::new();
    let pipes = ["control", "done"].map(|name| folder.path().join(name));
    assert!(Command::new("mkfifo").args(&pipes).status().expect("mkfifo runs").success());
    let words = ["--report", "json=report.json", "--exec"];
    let command = "echo \"$IDXLAB_CONTROL_URL\" >control; cat done";
    let mut run = folder.command(&[&words[..], &[command]].concat());
    let mut run = run.stdout(Stdio::null()).spawn().expect("the command runs");
    let mut control_url = String::new();
    let pipe = File::open(&pipes[0]).expect("the pipe exists");
    BufReader::new(pipe).read_line(&mut control_url).expect("the address is text");
    client(control_url.trim());
    drop(File::create(&pipes[1]).expect("the pipe exists"));
    let code = run.wait().expect("it ends").code().expect("no signal ended the command");
    (code, folder.json("report.json"))
}

/// Sends one request on its own connection. Every host is resolved to the loopback address.
fn send(method: &str, url: &str, media_type: &str, body: &str) -> (u16, Value) {
    let (host, path) = url.trim_start_matches("http://").split_once('/').expect("a path");
    let port: u16 = host.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let length = body.len();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\ncontent-type: {media_type}\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .expect("the server accepts the request");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("the server responds");
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok());
    let (_, body) = response.split_once("\r\n\r\n").expect("a body");
    (status.expect("a status"), serde_json::from_str(body).expect("the body is JSON"))
}

fn create_org(control_url: &str, port: &Value) -> Value {
    let document = json!({ "preset": "password-plus-another-factor", "port": port });
    let (status, org) =
        send("POST", &format!("{control_url}/orgs"), "application/json", &document.to_string());
    assert_eq!(status, 201, "{org}");
    org
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

#[test]
fn created_org_is_judged() {
    for port in [json!(0), json!(false)] {
        let (code, report) = exec(|control_url| {
            let org = create_org(control_url, &port);
            let discovery = format!("{}/.well-known/openid-configuration", text(&org, "issuer"));
            let (status, document) = send("GET", &discovery, "application/json", "");
            assert_eq!((status, &document["issuer"]), (200, &org["issuer"]));
            // The client sends JSON where OAuth requires a form.
            let interact = format!("{}/v1/interact", text(&org, "issuer"));
            let (status, error) = send("POST", &interact, "application/json", "{}");
            assert!(status >= 400, "{error}");
        });
        assert_eq!((code, &report["counts"]["failed"]), (1, &json!(1)), "{port}");
        let breaches = report["scenarios"][0]["cases"][0]["breaches"].as_array().expect("breaches");
        let breach = breaches.iter().find(|breach| breach["rule"] == "client.interact-form");
        let breach = breach.unwrap_or_else(|| panic!("client.interact-form in {breaches:?}"));
        assert_eq!(breach["exchange"]["target"], "/oauth2/default/v1/interact");
    }
}

#[test]
fn created_org_has_the_same_address_in_every_response() {
    let (code, _) = exec(|control_url| {
        let org = create_org(control_url, &json!(0));
        let url = format!("{control_url}/orgs/{}", text(&org, "id"));
        assert_eq!(send("GET", &url, "application/json", "").1["baseUrl"], org["baseUrl"]);
        // Requests to the created org's control API also go through the proxy.
        let nested = create_org(text(&org, "controlUrl"), &json!(0));
        assert_ne!(nested["baseUrl"], org["baseUrl"]);
        let keys = format!("{}/v1/keys", text(&nested, "issuer"));
        assert_eq!(send("GET", &keys, "application/json", "").0, 200);
    });
    assert_eq!(code, 0, "the request to the nested org is recorded");
}

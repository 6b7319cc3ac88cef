//! `--tls`: clients connect over TLS and receive the CA file.

use idx_runner::event::{Event, Verdict};
use idx_runner::{ServerChoice, Settings};
use idx_runner::{Tls, Trust};
use idx_scenario::Selection;
use idx_server::Authority;
use tokio::sync::{mpsc, watch};

use crate::folder::Folder;

#[test]
fn every_scenario_passes_over_tls() {
    let folder = Folder::new();
    let ended = folder.run(&["--tls", "--report", "json=report.json"]);
    assert_eq!(ended.code, 0, "{}", ended.output);
    let report = folder.json("report.json");
    let all = Selection::default().load().expect("the scenarios are valid").len();
    assert_eq!(report["counts"]["passed"], all);
}

#[test]
fn failure_is_reproduced_over_tls() {
    let folder = Folder::new();
    folder.write("wrong.toml", "id = \"WRONG\"\ntitle = \"A start page with nothing on it\"\nlevel = \"must\"\nsource = \"none\"\n\n[[step]]\nstart = \"register\"\nexpect = { remediations = [] }\n");
    let ended = folder.run(&["wrong.toml", "--tls"]);
    assert_eq!(ended.code, 1, "{}", ended.output);
    assert!(ended.output.contains("idxlab run wrong.toml --seed 1 --tls"), "{}", ended.output);
}

#[test]
fn adapter_receives_the_ca_file_before_and_at_its_start() {
    let folder = Folder::new();
    let adapter = r#"cp "$IDXLAB_CA" ca.pem; read line
echo '{"id":0,"client":"test","version":"1","operations":["start"]}'
read line; echo "$line" >start.json; test -f "$IDXLAB_CA" && echo "$IDXLAB_CA" >ca.txt
echo '{"id":1,"status":"unsupported"}'"#;
    folder.write("adapter.sh", adapter);
    let ended = folder.run(&["sign-up/password-email-skip", "--tls", "--client", "sh adapter.sh"]);
    assert_eq!(ended.code, 5, "{}{}", ended.output, ended.errors);
    assert!(folder.read("ca.pem").starts_with("-----BEGIN CERTIFICATE-----"));
    let start = folder.json("start.json");
    assert_eq!(start["caFile"], folder.read("ca.txt").trim());
    let issuer = start["issuer"].as_str().unwrap_or_default();
    assert!(issuer.starts_with("https://127.0.0.1:"), "{issuer}");
}

#[test]
fn command_receives_the_ca_file() {
    let folder = Folder::new();
    let command = r#"test -s "$IDXLAB_CA"; echo "$IDXLAB_BASE_URL $IDXLAB_ISSUER $IDXLAB_CONTROL_URL" >addresses.txt"#;
    assert_eq!(folder.run(&["--tls", "--exec", command]).code, 5);
    let addresses = folder.read("addresses.txt");
    assert!(addresses.split(' ').all(|address| address.starts_with("https://")), "{addresses}");
}

#[tokio::test]
async fn client_without_the_ca_signs_no_user_up() {
    let folder = Folder::new();
    let authority = || Authority::read_or_make(&folder.path().join("ca.pem")).expect("it is made");
    let ca_file = authority().file().to_owned();
    let acceptor = authority().into_acceptor().expect("it signs");
    // The emulator uses plain HTTP, so only the proxy's certificate is checked.
    let emulator = idxlab::Emulator::start().await.expect("the emulator starts");
    let server = ServerChoice::Emulator { control_url: emulator.control_url().to_owned() };
    let settings = Settings {
        tls: Some(Tls { acceptor, ca_file }),
        trust: Trust::nobody(),
        ..Settings::against(server)
    };
    let scenarios = Selection { words: vec!["robustness/unknown-path".into()] }.load();
    let (sender, mut events) = mpsc::unbounded_channel();
    let (_stop, stopped) = watch::channel(false);
    idx_runner::run(scenarios.expect("it reads"), settings, sender, stopped).await;
    let result = loop {
        if let Event::ScenarioFinished(result) = events.recv().await.expect("a result comes") {
            break result;
        }
    };
    assert_eq!(result.verdict, Verdict::Failed);
    let failure = &result.cases[0].steps[0].failures[0];
    assert!(failure.actual().contains("UnknownIssuer"), "{failure:?}");
}

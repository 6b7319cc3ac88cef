//! The command from the outside: what it prints where, and how it ends.

use idx_tests::command::{Serving, ended};
use idx_tests::http::Http;

#[test]
fn a_wrong_line_is_a_usage_error() {
    for line in [&["nonsense"][..], &["serve", "--nonsense"], &[], &["run", "--jobs", "many"]] {
        assert_eq!(ended(line).0, 2, "{line:?}");
    }
    assert_eq!(ended(&["--help"]).0, 0);
}

#[test]
fn run_says_what_passed_and_what_was_not_found() {
    let (code, output) = ended(&["run", "IDX-REG-SSR-1"]);
    assert_eq!(code, 0, "{output:?}");
    let (code, output) = ended(&["run", "NO-SUCH-SCENARIO"]);
    assert!(matches!(code, 3 | 5), "{code}: {output:?}");
}

#[test]
fn a_wrong_org_is_refused_with_its_place_and_the_remedy() {
    let folder = std::env::temp_dir().join(format!("idxlab-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("org.toml");
    std::fs::write(&file, "[appSignOn]\nfactorMode = \"3FA\"\n").unwrap();
    let (code, output) = ended(&["serve", "--org", file.to_str().unwrap()]);
    std::fs::remove_dir_all(&folder).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code, 3, "{errors}");
    for expected in ["org.toml", "2", "factorMode", "2FA"] {
        assert!(errors.contains(expected), "no {expected} in {errors}");
    }
    assert_eq!(ended(&["serve", "--org", "no-such-preset"]).0, 3);
}

#[tokio::test]
async fn serve_prints_one_line_when_it_is_ready_and_stops_cleanly() {
    let serving = Serving::start(&["--seed", "7"]);
    let ready = serving.ready.clone();
    for name in
        ["id", "baseUrl", "issuer", "orgIssuer", "clients", "controlUrl", "inboxUrl", "seed"]
    {
        assert!(ready.get(name).is_some(), "no {name} in {ready:#}");
    }
    assert_eq!(ready["seed"], 7);
    let base = ready["baseUrl"].as_str().unwrap();
    assert_eq!(ready["issuer"], format!("{base}/oauth2/default"));
    assert_eq!(ready["orgIssuer"], base);
    assert_eq!(ready["controlUrl"], format!("{base}/_idxlab/api"));
    assert!(
        ready["clients"]
            .as_array()
            .unwrap()
            .iter()
            .any(|client| client["clientId"] == "0oaidxlabdefault0001")
    );
    assert_eq!(Http::default().get(&format!("{base}/_idxlab/api/health")).await.status, 200);
    assert_eq!(Http::default().get(ready["inboxUrl"].as_str().unwrap()).await.status, 200);
    let (code, rest) = serving.terminated();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
}

#[test]
fn a_taken_address_is_named_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, output) = ended(&["serve", "--listen", &address]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code, 4, "{errors}");
    assert!(errors.contains(&address) && errors.contains("--listen"), "{errors}");
}

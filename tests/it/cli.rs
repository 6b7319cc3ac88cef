//! The command's output and exit codes.

use idx_tests::command::{Serving, run};
use idx_tests::http::Http;

#[test]
fn invalid_arguments_are_a_usage_error() {
    for line in [&["nonsense"][..], &["serve", "--nonsense"], &[], &["run", "--jobs", "many"]] {
        assert_eq!(run(line).0, 2, "{line:?}");
    }
    assert_eq!(run(&["--help"]).0, 0);
}

#[test]
fn run_with_unknown_scenario_fails_and_with_known_scenario_passes() {
    let (code, output) = run(&["run", "IDX-REG-SSR-1"]);
    assert_eq!(code, 0, "{output:?}");
    let (code, output) = run(&["run", "NO-SUCH-SCENARIO"]);
    assert!(matches!(code, 3 | 5), "{code}: {output:?}");
}

#[test]
fn invalid_org_is_refused_with_location_and_fix() {
    let folder = std::env::temp_dir().join(format!("idxlab-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("org.toml");
    std::fs::write(&file, "[appSignOn]\nfactorMode = \"3FA\"\n").unwrap();
    let (code, output) = run(&["serve", "--org", file.to_str().unwrap()]);
    std::fs::remove_dir_all(&folder).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code, 3, "{errors}");
    for expected in ["org.toml", "2", "factorMode", "2FA"] {
        assert!(errors.contains(expected), "no {expected} in {errors}");
    }
    assert_eq!(run(&["serve", "--org", "no-such-preset"]).0, 3);
}

#[tokio::test]
async fn serve_prints_one_line_when_ready_and_stops_cleanly() {
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
    let (code, rest) = serving.terminate();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
}

#[test]
fn address_in_use_is_refused_with_address_and_fix() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, output) = run(&["serve", "--listen", &address]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code, 4, "{errors}");
    assert!(errors.contains(&address) && errors.contains("--listen"), "{errors}");
}

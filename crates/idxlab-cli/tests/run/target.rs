//! `--target`: a server that idxlab does not control and whose tokens contain its own address.

use std::path::Path;

use crate::command::CommandResult;
use crate::folder::Folder;
use crate::foreign_org::ForeignOrg;

/// Prints the newest code of an inbox, or exits with 1 if the inbox has no code.
const INBOX: &str = r#"cat "messages/$1 $2" 2>/dev/null"#;

fn folder() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("messages")).expect("a folder can be created");
    folder.write("inbox.sh", INBOX);
    folder
}

fn org(folder: &Folder, authority: Option<&Path>) -> ForeignOrg {
    let preset = "password-plus-another-factor";
    ForeignOrg::start(&folder.path().join("messages"), authority, preset)
}

fn run(folder: &Folder, issuer: &str, words: &[&str]) -> CommandResult {
    let target = ["--target", issuer, "--client-id", "0oaidxlabdefault0001"];
    folder.run(&[&target, words].concat())
}

#[test]
fn target_without_a_control_api_skips_with_a_reason() {
    let folder = folder();
    let org = org(&folder, None);
    let words = ["--inbox", "sh inbox.sh", "--report", "json=report.json", "--report", "terminal"];
    let ended = run(&folder, &org.issuer, &words);
    assert_eq!(ended.code, 0, "{}{}", ended.output, ended.errors);
    assert!(ended.output.contains(&format!("against {}", org.issuer)), "{}", ended.output);

    let report = folder.json("report.json");
    assert_eq!(report["target"], org.issuer);
    let scenarios = report["scenarios"].as_array().expect("the report has scenarios");
    let verdict = |id: &str| {
        let found = scenarios.iter().find(|scenario| scenario["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))["verdict"].clone()
    };
    for id in ["IDX-REG-SSR-1", "IDX-REG-ORG", "IDX-TOK-CLAIMS", "IDX-TOK-REVOKE", "IDX-PHN-RESEND"]
    {
        assert_eq!(verdict(id), "passed", "{id}");
    }
    for id in ["IDX-TOK-SIXTY", "IDX-LNK-SAME", "IDX-REG-SECRET", "IDX-POL-E18"] {
        assert_eq!(verdict(id), "skipped", "{id}");
    }
    for scenario in scenarios.iter().filter(|scenario| scenario["verdict"] == "skipped") {
        assert!(scenario["cases"][0]["reason"].is_string(), "{scenario:#}");
    }
}

#[test]
fn expiry_is_judged_at_a_target_and_the_built_in_client_is_not() {
    let folder = folder();
    let org = org(&folder, None);
    let words = ["sign-up/password-email-skip", "transaction/cancel", "--inbox", "sh inbox.sh"];
    let words = [&words[..], &["--report", "json=report.json"]].concat();
    let ended = run(&folder, &org.issuer, &words);
    assert_eq!(ended.code, 0, "{}{}", ended.output, ended.errors);
    let report = folder.json("report.json");
    let rules = report["rules"].as_array().expect("the report has rules");
    let held = |id: &str| {
        let found = rules.iter().find(|rule| rule["id"] == id);
        found.and_then(|rule| rule["held"].as_u64()).unwrap_or_else(|| panic!("no {id}"))
    };
    for id in ["server.expires-at-arithmetic", "server.expires-at-ahead"] {
        assert!(held(id) > 5, "{id}");
    }
    for id in ["server.handles-unique", "server.user-ids-unique", "server.token-ids-unique"] {
        assert!(held(id) > 0, "{id}");
    }
    assert_eq!(held("client.follows-href"), 0);
}

#[test]
fn org_authorization_server_can_be_the_target() {
    let folder = folder();
    let org = org(&folder, None);
    let words = [
        "sign-up/password-email-skip",
        "token/claims",
        "token/introspect-and-revoke",
        "token/code-of-another-server",
        "oauth-errors/discovery",
        "--inbox",
        "sh inbox.sh",
    ];
    let issuer = org.issuer.trim_end_matches("/oauth2/default");
    let ended = run(&folder, issuer, &words);
    assert!(ended.output.contains("4 passed, 1 skipped"), "{}{}", ended.output, ended.errors);
    assert!(ended.output.contains("it needs a custom authorization server"), "{}", ended.output);
}

#[test]
fn confidential_client_runs_what_does_not_need_a_public_one() {
    let folder = folder();
    let org = org(&folder, None);
    let secret = "idxlab-secret-of-the-confidential-app";
    let client = ["--client-id", "0oaidxlabweb00000002", "--client-secret", secret];
    let words = [
        "sign-up/password-email-skip",
        "sign-up/confidential-client",
        "token/claims",
        "oauth-errors/pkce-missing",
        "--inbox",
        "sh inbox.sh",
    ];
    let target = ["--target", org.issuer.as_str()];
    let ended = folder.run(&[&target[..], &client, &words].concat());
    assert!(ended.output.contains("3 passed, 1 skipped"), "{}{}", ended.output, ended.errors);
    assert!(ended.output.contains("it needs a public client"), "{}", ended.output);
}

#[test]
fn scenario_is_skipped_if_a_page_shows_another_configuration() {
    let folder = folder();
    let messages = folder.path().join("messages");
    for (preset, reason) in [
        ("custom-attributes", "its profile form requires"),
        ("email-and-password-required", "the first page after the profile offers okta_email"),
    ] {
        let org = ForeignOrg::start(&messages, None, preset);
        let words = ["sign-up/password-email-skip", "robustness/unknown-path"];
        let words = [&words[..], &["--inbox", "sh inbox.sh"]].concat();
        let ended = run(&folder, &org.issuer, &words);
        assert!(ended.output.contains("1 passed, 1 skipped"), "{preset}: {}", ended.output);
        assert!(ended.output.contains(reason), "{preset}: {}", ended.output);
    }
}

#[test]
fn tokens_contain_the_target_and_responses_the_proxy() {
    let folder = folder();
    let authority = folder.path().join("ca.pem");
    let org = org(&folder, Some(&authority));
    let shared =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/shared/signed-up.toml");
    std::fs::create_dir(folder.path().join("shared")).expect("a folder can be created");
    let shared = std::fs::read_to_string(shared).expect("the shared steps exist");
    folder.write("shared/signed-up.toml", &shared);
    let origin = org.issuer.trim_end_matches("/oauth2/default");
    let scenario = |issuer: &str| {
        format!(
            r#"id = "TARGET"
title = "Tokens contain the target, responses contain the proxy"
level = "must"
source = "none"

[[step]]
use = "signed-up"

[[step]]
request = "GET {{{{issuer}}}}/.well-known/openid-configuration"
expect = {{ body = {{ not = {{ matches = "{origin}" }} }}, json = {{ "$.issuer" = {{ matches = "^http://127\\.0\\.0\\.1:" }} }} }}

[[step]]
finish = true
expect = {{ claims = {{ "$.iss" = "{issuer}" }}, access-claims = {{ "$.iss" = "{issuer}" }} }}
"#
        )
    };
    folder.write("right.toml", &scenario(&org.issuer));
    folder.write("wrong.toml", &scenario("{{baseUrl}}/oauth2/elsewhere"));
    let words = |file| [file, "--inbox", "sh inbox.sh", "--ca", "ca.pem"];
    let ended = run(&folder, &org.issuer, &words("right.toml"));
    assert_eq!(ended.code, 0, "{}{}", ended.output, ended.errors);
    let ended = run(&folder, &org.issuer, &words("wrong.toml"));
    assert_eq!(ended.code, 1, "{}", ended.output);
    assert!(ended.output.contains(&format!("{:?}", org.issuer)), "{}", ended.output);

    // The printed command has no seed, because the target keeps the users and the next run needs new addresses.
    let again = ended.output.lines().find(|line| line.contains("again:")).unwrap_or_default();
    assert!(again.contains("--inbox 'sh inbox.sh' --ca ca.pem"), "{again}");
    assert!(!again.contains("--seed"), "{again}");
}

#[test]
fn users_sign_up_with_the_addresses_of_the_inbox() {
    let folder = folder();
    let org = org(&folder, None);
    let (email, phone) = ("qa+{}@idx.example", "+15551234567");
    let words = ["sign-up/password-email-skip", "sign-up/password-phone-skip", "--email", email];
    let words = [&words[..], &["--phone", phone, "--inbox", "sh inbox.sh"]].concat();
    let ended = run(&folder, &org.issuer, &words);
    assert!(ended.output.contains("2 passed"), "{}{}", ended.output, ended.errors);
    let messages = std::fs::read_dir(folder.path().join("messages")).expect("it is a folder");
    let names: Vec<_> = messages
        .map(|file| file.expect("it is there").file_name().to_string_lossy().into_owned())
        .collect();
    let is_ours = |name: &str| {
        name == "sms +15551234567"
            || (name.starts_with("email qa+mary.") && name.ends_with("@idx.example"))
    };
    assert!(names.len() == 2 && names.iter().all(|name| is_ours(name)), "{names:?}");
}

#[test]
fn target_without_an_inbox_skips_codes() {
    let folder = folder();
    let org = org(&folder, None);
    let ended =
        run(&folder, &org.issuer, &["sign-up/password-email-skip", "robustness/unknown-path"]);
    assert_eq!(ended.code, 0, "{}", ended.output);
    assert!(ended.output.contains("name a command with --inbox"), "{}", ended.output);
    assert!(ended.output.contains("1 passed, 1 skipped"), "{}", ended.output);
}

#[test]
fn unreachable_target_is_reported_once() {
    let folder = folder();
    let unreachable = |issuer: &str, expected: &str| {
        let ended = run(&folder, issuer, &[]);
        assert_eq!((ended.code, ended.output.as_str()), (4, ""));
        assert!(ended.errors.lines().count() == 1 && ended.errors.contains(expected), "{ended:?}");
    };
    unreachable("http://127.0.0.1:1/oauth2/default", "could not be reached");
    let authority = folder.path().join("ca.pem");
    let org = org(&folder, Some(&authority));
    unreachable(&org.issuer, "name the authority's PEM file with --ca");
    let plain = self::org(&folder, None);
    unreachable(&format!("{}-2", plain.issuer), "responded with 404");
}

#[test]
fn command_line_without_a_target_is_a_usage_error() {
    let folder = folder();
    for line in [
        &["--target", "localhost:6480", "--client-id", "a"][..],
        &["--target", "http://localhost:6480"],
        &["--ca", "ca.pem"],
        &["--target", "http://127.0.0.1:1", "--client-id", "a", "--email", "qa@example.org"],
        &["--inbox", "cat"],
    ] {
        assert_eq!(folder.run(line).code, 2, "{line:?}");
    }
}

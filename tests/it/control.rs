//! The control API: what a test suite steers the org with, and that strangers cannot.

use hyper::Method;
use serde_json::json;

use crate::Org;

#[tokio::test]
async fn health_names_the_version() {
    let org = Org::start().await;
    let health = org.control("health").await;
    assert_eq!(
        (&health["status"], &health["version"]),
        (&json!("ok"), &json!(env!("CARGO_PKG_VERSION")))
    );
}

#[tokio::test]
async fn an_org_of_another_preset_has_its_own_port_and_people() {
    let org = Org::start().await;
    let reply = org.control_post("orgs", &json!({"preset": "sign-up-denied", "seed": 5})).await;
    assert_eq!(reply.status, 201, "{:?}", reply.bytes);
    let second = reply.json();
    for name in
        ["id", "baseUrl", "issuer", "orgIssuer", "clients", "controlUrl", "inboxUrl", "seed"]
    {
        assert!(second.get(name).is_some(), "no {name} in {second:#}");
    }
    assert_eq!(second["seed"], 5);
    assert_ne!(second["baseUrl"], org.base_url());
    let id = second["id"].as_str().unwrap();
    let health = org.http.get(&format!("{}/health", second["controlUrl"].as_str().unwrap())).await;
    assert_eq!(health.status, 200);
    let gone =
        org.http.send(Method::DELETE, &org.control_url(&format!("orgs/{id}")), &[], "").await;
    assert!((200..300).contains(&gone.status), "{:?}", gone.bytes);
    assert_eq!(org.http.get(&org.control_url(&format!("orgs/{id}"))).await.status, 404);
}

#[tokio::test]
async fn the_first_org_stays() {
    let org = Org::start().await;
    let orgs = org.control("orgs").await;
    let id = orgs["orgs"][0]["id"].as_str().unwrap_or_else(|| panic!("{orgs:#}")).to_owned();
    let reply =
        org.http.send(Method::DELETE, &org.control_url(&format!("orgs/{id}")), &[], "").await;
    assert_eq!(reply.status, 409);
}

#[tokio::test]
async fn messages_are_found_by_any_spelling_of_the_address() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("Mary.Jo@example.com").await;
    mary.password().await;
    mary.choose("okta_email", json!({})).await;
    let code = org.code_for("mary.jo@EXAMPLE.com").await;
    assert_eq!(code.len(), 6);
    mary.phone("+1 555 123-4567").await;
    for spelling in ["+15551234567", " 15551234567", "+1 (555) 123-4567"] {
        assert_eq!(org.messages(spelling).await.len(), 1, "{spelling}");
    }
    let message = &org.messages("+15551234567").await[0];
    for name in ["id", "channel", "to", "text", "otp", "sentAt", "expiresAt"] {
        assert!(message.get(name).is_some(), "no {name} in {message:#}");
    }
}

#[tokio::test]
async fn waiting_ends_when_the_message_comes_and_runs_out_into_an_empty_list() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    let waiting = org.messages("mary@example.com");
    let (messages, _) = tokio::join!(waiting, mary.choose("okta_email", json!({})));
    assert_eq!(messages.len(), 1);
    let none = org.control("messages?to=nobody%40example.com&wait=0").await;
    assert_eq!(none["messages"], json!([]));
}

#[tokio::test]
async fn people_are_listed_with_what_they_enrolled() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    let people = org.control("users").await;
    assert_eq!(people["users"][0]["status"], "STAGED", "{people:#}");
    assert_eq!(people["users"][0]["enrollments"], json!(["okta_password"]));
    mary.email("mary@example.com").await;
    mary.skip().await;
    let people = org.control("users").await;
    assert_eq!(people["users"][0]["status"], "ACTIVE", "{people:#}");
    assert_eq!(people["users"][0]["profile"]["firstName"], "Mary");
}

#[tokio::test]
async fn the_clock_stops_jumps_and_never_goes_back() {
    let org = Org::start().await;
    org.freeze("2030-01-01T00:00:00.000Z").await;
    let clock = org.control("clock").await;
    assert_eq!(
        (&clock["now"], &clock["frozen"]),
        (&json!("2030-01-01T00:00:00.000Z"), &json!(true))
    );
    org.advance("PT6M").await;
    assert_eq!(org.control("clock").await["now"], "2030-01-01T00:06:00.000Z");
    let back = org.control_post("clock", &json!({"set": "2029-01-01T00:00:00.000Z"})).await;
    assert_eq!(back.status, 422);
    let nonsense = org.control_post("clock", &json!({"advance": "six minutes"})).await;
    assert!((400..500).contains(&nonsense.status), "{}", nonsense.status);
    assert!(nonsense.json().get("error").is_some());
}

#[tokio::test]
async fn the_journal_tells_the_way_of_a_transaction_without_its_secrets() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    let journal = org.control("journal").await;
    let exchanges = journal["exchanges"].as_array().unwrap();
    let paths: Vec<&str> =
        exchanges.iter().filter_map(|exchange| exchange["request"]["path"].as_str()).collect();
    assert_eq!(
        paths,
        [
            "/oauth2/default/v1/interact",
            "/idp/idx/introspect",
            "/idp/idx/enroll",
            "/idp/idx/enroll/new",
            "/idp/idx/credential/enroll",
            "/idp/idx/challenge/answer",
        ]
    );
    assert!(
        !journal.to_string().contains(idx_tests::org::PASSWORD),
        "the password stands in the journal"
    );
}

#[tokio::test]
async fn reset_leaves_the_org_as_it_started() {
    let org = Org::seeded(11).await;
    let mut first = org.sign_up().await;
    first.finish("mary@example.com").await;
    assert!((200..300).contains(&org.control_post("reset", &json!({})).await.status));
    assert_eq!(org.logins().await, Vec::<String>::new());
    assert_eq!(org.control("messages").await["messages"], json!([]));
    let mut second = org.sign_up().await;
    assert_eq!(second.interaction_handle, first.interaction_handle);
    second.profile("mary@example.com").await;
}

#[tokio::test]
async fn strangers_are_kept_out() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    let reset = org.control_url("reset");
    for foreign in [("host", "rebound.example.com"), ("origin", "https://evil.example.com")] {
        let reply = org.http.send(Method::POST, &reset, &[foreign], "{}").await;
        assert_eq!(reply.status, 403, "{foreign:?}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{foreign:?}");
        let page = org.http.send(Method::GET, &org.url("/_idxlab/"), &[foreign], "").await;
        assert_eq!(page.status, 403, "{foreign:?}");
    }
    assert_eq!(org.logins().await, ["mary@example.com"]);
    let own = org.base_url();
    assert_eq!(
        org.http.send(Method::GET, &org.control_url("health"), &[("origin", own)], "").await.status,
        200
    );
}

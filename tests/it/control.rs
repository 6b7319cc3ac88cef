//! The control API: every call, and the access check.

use hyper::Method;
use idx_walker::Walker as _;
use serde_json::{Value, json};

use crate::Org;

#[tokio::test]
async fn health_returns_the_version() {
    let org = Org::start().await;
    let health = org.control("health").await;
    assert_eq!(
        (&health["status"], &health["version"]),
        (&json!("ok"), &json!(env!("CARGO_PKG_VERSION")))
    );
}

#[tokio::test]
async fn openapi_describes_every_call() {
    let org = Org::start().await;
    let document = org.control("openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let unknown = org.http.get(&org.control_url("inbox")).await;
    assert_eq!(unknown.status, 404);
    let detail = unknown.json()["detail"].as_str().unwrap().to_owned();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(detail.contains(&path[1..]), "{path} is missing in {detail}");
    }
    let faults = document["paths"]["/faults"].as_object().unwrap();
    assert_eq!(faults.keys().collect::<Vec<_>>(), ["get", "put", "delete"]);
    let refused = org.http.send(Method::PATCH, &org.control_url("faults"), &[], "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, PUT, DELETE"));
}

#[tokio::test]
async fn invalid_request_is_refused_with_its_location() {
    let org = Org::start().await;
    let nth = json!({"rules": [{"match": {"nth": "2"}, "fault": {"kind": "status"}}]});
    let kind = json!({"rules": [{"fault": {"kind": "status", "duration": "PT1S"}}]});
    for (method, call, body, expected) in [
        (Method::PUT, "faults", nth, ["rules[0].match.nth", "nonzero"]),
        (Method::PUT, "faults", kind, ["rules[0].fault", "`status` or `body`"]),
        (Method::POST, "clock", json!({"advance": "soon"}), ["advance", "ISO 8601"]),
        (Method::POST, "clock", json!({"forward": "PT1S"}), ["forward", "`advance`"]),
        (Method::POST, "orgs", json!({"port": -1}), ["port", "0 to 65535"]),
        (Method::POST, "users", json!({"status": "ON"}), ["status", "`STAGED` or `ACTIVE`"]),
        (Method::GET, "messages?wait=long", json!({}), ["wait", "a number"]),
        (Method::GET, "messages?form=email", json!({}), ["form", "`channel`"]),
    ] {
        let reply = org.http.send(method, &org.control_url(call), &[], body.to_string()).await;
        assert_eq!(reply.status, 400, "{call}: {:?}", reply.bytes);
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(expected.iter().all(|part| detail.contains(part)), "{call}: {detail}");
    }
}

#[tokio::test]
async fn added_org_has_its_own_port_and_users() {
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
async fn first_org_cannot_be_deleted() {
    let org = Org::start().await;
    let orgs = org.control("orgs").await;
    let id = orgs["orgs"][0]["id"].as_str().unwrap_or_else(|| panic!("{orgs:#}")).to_owned();
    let reply =
        org.http.send(Method::DELETE, &org.control_url(&format!("orgs/{id}")), &[], "").await;
    assert_eq!(reply.status, 409);
}

#[tokio::test]
async fn message_is_found_by_any_spelling_of_the_address() {
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
async fn wait_ends_with_the_first_message_or_an_empty_list() {
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
async fn user_is_listed_with_enrollments() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    mary.password().await;
    let users = org.control("users").await;
    assert_eq!(users["users"][0]["status"], "STAGED", "{users:#}");
    assert_eq!(users["users"][0]["enrollments"], json!(["okta_password"]));
    mary.email("mary@example.com").await;
    mary.skip().await;
    let users = org.control("users").await;
    assert_eq!(users["users"][0]["status"], "ACTIVE", "{users:#}");
    assert_eq!(users["users"][0]["profile"]["firstName"], "Mary");
}

#[tokio::test]
async fn clock_stops_and_advances_but_never_goes_back() {
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
async fn journal_lists_the_requests_of_a_transaction_without_secrets() {
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
        "the journal contains the password"
    );
}

#[tokio::test]
async fn created_users_are_unique_by_login_and_can_share_an_address() {
    let org = Org::start().await;
    let user =
        |profile| json!({"profile": profile, "status": "STAGED", "enrollments": ["okta_email"]});
    let mary = |login: &str| user(json!({"login": login, "email": "mary@example.com"}));
    for (body, status, expected) in [
        (mary("Mary"), 201, "mary"),
        (mary("mary.jo"), 201, "mary.jo"),
        (mary("MARY"), 409, "profile.login: the login \"mary\" is already in use"),
        (user(json!({"email": "mary@example.com"})), 201, "mary@example.com"),
        (user(json!({"email": "mary@example.com"})), 409, "profile.email: the login"),
        (user(json!({"login": "jo@bücher.example"})), 201, "jo@bücher.example"),
        (user(json!({"login": "jo"})), 400, "profile.email: an address such as"),
    ] {
        let reply = org.control_post("users", &body).await;
        let answer = reply.json();
        let told =
            answer["login"].as_str().or_else(|| answer["detail"].as_str()).unwrap_or_default();
        assert_eq!(reply.status, status, "{body} {answer}");
        assert!(told.starts_with(expected), "{body} {answer}");
    }
}

#[tokio::test]
async fn reset_restores_the_initial_state() {
    let org = Org::seeded(11).await;
    let mut first = org.sign_up().await;
    first.finish("mary@example.com").await;
    let code = org.code_for("mary@example.com").await;
    let user = org.control("users").await;
    assert!((200..300).contains(&org.control_post("reset", &json!({})).await.status));
    assert_eq!(org.logins().await, Vec::<String>::new());
    assert_eq!(org.control("messages").await["messages"], json!([]));
    let mut second = org.sign_up().await;
    assert_ne!(second.interaction_handle, first.interaction_handle);
    second.finish("mary@example.com").await;
    assert_eq!(org.code_for("mary@example.com").await, code);
    let ids = |users: &Value| users["users"][0]["id"].clone();
    assert_eq!(ids(&org.control("users").await), ids(&user));
}

#[tokio::test]
async fn untrusted_host_or_origin_is_refused() {
    let org = Org::start().await;
    let mut mary = org.sign_up().await;
    mary.profile("mary@example.com").await;
    let reset = org.control_url("reset");
    for untrusted in [("host", "rebound.example.com"), ("origin", "https://evil.example.com")] {
        let reply = org.http.send(Method::POST, &reset, &[untrusted], "{}").await;
        assert_eq!(reply.status, 403, "{untrusted:?}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{untrusted:?}");
        let page = org.http.send(Method::GET, &org.url("/_idxlab/"), &[untrusted], "").await;
        assert_eq!(page.status, 403, "{untrusted:?}");
    }
    assert_eq!(org.logins().await, ["mary@example.com"]);
    let own = org.base_url();
    assert_eq!(
        org.http.send(Method::GET, &org.control_url("health"), &[("origin", own)], "").await.status,
        200
    );
}

#[tokio::test]
async fn invalid_org_document_is_refused_with_every_mistake() {
    let org = Org::start().await;
    let document = json!({
        "autoAdvanec": true,
        "apps": [{"label": "A", "clientId": "0oa1", "clientSecret": "s"}],
    });
    let reply = org.control_post("orgs", &json!({"document": document})).await;
    assert_eq!(reply.status, 400);
    let refused = reply.json();
    assert_eq!(refused["error"], "bad-request");
    let paths = refused["mistakes"].as_array().expect("the body lists the mistakes");
    let paths: Vec<_> = paths.iter().map(|mistake| &mistake["path"]).collect();
    assert_eq!(paths, [&json!(["autoAdvanec"]), &json!(["apps", 0, "clientSecret"])]);
    assert_eq!(refused["mistakes"][0]["found"], "unknown key `autoAdvanec`");
    assert_eq!(refused["mistakes"][0]["help"], "did you mean `autoAdvance`?");
}

//! The members of a page.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::items;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.version",
        Check::Answer(version),
        [
            "an IDX body carries version \"1.0.0\"",
            "auth-js takes a body without it for an API error, and refuses another version",
            "the actions of a page, as recorded; what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.members-required",
        Check::Answer(required),
        [
            "a page carries stateHandle, expiresAt, intent, cancel and app",
            "Go ends where an answer offers nothing at all, and the others read these members unguarded",
            "what the SDKs of five languages demand",
        ],
    ),
    Rule::must(
        "server.members-of-user",
        Check::Answer(of_user),
        [
            "from the moment the person exists, a page that goes on carries user, authenticators and authenticatorEnrollments",
            ".NET reads both lists without a look whether they are there",
            "what the SDKs of five languages demand; answers, as recorded",
        ],
    ),
    Rule::should(
        "server.members-known",
        Check::Answer(known),
        [
            "a page carries no member that no recording shows",
            "a strict client, or a mistyped name, is told apart from a new feature by looking",
            "the recorded order of members",
        ],
    ),
    Rule::must(
        "server.wrappers",
        Check::Answer(wrappers),
        [
            "objects and lists are wrapped: {\"type\":\"object\"|\"array\",\"value\":…}",
            "every SDK reads the value through its wrapper",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.intent",
        Check::Answer(intent),
        [
            "the intent of a sign-up is LOGIN from its start to its end",
            "Kotlin and Swift map it to an enum",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.app",
        Check::Answer(app),
        [
            "app has id, label and name",
            "Swift and Kotlin refuse the whole answer otherwise",
            "okta-mobile-swift, okta-mobile-kotlin",
        ],
    ),
    Rule::must(
        "server.authentication",
        Check::Answer(authentication),
        [
            "authentication, where it stands, names the issuer and repeats what interact asked for",
            "the widget reads scopes and redirect from it",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.user",
        Check::Answer(user),
        [
            "user has an id of the form 00u…",
            "the id is what ties the sign-up to the tokens",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.failure",
        Check::Answer(failure),
        [
            "failure, where it stands, is the redirect to the error page of the origin that was asked",
            "a browser is sent there",
            "error catalogue E25; widget fixture error-with-failure-redirect",
        ],
    ),
    Rule::must(
        "server.remediation-there",
        Check::Answer(remediation),
        [
            "remediation, where it stands, is a list with a form at least",
            "Java maps the first form to its status and has none in an empty list",
            "the shape of a transaction, as recorded; answers, as recorded",
        ],
    ),
];

const KNOWN: &[&str] = &[
    "version",
    "stateHandle",
    "expiresAt",
    "intent",
    "remediation",
    "messages",
    "currentAuthenticator",
    "currentAuthenticatorEnrollment",
    "authenticators",
    "authenticatorEnrollments",
    "enrollmentAuthenticator",
    "user",
    "cancel",
    "app",
    "authentication",
    "successWithInteractionCode",
    "captcha",
    "uiDisplay",
    "failure",
    "success",
];
const OBJECTS: &[&str] = &[
    "currentAuthenticatorEnrollment",
    "currentAuthenticator",
    "enrollmentAuthenticator",
    "user",
    "app",
    "authentication",
];
const LISTS: &[&str] = &["remediation", "messages", "authenticators", "authenticatorEnrollments"];

fn version(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if let Some(body) = read.idx_body() {
        findings.add_unless(body["version"] == "1.0.0", read, || {
            format!("version is {}", body["version"])
        });
    }
}

/// An answer to a request that a page stood behind is a page again, unless it refuses the session.
fn is_expected(read: &Read<'_>) -> bool {
    read.status() == 200 && read.idx_body().is_some()
}

fn required(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    // What goes on, or tells of a person, is a page, even where the handle that makes it one is missing.
    let is_page = |body: &Value| {
        ["stateHandle", "remediation", "cancel", "app", "user"]
            .iter()
            .any(|m| body.get(m).is_some())
    };
    let Some(body) = read.idx_body().filter(|body| is_expected(read) || is_page(body)) else {
        return;
    };
    for member in ["stateHandle", "expiresAt", "intent"] {
        let fits = body.get(member).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        findings.add_unless(fits, read, || format!("{member} is {}", body[member]));
    }
    for member in ["cancel", "app"] {
        findings
            .add_unless(body[member].is_object(), read, || format!("{member} is {}", body[member]));
    }
    if body.get("messages").is_none() {
        let goes_on =
            body.get("remediation").is_some() || body.get("successWithInteractionCode").is_some();
        findings
            .add_unless(goes_on, read, || "it has neither remediation, code nor message".into());
    }
}

fn of_user(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page().filter(|page| !page.remediations().is_empty()) else { return };
    // Pages of sign-ins that stand in the middle of a sign-up list nothing to choose from.
    let chooses =
        ["challenge-authenticator", "authenticator-verification-data", "keep-me-signed-in"]
            .iter()
            .all(|name| page.remediation(name).is_none());
    if has_user(read, conversation) {
        let lists = if chooses { &["authenticators"][..] } else { &[] };
        for member in ["user", "authenticatorEnrollments"].iter().chain(lists) {
            findings.add_unless(page.0.get(*member).is_some(), read, || {
                format!("{member} is not there")
            });
        }
    }
}

/// Whether the transaction of a page has a person: a page of it said so, and nobody gave it up since.
fn has_user(read: &Read<'_>, conversation: &Conversation<'_>) -> bool {
    let handle = read.page().and_then(crate::page::Page::state_handle);
    conversation.reads[..=read.number].iter().rev().any(|other| {
        other
            .page()
            .is_some_and(|page| page.state_handle() == handle && page.0.get("user").is_some())
            || (other.endpoint() == "enroll/new"
                && other.status() == 200
                && other.sent_handle() == handle
                && handle.is_some())
    })
}

fn known(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(Value::Object(members)) = read.page().map(|page| page.0) else { return };
    for member in members.keys().filter(|member| !KNOWN.contains(&member.as_str())) {
        findings.add(read, format!("it has {member}"));
    }
}

fn wrappers(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(body) = read.idx_body() else { return };
    let mut check = |member: &str, kind: &str, fits: fn(&Value) -> bool| {
        if let Some(wrapped) = body.get(member) {
            let holds = wrapped["type"] == kind && fits(&wrapped["value"]);
            findings.add_unless(holds, read, || format!("{member} is not wrapped as {kind}"));
        }
    };
    OBJECTS.iter().for_each(|member| check(member, "object", Value::is_object));
    LISTS.iter().for_each(|member| check(member, "array", Value::is_array));
}

fn intent(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    if let Some(page) = read.page() {
        findings.add_unless(page.0["intent"] == "LOGIN", read, || {
            format!("intent is {}", page.0["intent"])
        });
    }
}

fn app(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(app) = read.page().and_then(|page| page.0.get("app")) else { return };
    for member in ["id", "label", "name"] {
        let value = &app["value"][member];
        findings.add_unless(value.as_str().is_some_and(|text| !text.is_empty()), read, || {
            format!("app.{member} is {value}")
        });
    }
    findings.add_unless(app["value"]["name"] == "oidc_client", read, || {
        format!("app.name is {}", app["value"]["name"])
    });
    let id = &app["value"]["id"];
    let used = conversation
        .oauth("interact")
        .filter_map(|read| read.exchange.request.form().remove("client_id"));
    let fits = used.into_iter().any(|client| id == client.as_str());
    findings.add_unless(fits, read, || format!("app.id is {id}, which is not the client's"));
}

fn authentication(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(authentication) = read.page().and_then(|page| page.0.pointer("/authentication/value"))
    else {
        return;
    };
    findings.add_unless(authentication["protocol"] == "OAUTH2.0", read, || {
        format!("protocol is {}", authentication["protocol"])
    });
    let issuer = &authentication["issuer"];
    for member in ["id", "name", "uri"] {
        let fits = issuer[member].as_str().is_some_and(|text| !text.is_empty());
        findings.add_unless(fits, read, || format!("issuer.{member} is {}", issuer[member]));
    }
    let uri = issuer["uri"].as_str().unwrap_or_default();
    let interacts = conversation.reads[..read.number]
        .iter()
        .filter(|read| read.exchange.is_oauth("interact") && read.status() == 200);
    let asked: Vec<_> = interacts
        .map(|read| (read.exchange.request.path(), read.exchange.request.form()))
        .collect();
    let request = &authentication["request"];
    let repeats = |(path, form): &(&str, std::collections::BTreeMap<String, String>)| {
        let base = path.trim_end_matches("/v1/interact");
        let server = if base == "/oauth2" { "" } else { base };
        uri == format!("{}{server}", read.origin())
            && ["scope", "redirect_uri", "state", "code_challenge", "code_challenge_method"]
                .iter()
                .all(|name| form.get(*name).is_none_or(|sent| request[*name] == sent.as_str()))
    };
    findings.add_unless(asked.is_empty() || asked.iter().any(repeats), read, || {
        format!("it is {authentication}")
    });
    let fixed = request["response_type"] == "code"
        && request["response_mode"] == "query"
        && request["max_age"].is_i64();
    let aged =
        asked.iter().any(|(_, form)| form.contains_key("max_age")) || request["max_age"] == -1;
    findings.add_unless(fixed && aged, read, || format!("request is {request}"));
}

fn user(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let Some(user) = page.0.get("user") else { return };
    let id = &user["value"]["id"];
    findings.add_unless(id.as_str().is_some_and(|id| id.starts_with("00u")), read, || {
        format!("user.id is {id}")
    });
    let known = page.state_handle().and_then(|handle| conversation.page_before(read, handle));
    let before = known.and_then(|read| read.page()).and_then(|page| page.0.pointer("/user/value"));
    if let Some(before) = before {
        findings.add_unless(before == &user["value"], read, || {
            format!("user was {before} and is {}", user["value"])
        });
    }
    let members = |value: &Value, known: &[&str]| {
        value.as_object().is_some_and(|members| {
            members.iter().all(|(name, value)| {
                known.contains(&name.as_str()) && (value.is_string() || name == "profile")
            })
        })
    };
    let known = members(&user["value"], &["id", "identifier", "profile"]);
    findings.add_unless(known, read, || format!("user is {}", user["value"]));
    if let Some(profile) = user["value"].get("profile") {
        let known = members(profile, &["firstName", "lastName", "timeZone", "locale"]);
        findings.add_unless(known, read, || format!("user.profile is {profile}"));
    }
    let given = conversation.reads[..=read.number]
        .iter()
        .filter(|read| read.endpoint() == "enroll/new" && read.status() == 200);
    let given: Vec<_> = given.filter_map(|read| read.sent.as_ref()?.get("userProfile")).collect();
    for (member, attribute) in [
        ("/identifier", "email"),
        ("/profile/firstName", "firstName"),
        ("/profile/lastName", "lastName"),
    ] {
        let Some(shown) = user["value"].pointer(member).and_then(Value::as_str) else { continue };
        let is_given = |profile: &&Value| {
            profile[attribute].as_str().is_some_and(|text| text.eq_ignore_ascii_case(shown))
        };
        let fits = given.is_empty() || given.iter().any(is_given);
        findings.add_unless(fits, read, || format!("user{member} is {shown:?}"));
    }
}

fn failure(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(failure) = read.idx_body().and_then(|body| body.get("failure")) else { return };
    let start = format!("{}/login/error/redirect", read.origin());
    let fits = failure["name"] == "failure-redirect"
        && failure["href"].as_str().is_some_and(|href| href.starts_with(&start));
    findings.add_unless(fits, read, || format!("failure is {failure}"));
}

fn remediation(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(list) = read.page().and_then(|page| page.0.get("remediation")) else { return };
    findings.add_unless(!items(list.get("value")).is_empty(), read, || "the list is empty".into());
}

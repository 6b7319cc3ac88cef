//! The user and the parameters of the app, as a page repeats them.

use serde_json::Value;

use super::super::rule::{Check, Findings, Rule};
use crate::traffic::{ParsedExchange, Traffic};
use idx_scenario::Level;

pub(super) static RULES: &[&Rule] = &[&AUTHENTICATION, &USER, &USER_MEMBERS_KNOWN];

/// The recorded members of `user`.
const OF_USER: &[&str] = &["id", "identifier", "profile"];
/// The recorded members of `user.profile`.
const OF_PROFILE: &[&str] = &["firstName", "lastName", "timeZone", "locale"];

static AUTHENTICATION: Rule = Rule {
    id: "server.authentication",
    level: Level::Must,
    says: "If the server sends authentication, it must name the issuer and repeat the parameters of the interact request.",
    reason: "The widget reads the scopes and the redirect URI from it.",
    source: "recorded responses",
    check: Check::Response(authentication),
};

fn authentication(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(authentication) =
        exchange.page().and_then(|page| page.0.pointer("/authentication/value"))
    else {
        return;
    };
    let mut check = |name: &str, expected: &Value, actual: &Value| {
        findings.check(expected == actual, exchange, || {
            format!("{name} must be {expected}, and is {actual}")
        });
    };
    check("protocol", &"OAUTH2.0".into(), &authentication["protocol"]);
    let request = &authentication["request"];
    check("request.response_type", &"code".into(), &request["response_type"]);
    check("request.response_mode", &"query".into(), &request["response_mode"]);
    let issuer = &authentication["issuer"];
    let interact = traffic.interact_of(exchange).map(|interact| &interact.raw.request);
    let form = interact.map(|interact| interact.form());
    if let Some((interact, form)) = interact.zip(form.as_ref()) {
        let base = interact.path().trim_end_matches("/v1/interact");
        let server = if base == "/oauth2" { "" } else { base };
        let uri = format!("{}{server}", exchange.origin());
        check("issuer.uri", &uri.into(), &issuer["uri"]);
        for name in ["scope", "redirect_uri", "state", "code_challenge", "code_challenge_method"] {
            if let Some(sent) = form.get(name) {
                check(&format!("request.{name}"), &sent.as_str().into(), &request[name]);
            }
        }
    }
    if form.is_some_and(|form| !form.contains_key("max_age")) {
        check("request.max_age", &(-1).into(), &request["max_age"]);
    }
    for member in ["id", "name", "uri"] {
        let fits = issuer[member].as_str().is_some_and(|text| !text.is_empty());
        findings.check(fits, exchange, || format!("issuer.{member} is {}", issuer[member]));
    }
    findings.check(request["max_age"].is_i64(), exchange, || {
        format!("request.max_age is {}", request["max_age"])
    });
}

static USER: Rule = Rule {
    id: "server.user",
    level: Level::Must,
    says: "The server must give user an id that starts with 00u, and keep the id, the login and the names that the client entered.",
    reason: "The id connects the sign-up to the tokens.",
    source: "recorded responses",
    check: Check::Response(user),
};

fn user(exchange: &ParsedExchange<'_>, traffic: &Traffic<'_>, findings: &mut Findings) {
    let Some(user) = exchange.page().and_then(|page| page.0.pointer("/user/value")) else { return };
    let id = &user["id"];
    findings.check(id.as_str().is_some_and(|id| id.starts_with("00u")), exchange, || {
        format!("user.id must start with 00u, and is {id}")
    });
    let before = traffic
        .page_before(exchange)
        .and_then(|exchange| exchange.page())
        .and_then(|page| page.0.pointer("/user/value"));
    let members = OF_USER[..2].iter().map(|member| format!("/{member}"));
    let members = members.chain(OF_PROFILE.iter().map(|member| format!("/profile/{member}")));
    for member in members {
        let name = format!("user{}", member.replace('/', "."));
        let value = user.pointer(&member);
        findings.check(value.is_none_or(Value::is_string), exchange, || {
            format!("{name} must be a text, and is {}", value.unwrap_or(&Value::Null))
        });
        let old = before.map(|before| before.pointer(&member));
        findings.check(old.is_none_or(|old| old == value), exchange, || {
            let text = |value: Option<&Value>| value.unwrap_or(&Value::Null).to_string();
            format!("{name} must be {} as before, and is {}", text(old.flatten()), text(value))
        });
    }
    entered(exchange, user, traffic, findings);
}

/// The login and the names are those that the client entered.
fn entered(
    exchange: &ParsedExchange<'_>,
    user: &Value,
    traffic: &Traffic<'_>,
    findings: &mut Findings,
) {
    let given = traffic
        .earlier(exchange)
        .chain([exchange])
        .filter(|exchange| exchange.endpoint() == "enroll/new" && exchange.status() == 200);
    let given: Vec<_> =
        given.filter_map(|exchange| exchange.sent.as_ref()?.get("userProfile")).collect();
    // The identifier is the login. A form without `login` takes it from the address.
    let identities: &[&str] = &["login", "email"];
    for (member, attributes) in [
        ("/identifier", identities),
        ("/profile/firstName", &["firstName"]),
        ("/profile/lastName", &["lastName"]),
    ] {
        let Some(shown) = user.pointer(member).and_then(Value::as_str) else { continue };
        let entered = |profile: &&Value| {
            let mut texts = attributes.iter().filter_map(|attribute| profile[*attribute].as_str());
            texts.find(|text| !text.is_empty()).map(ToOwned::to_owned)
        };
        let entered: Vec<_> = given.iter().filter_map(entered).collect();
        let is_entered = |text: &String| text.to_lowercase() == shown.to_lowercase();
        let fits = given.is_empty() || entered.iter().any(is_entered);
        findings.check(fits, exchange, || {
            let name = member.replace('/', ".");
            format!("user{name} must be {}, and is {shown}", entered.join(" or "))
        });
    }
}

static USER_MEMBERS_KNOWN: Rule = Rule {
    id: "server.user-members-known",
    level: Level::Should,
    says: "The server should put only recorded members into user and its profile.",
    reason: "An unknown member is a new feature or a misspelt name.",
    source: "recorded responses of 2021 and later",
    check: Check::Response(members_known),
};

fn members_known(exchange: &ParsedExchange<'_>, _: &Traffic<'_>, findings: &mut Findings) {
    let Some(user) = exchange.page().and_then(|page| page.0.pointer("/user/value")) else { return };
    let profile = user.get("profile").unwrap_or(&Value::Null);
    for (place, object, known) in [("user", user, OF_USER), ("user.profile", profile, OF_PROFILE)] {
        for member in object.as_object().into_iter().flatten().map(|(name, _)| name) {
            let is_known = known.contains(&member.as_str());
            findings.check(is_known, exchange, || format!("{place} has {member}"));
        }
    }
}

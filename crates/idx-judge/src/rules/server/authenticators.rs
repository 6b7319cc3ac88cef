//! Authenticators and enrollments.

use serde_json::Value;

use super::super::conversation::{Conversation, Read};
use super::super::{Check, Findings, Rule};
use crate::page::{Page, items, name_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "server.authenticator-shape",
        Check::Answer(shape),
        [
            "an authenticator has type, key, id, displayName and methods, which agree with each other as Okta's do",
            "Kotlin refuses the answer without type; .NET and Go find authenticators by key and label",
            "the table of authenticators",
        ],
    ),
    Rule::must(
        "server.authenticators-sorted",
        Check::Answer(sorted),
        [
            "authenticators and enrollments are sorted by their display names, each once",
            "clients show them in this order",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.authenticator-ids",
        Check::Answer(ids),
        [
            "an authenticator's id is aut…, and the same on every page; an enrollment's is another kind",
            "a client answers with the id that it saw a page ago",
            "answers, as recorded",
        ],
    ),
    Rule::must(
        "server.not-offered-twice",
        Check::Answer(offered_once),
        [
            "what is enrolled is not offered again",
            "the person would do it twice",
            "which page comes next, as recorded",
        ],
    ),
    Rule::must(
        "server.current-authenticator",
        Check::Answer(current),
        [
            "currentAuthenticator stands where something is asked for, and there alone",
            ".NET reads it after every choice; the widget draws by it",
            "the pages of a sign-up, as recorded; the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.enrollment-authenticator",
        Check::Answer(enrollment),
        [
            "while an authenticator is enrolled, enrollmentAuthenticator is currentAuthenticator without resend and poll",
            "recorded on every such page, and absent where a number is asked for",
            "the pages of a sign-up, as recorded; the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.current-is-chosen",
        Check::Answer(chosen),
        [
            "the page after a choice asks for what was chosen",
            "the person would give the code of one authenticator to another",
            "the pages of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.resend-and-poll",
        Check::Answer(resend),
        [
            "a code can be sent again; a mail's can be polled too; a password neither",
            "clients offer what stands in currentAuthenticator",
            "the forms of a sign-up, as recorded",
        ],
    ),
    Rule::must(
        "server.password-settings",
        Check::Answer(settings),
        [
            "a new password is asked for with its policy: all members of complexity, as numbers and flags",
            "Kotlin refuses the answer when one is missing, Java when one is of another type",
            "okta-idx-java, okta-mobile-kotlin; answers, as recorded",
        ],
    ),
];

/// Key, type, display name, methods.
const KINDS: &[(&str, &str, &str, &[&str])] = &[
    ("okta_password", "password", "Password", &["password"]),
    ("okta_email", "email", "Email", &["email"]),
    ("phone_number", "phone", "Phone", &["sms", "voice"]),
    ("security_question", "security_question", "Security Question", &["security_question"]),
    ("okta_verify", "app", "Okta Verify", &["push", "totp", "signed_nonce"]),
    ("webauthn", "security_key", "Security Key or Biometric", &["webauthn"]),
    ("google_otp", "app", "Google Authenticator", &["otp"]),
];

fn enrollments<'r>(read: &'r Read<'_>) -> Vec<&'r Value> {
    items(read.page().and_then(|page| page.0.pointer("/authenticatorEnrollments/value")))
}

fn shape(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let current = read.current_authenticator();
    let of_page = |pointer| read.page().and_then(|page| page.0.pointer(pointer));
    let enrolling = of_page("/enrollmentAuthenticator/value");
    let challenged = of_page("/currentAuthenticatorEnrollment/value");
    for thing in read
        .authenticators()
        .into_iter()
        .chain(enrollments(read))
        .chain(current)
        .chain(enrolling)
        .chain(challenged)
    {
        let methods: Vec<_> = items(thing.get("methods"))
            .into_iter()
            .filter_map(|method| method["type"].as_str())
            .collect();
        let kind = KINDS.iter().find(|(key, ..)| thing["key"] == *key);
        let fits = kind.is_some_and(|(_, kind, name, known)| {
            thing["type"] == *kind
                && thing["displayName"] == *name
                && !methods.is_empty()
                && is_part_in_order(&methods, known)
                && methods.len() == items(thing.get("methods")).len()
        });
        let use_of = thing.get("allowedFor");
        let allowed = use_of.is_none_or(|use_of| {
            ["any", "sso", "recovery", "none"].iter().any(|known| use_of == known)
        });
        let alike = read
            .authenticators()
            .iter()
            .all(|other| other.get("allowedFor").is_some() == use_of.is_some());
        findings.add_unless(allowed && alike, read, || {
            format!("allowedFor of {} is {use_of:?}", thing["key"])
        });
        let masked = thing.get("profile").is_none_or(|profile| {
            profile.as_object().is_some_and(|members| {
                members.values().all(|value| {
                    value.as_str().is_some_and(|text| text.contains('*') || text.contains("XXX"))
                })
            })
        });
        findings.add_unless(masked, read, || {
            format!("profile of {} is {}", thing["key"], thing["profile"])
        });
        let has_id = thing["id"].as_str().is_some_and(|id| id.len() >= 20);
        findings.add_unless(fits && has_id, read, || format!("{} is {thing}", thing["key"]));
    }
}

/// Whether the first list is the second with some left out.
fn is_part_in_order(part: &[&str], whole: &[&str]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|wanted| rest.any(|found| found == wanted))
}

fn sorted(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    for (what, list) in
        [("authenticators", read.authenticators()), ("authenticatorEnrollments", enrollments(read))]
    {
        let names: Vec<_> = list.iter().filter_map(|thing| thing["displayName"].as_str()).collect();
        let fits = names.windows(2).all(|pair| pair[0] < pair[1]);
        findings.add_unless(fits, read, || format!("{what}: {}", names.join(", ")));
    }
}

fn ids(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    for thing in read.authenticators().into_iter().chain(read.current_authenticator()) {
        let id = thing["id"].as_str().unwrap_or_default();
        findings.add_unless(id.starts_with("aut"), read, || {
            format!("the id of {} is {id:?}", thing["key"])
        });
        let known = |other: &Read<'_>| -> Option<Value> {
            let things = other.authenticators().into_iter().chain(other.current_authenticator());
            things
                .into_iter()
                .find(|known| known["key"] == thing["key"])
                .map(|known| known["id"].clone())
        };
        if let Some(earlier) = conversation.reads[..read.number].iter().find_map(known) {
            findings.add_unless(earlier == id, read, || {
                format!("the id of {} was {earlier}", thing["key"])
            });
        }
    }
    for thing in enrollments(read) {
        let id = thing["id"].as_str().unwrap_or_default();
        findings.add_unless(!id.starts_with("aut") && !id.is_empty(), read, || {
            format!("the enrollment's id is {id:?}")
        });
        let before =
            read.page().and_then(|page| conversation.page_before(read, page.state_handle()?));
        let before = before
            .map(enrollments)
            .unwrap_or_default()
            .into_iter()
            .find(|before| before["key"] == thing["key"]);
        if let Some(before) = before {
            findings.add_unless(before["id"] == id, read, || {
                format!("the enrollment's id was {}", before["id"])
            });
        }
    }
}

fn offered_once(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let enrolled = page.enrollments();
    for key in page.offered_authenticators().into_iter().filter(|key| enrolled.contains(key)) {
        findings.add(read, format!("{key} is enrolled and offered"));
    }
}

fn current(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page().filter(|page| !page.remediations().is_empty()) else { return };
    let names = page.remediation_names();
    let with_password = page.remediation("enroll-profile").is_some_and(|form| {
        items(form.get("value")).into_iter().any(|field| name_of(field) == "credentials")
    });
    let asks = with_password
        || ["enroll-authenticator", "authenticator-enrollment-data"]
            .iter()
            .any(|name| names.contains(name));
    let is_there = page.0.get("currentAuthenticator").is_some();
    // The start page names the password, so that it can be recovered.
    let is_start = names.contains(&"identify");
    if is_start {
        let asks_password = page
            .remediation("identify")
            .is_some_and(|form| form["value"].to_string().contains("\"passcode\""));
        findings.add_unless(asks_password == is_there, read, || {
            "the start page's password and its authenticator disagree".into()
        });
        let recover = !is_there
            || page.authenticator_form("recover").is_some_and(|form| form["name"] == "recover");
        findings.add_unless(recover, read, || "the password cannot be recovered".into());
    } else {
        findings
            .add_unless(asks == is_there, read, || format!("the page offers {}", names.join(", ")));
    }
}

fn enrollment(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let Some(page) = read.page() else { return };
    let enrolling = page.0.pointer("/enrollmentAuthenticator/value");
    if page.remediation("enroll-authenticator").is_none() {
        findings.add_unless(enrolling.is_none(), read, || {
            "it is there, and nothing is enrolled".into()
        });
        return;
    }
    let mut current = read.current_authenticator().cloned().unwrap_or_default();
    if let Some(members) = current.as_object_mut() {
        members.remove("resend");
        members.remove("poll");
    }
    findings.add_unless(enrolling == Some(&current), read, || {
        format!("it is {}", enrolling.unwrap_or(&Value::Null))
    });
}

fn chosen(read: &Read<'_>, conversation: &Conversation<'_>, findings: &mut Findings) {
    if read.endpoint() != "credential/enroll" || read.status() != 200 {
        return;
    }
    let id = read
        .sent
        .as_ref()
        .and_then(|sent| sent.pointer("/authenticator/id"))
        .unwrap_or(&Value::Null);
    let current = read.current_authenticator().map_or(&Value::Null, |current| &current["id"]);
    findings.add_unless(id == current, read, || {
        format!("{id} was chosen, and the page is about {current}")
    });
    let chosen = conversation.reads[..read.number]
        .iter()
        .flat_map(Read::authenticators)
        .find(|known| known["id"] == *id);
    if let (Some(chosen), Some(current)) = (chosen, read.current_authenticator()) {
        findings.add_unless(chosen["key"] == current["key"], read, || {
            format!("{} was chosen", chosen["key"])
        });
    }
}

fn resend(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    let asks = |page: &Page<'_>| {
        ["enroll-authenticator", "authenticator-enrollment-data", "challenge-authenticator"]
            .iter()
            .any(|name| page.remediation(name).is_some())
    };
    let Some(page) = read.page().filter(asks) else { return };
    let challenged = page.0.pointer("/currentAuthenticatorEnrollment/value");
    let Some(current) = read.current_authenticator().or(challenged) else { return };
    let wanted: &[&str] = match current["key"].as_str() {
        Some("okta_password") => &[],
        Some("okta_email") => &["resend", "poll"],
        _ => &["resend"],
    };
    let code_only = current["contextualData"]["useEmailMagicLink"] == false;
    for name in ["resend", "poll"] {
        let is_there = page.authenticator_form(name).is_some();
        let right = wanted.contains(&name) && !(name == "poll" && code_only);
        findings.add_unless(is_there == right, read, || {
            format!(
                "{}: {name} {}",
                current["key"],
                if is_there { "is there" } else { "is missing" }
            )
        });
        if let Some(form) = page.authenticator_form(name) {
            findings.add_unless(form["name"] == name, read, || {
                format!("the form {name} is called {}", form["name"])
            });
        }
    }
    let is_shown = current.get("profile").is_some();
    findings.add_unless(is_shown == challenged.is_some(), read, || {
        format!(
            "profile is {}, which a challenge shows and an enrollment does not",
            current["profile"]
        )
    });
}

fn settings(read: &Read<'_>, _: &Conversation<'_>, findings: &mut Findings) {
    const NUMBERS: &[&str] =
        &["minLength", "minLowerCase", "minUpperCase", "minNumber", "minSymbol"];
    let Some(current) =
        read.current_authenticator().filter(|current| current["key"] == "okta_password")
    else {
        return;
    };
    let is_asked =
        read.page().is_some_and(|page| page.remediation("enroll-authenticator").is_some());
    if !is_asked && current.get("settings").is_none() {
        return;
    }
    let complexity = &current["settings"]["complexity"];
    for member in NUMBERS {
        findings.add_unless(complexity[*member].is_u64(), read, || {
            format!("complexity.{member} is {}", complexity[*member])
        });
    }
    let length = complexity["minLength"].as_u64().unwrap_or_default();
    findings.add_unless((4..=72).contains(&length), read, || {
        format!("complexity.minLength is {length}")
    });
    findings.add_unless(complexity["excludeUsername"].is_boolean(), read, || {
        "complexity.excludeUsername is no flag".into()
    });
    let attributes = complexity["excludeAttributes"].as_array();
    let fits = attributes.is_some_and(|names| {
        names.iter().all(|name| ["firstName", "lastName"].iter().any(|known| name == known))
    });
    findings.add_unless(fits, read, || {
        format!("complexity.excludeAttributes is {}", complexity["excludeAttributes"])
    });
    if let Some(repeats) = complexity.get("maxConsecutiveRepeatingCharacters") {
        findings.add_unless(repeats.is_u64(), read, || {
            format!("maxConsecutiveRepeatingCharacters is {repeats}")
        });
    }
    if let Some(age) = current["settings"].get("age") {
        let fits = ["minAgeMinutes", "historyCount"].iter().all(|member| age[*member].is_u64());
        findings.add_unless(fits, read, || format!("age is {age}"));
    }
}

//! Responses that contradict a fact, each with the rule for its class.

use serde_json::json;

use crate::legal::replace_handles;
use crate::{Variant, add_remediation, each_message, each_object, remediation};

pub(crate) const ALL: &[(&str, Variant)] = &[
    (
        "server.idp-link",
        Variant::new("redirect-idp without its provider", "identify", |page| {
            add_remediation(
                page,
                json!({"name": "redirect-idp", "type": "GOOGLE", "href": "http://a/", "method": "GET"}),
            );
        }),
    ),
    (
        "server.idp-link",
        Variant::new("redirect-idp as a POST", "identify", |page| {
            let idp = json!({"id": "0oa1", "name": "Google"});
            add_remediation(
                page,
                json!({"name": "redirect-idp", "type": "GOOGLE", "idp": idp, "href": "http://a/", "method": "POST"}),
            );
        }),
    ),
    (
        "server.remediation-set",
        Variant::new("the form to enroll is missing", "enroll-authenticator-password", |page| {
            let list = page["remediation"]["value"].as_array_mut().expect("remediations");
            list.retain(|form| form["name"] != "select-authenticator-enroll");
        }),
    ),
    (
        "server.media-types",
        Variant::new("media types without a version", "identify", |page| {
            remediation(page, "identify")["accepts"] = json!("application/json");
        }),
    ),
    (
        "server.state-handle-field",
        Variant::new("a visible handle", "identify", |page| {
            each_object(page, &mut |members| {
                if members.get("name").is_some_and(|name| name == "stateHandle") {
                    members.insert("visible".into(), json!(true));
                }
            });
        }),
    ),
    (
        "server.state-handle-field",
        Variant::new("a text that is not a handle", "identify", |page| {
            replace_handles(page, "nothing")
        }),
    ),
    (
        "server.state-handle-format",
        Variant::new("a handle of another format", "identify", |page| {
            page["stateHandle"] = json!("xxabcdefghijklmnopqrstuvwxyzabcdefghijklmn");
        }),
    ),
    (
        "server.session-expired",
        Variant::new("an expired session that continues", "E1-session-expired", |page| {
            page["user"] = json!({"type": "object", "value": {"id": "00u1"}});
        }),
    ),
    (
        "server.message-known",
        Variant::new("another text of an expired session", "E1-session-expired", |page| {
            each_message(page, |message| message["message"] = json!("Too late."));
        }),
    ),
    (
        "server.message-known",
        Variant::new("another key of a known text", "E3-wrong-code", |page| {
            each_message(page, |message| message["i18n"]["key"] = json!("errors.code"));
        }),
    ),
    (
        "server.message-known",
        Variant::new("another status of a wrong code", "E3-wrong-code", |_| {}).with_status(400),
    ),
    (
        "server.refusal-names-field",
        Variant::new("the parameter is not the label", "E10-email-taken", |page| {
            remediation(page, "enroll-profile")["value"][0]["form"]["value"][2]["label"] =
                json!("Primary email");
        }),
    ),
    (
        "server.refusal-lists-password-rules",
        Variant::new(
            "the page shows another minimum length",
            "E21-password-requirements",
            |page| {
                for member in ["currentAuthenticator", "enrollmentAuthenticator"] {
                    page[member]["value"]["settings"]["complexity"]["minLength"] = json!(6);
                }
            },
        ),
    ),
    (
        "server.refusal-lists-password-rules",
        Variant::new("a rule is missing in the list", "E21-password-requirements", |page| {
            each_message(page, |message| {
                let shorter = |text: &str| json!(text.replace(" a number,", ""));
                message["message"] = shorter(message["message"].as_str().expect("a text"));
                let param = message["i18n"]["params"][0].as_str().expect("a parameter");
                message["i18n"]["params"][0] = shorter(param);
            });
        }),
    ),
    (
        "server.poll-refresh",
        Variant::new("a poll interval in seconds", "enroll-authenticator-email", |page| {
            page["currentAuthenticator"]["value"]["poll"]["refresh"] = json!(4);
        }),
    ),
    (
        "server.user",
        Variant::new("an id of another type", "select-authenticator-enroll", |page| {
            page["user"]["value"]["id"] = json!("00o1");
        }),
    ),
    (
        "server.members-required",
        Variant::new("a page without cancel", "identify", |page| {
            page.as_object_mut().expect("a page").remove("cancel");
        }),
    ),
    (
        "server.option-id-first",
        Variant::new("an id that the user could change", "select-authenticator-enroll", |page| {
            each_object(page, &mut |members| {
                if members.get("name").is_some_and(|name| name == "id") {
                    members.remove("mutable");
                }
            });
        }),
    ),
];

//! Responses that a recording or a source shows.

use serde_json::{Value, json};

use crate::{Variant, add_remediation, each_message, each_object, remediation};

pub(crate) const ALL: &[Variant] = &[
    Variant::new("redirect-idp as recorded: a link without rel and fields", "identify", |page| {
        add_remediation(page, idp());
        add_remediation(page, idp());
    }),
    Variant::new("unlock-account on the start page", "identify", |page| {
        let mut form = remediation(page, "select-enroll-profile").clone();
        form["name"] = json!("unlock-account");
        form["href"] = json!("https://org.example/idp/idx/unlock-account");
        add_remediation(page, form);
    }),
    Variant::new("a remediation that no sign-up knows", "enroll-profile", |page| {
        let mut form = remediation(page, "select-identify").clone();
        form["name"] = json!("x-future");
        add_remediation(page, form);
    }),
    Variant::new(
        "the start page of 2024 does not offer to remember the device",
        "identify",
        |page| {
            let fields = remediation(page, "identify")["value"].as_array_mut().expect("fields");
            fields.retain(|field| field["name"] != "rememberMe");
        },
    ),
    Variant::new("media types with other spacing", "identify", |page| {
        each_object(page, &mut |members| {
            if members.contains_key("produces") {
                members["produces"] = json!("application/ion+json;okta-version=1.0.0");
                members["accepts"] = json!("application/json ; okta-version=1.0.0; charset=UTF-8");
            }
        });
    }),
    Variant::new("the second text of an expired session", "E1-session-expired", |page| {
        each_message(page, |message| {
            message["message"] = json!(
                "You have been logged out due to inactivity. Refresh or return to the sign in screen."
            );
        });
    }),
    Variant::new("an expired session with its handle", "E1-session-expired", |page| {
        page["stateHandle"] = json!("02abcdefghijklmnopqrstuvwxyzabcdefghijklmn");
        page["expiresAt"] = json!("2026-01-01T00:00:00.000Z");
        page["intent"] = json!("LOGIN");
    }),
    Variant::new("no params where they are empty", "E3-wrong-code", |page| {
        each_message(page, |message| {
            message["i18n"].as_object_mut().expect("i18n").remove("params");
        });
    }),
    Variant::new("two messages of a field in the other order", "E11-email-malformed", |page| {
        each_object(page, &mut |members| {
            if let Some(list) = members.get_mut("messages") {
                list["value"].as_array_mut().expect("messages").reverse();
            }
        });
    }),
    Variant::new("a rejected field repeats its value", "E11-email-malformed", |page| {
        let form = remediation(page, "enroll-profile");
        form["value"][0]["form"]["value"][2]["value"] = json!("a@b");
    }),
    Variant::new("the other key of too many attempts", "E4-too-many-attempts", |page| {
        each_message(page, |message| {
            message["i18n"]["key"] = json!("oie.tooManyRequests");
            message["message"] = json!("Too many attempts. Try again later.");
        });
    }),
    Variant::new("too many attempts without a session", "E4-too-many-attempts", |page| {
        keep(page, &["version", "messages"]);
    }),
    Variant::new("too many attempts as a terminal page", "E4-too-many-attempts", |page| {
        keep(page, &["version", "stateHandle", "expiresAt", "intent", "messages"]);
    }),
    Variant::new("the status of a refused password is 400", "E21-password-requirements", |_| {})
        .with_status(400),
    Variant::new("the status of a common password is 400", "E22-password-common", |_| {})
        .with_status(400),
    Variant::new("a refused number as in May 2021", "E23-phone-invalid", |page| {
        each_message(page, |message| {
            message["message"] =
                json!("Unable to initiate factor enrollment: Invalid Phone Number.");
            message.as_object_mut().expect("a message").remove("i18n");
        });
    }),
    Variant::new("the email's label is Primary email", "E11-email-malformed", |page| {
        remediation(page, "enroll-profile")["value"][0]["form"]["value"][2]["label"] =
            json!("Primary email");
        each_message(page, |message| {
            message["i18n"]["params"] = json!(["Primary email"]);
            let text =
                message["message"].as_str().expect("a text").replace("'Email'", "'Primary email'");
            message["message"] = json!(text);
        });
    }),
    Variant::new("a handle that is a JWE", "identify", |page| {
        let handle = format!("eyJ6aXAiOiJERUYi{}.abc.def", "A".repeat(60));
        replace_handles(page, &handle);
        page["stateHandle"] = json!(handle);
    }),
    Variant::new("a handle of 2024", "identify", |page| {
        let handle = format!("02.id.{}~c.{}", "a".repeat(40), "b".repeat(60));
        replace_handles(page, &handle);
        page["stateHandle"] = json!(handle);
    }),
    Variant::new("the forms carry another handle than the page", "identify", |page| {
        replace_handles(page, "02zyxwvutsrqponmlkjihgfedcbazyxwvutsrqponm");
    }),
    Variant::new("more members of the stateHandle field", "identify", |page| {
        each_object(page, &mut |members| {
            if members.get("name").is_some_and(|name| name == "stateHandle") {
                members.insert("type".into(), json!("string"));
            }
        });
    }),
    Variant::new("type on the fixed fields of an option", "select-authenticator-enroll", |page| {
        each_object(page, &mut |members| {
            if members.get("name").is_some_and(|name| name == "id") {
                members.insert("type".into(), json!("string"));
            }
        });
    }),
    Variant::new("more members of the user", "select-authenticator-enroll", |page| {
        page["user"]["value"]["createdAt"] = json!(1);
        page["user"]["value"]["profile"]["displayName"] = json!("Mary Jo");
    }),
    Variant::new(
        "an authenticator's id of another length",
        "select-authenticator-enroll",
        |page| {
            let text = page.to_string();
            let id = page["authenticators"]["value"][0]["id"].as_str().expect("an id").to_owned();
            *page = serde_json::from_str(&text.replace(&id, "autzQ9password001")).expect("JSON");
        },
    ),
    Variant::new("user of mid-2021", "select-authenticator-enroll", |page| {
        keep(&mut page["user"]["value"], &["id"]);
    }),
    Variant::new("a poll interval with jitter", "enroll-authenticator-email", |page| {
        page["currentAuthenticator"]["value"]["poll"]["refresh"] = json!(6202);
    }),
    Variant::new("the poll interval of January 2021", "enroll-authenticator-email", |page| {
        page["currentAuthenticator"]["value"]["poll"]["refresh"] = json!(500);
    }),
    Variant::new("password settings without age", "enroll-authenticator-password", |page| {
        for member in ["currentAuthenticator", "enrollmentAuthenticator"] {
            let settings = &mut page[member]["value"]["settings"];
            settings.as_object_mut().expect("settings").remove("age");
        }
    }),
    Variant::new("a password refusal without age", "E21-password-requirements", |page| {
        for member in ["currentAuthenticator", "enrollmentAuthenticator"] {
            let settings = &mut page[member]["value"]["settings"];
            settings.as_object_mut().expect("settings").remove("age");
        }
    }),
];

fn idp() -> Value {
    json!({
        "name": "redirect-idp", "type": "GOOGLE", "idp": {"id": "0oaabcdefghijklmnopq", "name": "Google"},
        "href": "https://org.example/oauth2/default/v1/authorize?client_id=x", "method": "GET",
    })
}

fn keep(object: &mut Value, names: &[&str]) {
    object.as_object_mut().expect("an object").retain(|name, _| names.contains(&name.as_str()));
}

pub(crate) fn replace_handles(page: &mut Value, handle: &str) {
    each_object(page, &mut |members| {
        if members.get("name").is_some_and(|name| name == "stateHandle") {
            members.insert("value".into(), json!(handle));
        }
    });
}

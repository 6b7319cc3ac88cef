//! An independent reader of IDX answers: what Okta's published clients demand of a document, checked from the outside.
//!
//! Sources: the recorded shapes of the protocol, and the two strictest decoders among Okta's SDKs (Swift `IDXResponse`,
//! Kotlin `Responses.kt`). It shares no code with the emulator, so that a mistake in the emulator's types cannot be
//! repeated here, and it never stops at the first problem.

mod authenticator;
mod document;
mod error_body;
mod field;
mod form;
mod message;
mod node;
mod relates_to;
mod remediation;
mod success;

#[cfg(test)]
mod samples;

use serde_json::Value;

pub use node::Violation;
use node::{Node, Report};

/// One answer of an IDX or OAuth endpoint, as it came off the wire.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The HTTP status; `None` for a document kept in a file without one.
    pub status: Option<u16>,
    /// The `Content-Type`; `None` for a document kept in a file without one.
    pub media_type: Option<&'a str>,
    /// `scheme://host[:port]` that every address in the answer must begin with; `None` accepts any, as long as it is one.
    pub origin: Option<&'a str>,
    /// The parsed body.
    pub body: &'a Value,
}

impl<'a> Answer<'a> {
    /// A document of which only the body is known.
    pub fn document(body: &'a Value) -> Self {
        Self { status: None, media_type: None, origin: None, body }
    }
}

/// Everything that is wrong with an answer, in document order; empty when nothing is.
pub fn violations(answer: Answer<'_>) -> Vec<Violation> {
    let mut report = Report::default();
    let root = Node::root(answer.body);
    if root.has("errorCode") || root.has("error") {
        error_body::check(&mut report, &root, answer);
    } else {
        document::check(&mut report, &root, answer);
    }
    report.into_violations()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(body: &Value) -> Vec<String> {
        violations(Answer::document(body)).iter().map(ToString::to_string).collect()
    }

    /// Breaks a good document with `breakage`, and expects a violation that holds `expected`.
    #[track_caller]
    fn flags(mut body: Value, breakage: impl FnOnce(&mut Value), expected: &str) {
        assert_eq!(
            problems(&body),
            Vec::<String>::new(),
            "the document was not good to begin with"
        );
        breakage(&mut body);
        let found = problems(&body);
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "no violation holds {expected:?}: {found:#?}"
        );
    }

    fn forget(body: &mut Value, pointer: &str, member: &str) {
        body.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(member).unwrap();
    }

    fn put(body: &mut Value, pointer: &str, member: &str, value: Value) {
        body.pointer_mut(pointer).unwrap()[member] = value;
    }

    #[test]
    fn good_documents_have_no_violations() {
        for body in [
            samples::start_page(),
            samples::profile_form(),
            samples::select_page(),
            samples::password_page(),
            samples::email_page(),
            samples::phone_data_page(),
            samples::success_page(),
            samples::terminal_page(),
            samples::session_expired(),
            json!({"error": "invalid_grant", "error_description": "PKCE verification failed."}),
        ] {
            assert_eq!(problems(&body), Vec::<String>::new(), "{body:#}");
        }
    }

    #[test]
    fn the_envelope_is_checked() {
        flags(samples::select_page(), |body| forget(body, "", "version"), "$.version: is missing");
        flags(
            samples::select_page(),
            |body| put(body, "", "version", json!("2.0.0")),
            "$.version: is \"2.0.0\"",
        );
        flags(
            samples::select_page(),
            |body| put(body, "", "expiresAt", json!("2026-01-01T00:00:00Z")),
            "$.expiresAt",
        );
        flags(
            samples::select_page(),
            |body| forget(body, "", "authenticatorEnrollments"),
            "$.authenticatorEnrollments",
        );
        flags(samples::select_page(), |body| forget(body, "", "cancel"), "$.cancel: is missing");
        flags(
            samples::select_page(),
            |body| forget(body, "/app/value", "label"),
            "$.app.value.label: is missing",
        );
        flags(samples::select_page(), |body| put(body, "", "surprise", json!(1)), "$.surprise");
    }

    #[test]
    fn every_form_is_checked() {
        let form = "/remediation/value/0";
        flags(samples::select_page(), |body| forget(body, form, "rel"), "[0].rel: is missing");
        flags(
            samples::select_page(),
            |body| put(body, form, "method", json!("post")),
            "[0].method",
        );
        flags(
            samples::select_page(),
            |body| put(body, form, "href", json!("/idp/idx/credential/enroll")),
            "[0].href",
        );
        flags(
            samples::select_page(),
            |body| put(body, form, "href", json!("http://h/idp/idx/enroll")),
            "[0].href",
        );
        flags(
            samples::select_page(),
            |body| forget(body, form, "produces"),
            "[0].produces: is missing",
        );
        flags(
            samples::select_page(),
            |body| forget(body, form, "accepts"),
            "[0].accepts: is missing",
        );
        flags(
            samples::select_page(),
            |body| forget(body, "/cancel/value/0", "mutable"),
            "$.cancel.value[0].mutable",
        );
        flags(
            samples::start_page(),
            |body| forget(body, "/currentAuthenticator/value/recover", "href"),
            "recover.href",
        );
    }

    #[test]
    fn the_state_handle_is_last_fixed_and_the_same_everywhere() {
        flags(
            samples::select_page(),
            |body| {
                body.pointer_mut("/remediation/value/0/value")
                    .unwrap()
                    .as_array_mut()
                    .unwrap()
                    .reverse()
            },
            "the last field",
        );
        flags(
            samples::select_page(),
            |body| put(body, "/remediation/value/0/value/1", "value", json!("02-another")),
            "stateHandle of the document",
        );
        flags(
            samples::select_page(),
            |body| put(body, "/remediation/value/0/value/1", "mutable", json!(true)),
            "mutable",
        );
    }

    #[test]
    fn relates_to_has_to_lead_somewhere() {
        let option = "/remediation/value/0/value/0/options/0";
        flags(
            samples::select_page(),
            |body| put(body, option, "relatesTo", json!("$.authenticators.value[7]")),
            "leads nowhere",
        );
        flags(
            samples::select_page(),
            |body| put(body, option, "relatesTo", json!(["$.app"])),
            "relatesTo",
        );
        flags(
            samples::select_page(),
            |body| put(body, option, "label", json!("Mail")),
            "options[0].label",
        );
        flags(
            samples::password_page(),
            |body| put(body, "/remediation/value/0", "relatesTo", json!("$.currentAuthenticator")),
            "relatesTo",
        );
    }

    #[test]
    fn options_begin_with_the_id_of_their_authenticator() {
        let fields = "/remediation/value/0/value/0/options/0/value/form/value";
        flags(
            samples::select_page(),
            |body| body.pointer_mut(fields).unwrap().as_array_mut().unwrap().reverse(),
            "first field",
        );
        flags(
            samples::select_page(),
            |body| put(body, &format!("{fields}/0"), "value", json!("aut0000000000other")),
            "id of the authenticator",
        );
    }

    #[test]
    fn remediations_stand_in_recorded_order() {
        let reverse = |body: &mut Value| {
            body.pointer_mut("/remediation/value").unwrap().as_array_mut().unwrap().reverse()
        };
        flags(samples::start_page(), reverse, "recorded order");
        flags(samples::password_page(), reverse, "recorded order");
        flags(samples::email_page(), reverse, "recorded order");
    }

    #[test]
    fn authenticators_are_what_the_strict_decoders_read() {
        let current = "/currentAuthenticator/value";
        flags(
            samples::password_page(),
            |body| forget(body, current, "settings"),
            "settings: is missing",
        );
        flags(
            samples::password_page(),
            |body| forget(body, &format!("{current}/settings/complexity"), "minSymbol"),
            "complexity.minSymbol: is missing",
        );
        flags(
            samples::password_page(),
            |body| forget(body, current, "key"),
            "currentAuthenticator.value.key: is missing",
        );
        flags(
            samples::password_page(),
            |body| put(body, current, "displayName", json!("password")),
            "displayName",
        );
        flags(samples::email_page(), |body| forget(body, current, "resend"), "resend: is missing");
        flags(
            samples::email_page(),
            |body| put(body, &format!("{current}/methods/0"), "count", json!(1)),
            "methods[0].count",
        );
        flags(
            samples::email_page(),
            |body| forget(body, "", "enrollmentAuthenticator"),
            "$.enrollmentAuthenticator",
        );
        flags(
            samples::select_page(),
            |body| {
                body.pointer_mut("/authenticators/value").unwrap().as_array_mut().unwrap().reverse()
            },
            "sorted",
        );
    }

    #[test]
    fn messages_need_text_and_class() {
        flags(
            samples::session_expired(),
            |body| forget(body, "/messages/value/0", "class"),
            "class: is missing",
        );
        flags(
            samples::session_expired(),
            |body| put(body, "/messages/value/0", "i18n", json!({})),
            "i18n.key: is missing",
        );
        flags(
            samples::session_expired(),
            |body| put(body, "/messages", "value", json!([])),
            "$.messages.value: is empty",
        );
    }

    #[test]
    fn success_stands_alone_and_carries_a_code() {
        let form = "/successWithInteractionCode";
        flags(
            samples::success_page(),
            |body| put(body, form, "name", json!("token")),
            "successWithInteractionCode.name",
        );
        flags(
            samples::success_page(),
            |body| forget(body, &format!("{form}/value/1"), "value"),
            "interaction_code",
        );
        flags(
            samples::success_page(),
            |body| put(body, "", "remediation", json!({"type": "array", "value": []})),
            "$.remediation",
        );
    }

    #[test]
    fn status_and_media_type_fit_the_document() {
        let check = |status: u16, media_type: &str, body: &Value| {
            violations(Answer {
                status: Some(status),
                media_type: Some(media_type),
                origin: Some("http://h"),
                body,
            })
            .len()
        };
        let ion = "application/ion+json; okta-version=1.0.0";
        assert_eq!(check(200, ion, &samples::select_page()), 0);
        assert_eq!(check(500, ion, &samples::select_page()), 1);
        assert_eq!(check(200, "text/html", &samples::select_page()), 1);
        assert_eq!(check(200, ion, &samples::wrong_code_page()), 1);
        assert_eq!(check(401, ion, &samples::wrong_code_page()), 0);
        assert_eq!(check(200, ion, &samples::session_expired()), 1);
    }

    #[test]
    fn addresses_stay_on_the_origin() {
        let body = samples::select_page();
        let answer = Answer { origin: Some("http://elsewhere"), ..Answer::document(&body) };
        assert!(!violations(answer).is_empty());
    }

    #[test]
    fn error_bodies_are_whole() {
        let mut api = json!({"errorCode": "E0000003", "errorSummary": "The request body was not well-formed.",
            "errorLink": "E0000003", "errorId": "oae0123", "errorCauses": []});
        assert_eq!(problems(&api), Vec::<String>::new());
        forget(&mut api, "", "errorCauses");
        assert_eq!(problems(&api), ["$.errorCauses: is missing"]);
        assert_eq!(
            problems(&json!({"error": "invalid_grant"})),
            ["$.error_description: is missing"]
        );
        assert!(!problems(&json!([])).is_empty());
    }
}

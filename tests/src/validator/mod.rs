//! Validates IDX responses independently: it shares no code with the emulator, the judge or the test walker, so it cannot repeat their mistakes.
//!
//! It checks the requirements of Okta's published clients. The sources are the recorded formats and the two strictest decoders among Okta's
//! SDKs (Swift `IDXResponse`, Kotlin `Responses.kt`). It reports all problems, not only the first.

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

/// A response of an IDX or OAuth endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    /// The HTTP status; `None` if unknown, as for a document from a file.
    pub status: Option<u16>,
    /// The `Content-Type`; `None` if unknown, as for a document from a file.
    pub media_type: Option<&'a str>,
    /// The required origin (`scheme://host[:port]`) of every URL in the response; `None` accepts any absolute URL.
    pub origin: Option<&'a str>,
    /// The parsed body.
    pub body: &'a Value,
}

impl<'a> Response<'a> {
    /// A document without a known status, media type or origin.
    pub fn document(body: &'a Value) -> Self {
        Self { status: None, media_type: None, origin: None, body }
    }
}

/// All violations of a response, in document order.
pub fn violations(response: Response<'_>) -> Vec<Violation> {
    let mut report = Report::default();
    let root = Node::root(response.body);
    if root.has("errorCode") || root.has("error") {
        error_body::check(&mut report, &root, response);
    } else {
        document::check(&mut report, &root, response);
    }
    report.into_violations()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(body: &Value) -> Vec<String> {
        violations(Response::document(body)).iter().map(ToString::to_string).collect()
    }

    /// Corrupts a valid document with `breakage`, and expects a violation that contains `expected`.
    #[track_caller]
    fn flags(mut body: Value, breakage: impl FnOnce(&mut Value), expected: &str) {
        assert_eq!(
            problems(&body),
            Vec::<String>::new(),
            "the document was invalid before the change"
        );
        breakage(&mut body);
        let found = problems(&body);
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "no violation contains {expected:?}: {found:#?}"
        );
    }

    fn remove(body: &mut Value, pointer: &str, member: &str) {
        body.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(member).unwrap();
    }

    fn put(body: &mut Value, pointer: &str, member: &str, value: Value) {
        body.pointer_mut(pointer).unwrap()[member] = value;
    }

    #[test]
    fn valid_documents_have_no_violations() {
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
    fn invalid_envelope_is_reported() {
        flags(samples::select_page(), |body| remove(body, "", "version"), "$.version: is missing");
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
            |body| remove(body, "", "authenticatorEnrollments"),
            "$.authenticatorEnrollments",
        );
        flags(samples::select_page(), |body| remove(body, "", "cancel"), "$.cancel: is missing");
        flags(
            samples::select_page(),
            |body| remove(body, "/app/value", "label"),
            "$.app.value.label: is missing",
        );
        flags(samples::select_page(), |body| put(body, "", "surprise", json!(1)), "$.surprise");
    }

    #[test]
    fn invalid_form_is_reported() {
        let form = "/remediation/value/0";
        flags(samples::select_page(), |body| remove(body, form, "rel"), "[0].rel: is missing");
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
            |body| remove(body, form, "produces"),
            "[0].produces: is missing",
        );
        flags(
            samples::select_page(),
            |body| remove(body, form, "accepts"),
            "[0].accepts: is missing",
        );
        flags(
            samples::select_page(),
            |body| remove(body, "/cancel/value/0", "mutable"),
            "$.cancel.value[0].mutable",
        );
        flags(
            samples::start_page(),
            |body| remove(body, "/currentAuthenticator/value/recover", "href"),
            "recover.href",
        );
    }

    #[test]
    fn misplaced_mutable_or_different_state_handle_is_reported() {
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
    fn unresolvable_relates_to_is_reported() {
        let option = "/remediation/value/0/value/0/options/0";
        flags(
            samples::select_page(),
            |body| put(body, option, "relatesTo", json!("$.authenticators.value[7]")),
            "finds nothing",
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
    fn option_without_its_authenticators_id_first_is_reported() {
        let fields = "/remediation/value/0/value/0/options/0/value/form/value";
        flags(
            samples::select_page(),
            |body| body.pointer_mut(fields).unwrap().as_array_mut().unwrap().reverse(),
            "start with the field id",
        );
        flags(
            samples::select_page(),
            |body| put(body, &format!("{fields}/0"), "value", json!("aut0000000000other")),
            "id of the authenticator",
        );
    }

    #[test]
    fn unrecorded_remediation_order_is_reported() {
        let reverse = |body: &mut Value| {
            body.pointer_mut("/remediation/value").unwrap().as_array_mut().unwrap().reverse()
        };
        flags(samples::start_page(), reverse, "recorded order");
        flags(samples::password_page(), reverse, "recorded order");
        flags(samples::email_page(), reverse, "recorded order");
    }

    #[test]
    fn authenticator_that_strict_decoders_reject_is_reported() {
        let current = "/currentAuthenticator/value";
        flags(
            samples::password_page(),
            |body| remove(body, current, "settings"),
            "settings: is missing",
        );
        flags(
            samples::password_page(),
            |body| remove(body, &format!("{current}/settings/complexity"), "minSymbol"),
            "complexity.minSymbol: is missing",
        );
        flags(
            samples::password_page(),
            |body| remove(body, current, "key"),
            "currentAuthenticator.value.key: is missing",
        );
        flags(
            samples::password_page(),
            |body| put(body, current, "displayName", json!("password")),
            "displayName",
        );
        flags(samples::email_page(), |body| remove(body, current, "resend"), "resend: is missing");
        flags(
            samples::email_page(),
            |body| put(body, &format!("{current}/methods/0"), "count", json!(1)),
            "methods[0].count",
        );
        flags(
            samples::email_page(),
            |body| remove(body, "", "enrollmentAuthenticator"),
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
    fn incomplete_message_is_reported() {
        flags(
            samples::session_expired(),
            |body| remove(body, "/messages/value/0", "class"),
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
    fn success_with_remediations_or_without_code_is_reported() {
        let form = "/successWithInteractionCode";
        flags(
            samples::success_page(),
            |body| put(body, form, "name", json!("token")),
            "successWithInteractionCode.name",
        );
        flags(
            samples::success_page(),
            |body| remove(body, &format!("{form}/value/1"), "value"),
            "interaction_code",
        );
        flags(
            samples::success_page(),
            |body| put(body, "", "remediation", json!({"type": "array", "value": []})),
            "$.remediation",
        );
    }

    #[test]
    fn unexpected_status_or_media_type_is_reported() {
        let check = |status: u16, media_type: &str, body: &Value| {
            violations(Response {
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
    fn url_of_another_origin_is_reported() {
        let body = samples::select_page();
        let response = Response { origin: Some("http://elsewhere"), ..Response::document(&body) };
        assert!(!violations(response).is_empty());
    }

    #[test]
    fn incomplete_error_body_is_reported() {
        let mut api = json!({"errorCode": "E0000003", "errorSummary": "The request body was not well-formed.",
            "errorLink": "E0000003", "errorId": "oae0123", "errorCauses": []});
        assert_eq!(problems(&api), Vec::<String>::new());
        remove(&mut api, "", "errorCauses");
        assert_eq!(problems(&api), ["$.errorCauses: is missing"]);
        assert_eq!(
            problems(&json!({"error": "invalid_grant"})),
            ["$.error_description: is missing"]
        );
        assert!(!problems(&json!([])).is_empty());
    }
}

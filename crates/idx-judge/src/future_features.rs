//! Extends pages as a newer version of Okta would, for scenarios with `newer-server = true`. The proxy sends extended pages to the client.
//!
//! Each addition is valid, and is the last item of its list or object. The record keeps the server's own response. Source: Okta adds to IDX
//! without a new version, and its SDKs for JavaScript, Java and Kotlin ignore unknown members.

use serde_json::{Map, Value, json};

use crate::exchange::Request;
use crate::http_message::HttpAnswer;
use crate::page::Page;

/// The member of pages, forms, fields, options and authenticators that no client knows.
pub const MEMBER: &str = "futureFeature";
/// The id of the authenticator that no client knows.
pub(crate) const AUTHENTICATOR_ID: &str = "autfuture00000000001";

/// The member's value.
const VALUE: &str = "valueOfFutureFeature";
/// The endpoint of the remediation that no client knows.
const PATH: &str = "/idp/idx/future/answer";
const REMEDIATION: &str = "future-remediation";
const AUTHENTICATOR_KEY: &str = "future_authenticator";
/// Forms of a page or its authenticator that are not remediations.
const FORMS: [&str; 5] = ["cancel", "successWithInteractionCode", "recover", "resend", "poll"];
/// Members of a page that describe an authenticator or a list of authenticators.
const AUTHENTICATORS: [&str; 4] = [
    "authenticators",
    "authenticatorEnrollments",
    "currentAuthenticator",
    "currentAuthenticatorEnrollment",
];

/// The addition that a request uses, if any, for reports.
pub(crate) fn used_by(request: &Request) -> Option<&'static str> {
    if request.path() == PATH {
        return Some("it uses the unknown remediation");
    }
    let body = String::from_utf8_lossy(&request.body);
    let sends = |text: &str| body.contains(text) || request.target.contains(text);
    if sends(AUTHENTICATOR_ID) || sends(AUTHENTICATOR_KEY) {
        return Some("it sends the unknown authenticator");
    }
    (sends(MEMBER) || sends(VALUE)).then_some("it sends the unknown member")
}

/// The response as a newer server would send it. A response that is not a page stays unchanged.
#[must_use]
pub fn extended(answer: HttpAnswer) -> HttpAnswer {
    let Some(mut page) = answer.json().filter(|body| Page(body).state_handle().is_some()) else {
        return answer;
    };
    extend_page(&mut page);
    HttpAnswer { body: page.to_string().into(), ..answer }
}

fn extend_page(page: &mut Value) {
    add_authenticator(page);
    let remediation = future_remediation(page);
    for member in AUTHENTICATORS {
        match page.get_mut(member).and_then(|member| member.get_mut("value")) {
            Some(Value::Array(authenticators)) => authenticators.iter_mut().for_each(mark),
            Some(authenticator) => {
                extend_forms_of(authenticator);
                mark(authenticator);
            }
            None => {}
        }
    }
    extend_forms_of(page);
    if let Some(forms) = list(page, "/remediation/value").filter(|forms| !forms.is_empty()) {
        forms.iter_mut().for_each(extend_form);
        forms.extend(remediation);
    }
    if let Value::Object(members) = page {
        // The members of a page are forms, or objects with a type and a value.
        members.insert(MEMBER.into(), json!({ "type": "object", "value": { "id": VALUE } }));
    }
}

/// One more authenticator at the end of `authenticators`, and one more option that relates to it.
fn add_authenticator(page: &mut Value) {
    let Some(authenticators) = list(page, "/authenticators/value") else { return };
    let relates_to = format!("$.authenticators.value[{}]", authenticators.len());
    authenticators.push(json!({
        "type": "future",
        "key": AUTHENTICATOR_KEY,
        "id": AUTHENTICATOR_ID,
        "displayName": "Future authenticator",
        "methods": [{ "type": "future" }],
    }));
    let option = json!({
        "label": "Future authenticator",
        "value": { "form": { "value": [
            { "name": "id", "required": true, "value": AUTHENTICATOR_ID, "mutable": false },
            { "name": "methodType", "required": false, "value": "future", "mutable": false },
        ] } },
        "relatesTo": relates_to,
    });
    for form in list(page, "/remediation/value").into_iter().flatten() {
        if form["name"] != "select-authenticator-enroll" {
            continue;
        }
        for field in list(form, "/value").into_iter().flatten() {
            if let Some(options) = list(field, "/options") {
                options.push(option.clone());
            }
        }
    }
}

/// A complete form on the origin of the page's other forms. `None` if the page has no form.
fn future_remediation(page: &Value) -> Option<Value> {
    let href = page.pointer("/remediation/value/0/href")?.as_str()?;
    let origin = href.split("/idp/").next()?;
    Some(json!({
        "rel": ["create-form"],
        "name": REMEDIATION,
        "href": format!("{origin}{PATH}"),
        "method": "POST",
        "produces": "application/ion+json; okta-version=1.0.0",
        "value": [{
            "name": "stateHandle",
            "required": true,
            "value": Page(page).state_handle()?,
            "visible": false,
            "mutable": false,
        }],
        "accepts": "application/json; okta-version=1.0.0",
        MEMBER: VALUE,
    }))
}

fn extend_forms_of(holder: &mut Value) {
    for name in FORMS {
        if let Some(form) = holder.get_mut(name) {
            extend_form(form);
        }
    }
}

fn extend_form(form: &mut Value) {
    list(form, "/value").into_iter().flatten().for_each(extend_field);
    mark(form);
}

fn extend_field(field: &mut Value) {
    list(field, "/form/value").into_iter().flatten().for_each(extend_field);
    for option in list(field, "/options").into_iter().flatten() {
        list(option, "/value/form/value").into_iter().flatten().for_each(extend_field);
        mark(option);
    }
    mark(field);
}

fn mark(thing: &mut Value) {
    if let Value::Object(members) = thing {
        let members: &mut Map<_, _> = members;
        members.insert(MEMBER.into(), VALUE.into());
    }
}

fn list<'v>(holder: &'v mut Value, pointer: &str) -> Option<&'v mut Vec<Value>> {
    holder.pointer_mut(pointer)?.as_array_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Value {
        json!({
            "version": "1.0.0",
            "stateHandle": "02abc",
            "remediation": {"type": "array", "value": [{
                "name": "select-authenticator-enroll", "href": "http://127.0.0.1:1/idp/idx/credential/enroll", "method": "POST",
                "value": [
                    {"name": "authenticator", "type": "object", "options": [
                        {"label": "Email", "value": {"form": {"value": [{"name": "id", "value": "autEmail"}]}}, "relatesTo": "$.authenticators.value[0]"},
                    ]},
                    {"name": "stateHandle", "value": "02abc"},
                ],
            }]},
            "authenticators": {"type": "array", "value": [{"key": "okta_email", "id": "autEmail"}]},
            "currentAuthenticator": {"type": "object", "value": {"key": "okta_email", "resend": {"name": "resend", "value": []}}},
            "cancel": {"name": "cancel", "value": [{"name": "stateHandle", "value": "02abc"}]},
        })
    }

    fn shown(body: &Value) -> Value {
        let answer = HttpAnswer { status: 200, headers: vec![], body: body.to_string().into() };
        extended(answer).json().unwrap()
    }

    #[test]
    fn every_form_field_option_and_authenticator_has_the_member() {
        let page = shown(&page());
        for place in [
            "",
            "/remediation/value/0",
            "/remediation/value/0/value/0",
            "/remediation/value/0/value/0/options/0",
            "/remediation/value/0/value/0/options/0/value/form/value/0",
            "/authenticators/value/0",
            "/currentAuthenticator/value",
            "/currentAuthenticator/value/resend",
            "/cancel",
            "/cancel/value/0",
        ] {
            assert!(page.pointer(place).unwrap().get(MEMBER).is_some(), "{place}: {page:#}");
        }
    }

    #[test]
    fn remediation_and_authenticator_are_complete_and_last() {
        let page = shown(&page());
        let page = Page(&page);
        assert_eq!(page.remediation_names(), ["select-authenticator-enroll", REMEDIATION]);
        assert_eq!(page.offered_authenticators(), ["okta_email", AUTHENTICATOR_KEY]);
        let form = page.remediation(REMEDIATION).unwrap();
        assert_eq!(form["href"], "http://127.0.0.1:1/idp/idx/future/answer");
        assert_eq!(form["value"][0]["value"], "02abc");
    }

    #[test]
    fn terminal_page_stays_terminal() {
        let mut terminal = page();
        terminal.as_object_mut().unwrap().remove("remediation");
        assert!(Page(&shown(&terminal)).is_terminal());
        let tokens = json!({"access_token": "e30"});
        assert_eq!(shown(&tokens), tokens);
    }

    #[test]
    fn request_with_an_addition_is_recognised() {
        let used = |target: &str, body: &str| {
            let (method, headers) = ("POST".to_owned(), vec![]);
            let body = body.to_owned().into();
            used_by(&Request { method, target: target.to_owned(), headers, body }).is_some()
        };
        assert!(used(PATH, "{}"));
        assert!(used("/idp/idx/skip", &format!("{{\"{MEMBER}\":1}}")));
        assert!(used("/idp/idx/skip", &format!("{{\"id\":\"{AUTHENTICATOR_ID}\"}}")));
        assert!(used(&format!("/idp/idx/skip?a={VALUE}"), ""));
        assert!(!used("/idp/idx/skip", "{\"stateHandle\":\"02abc\"}"));
    }
}

//! Small hand-written documents without violations.

#![expect(
    clippy::needless_pass_by_value,
    reason = "`json!` borrows its arguments; documents are easier to read without `&`"
)]

use serde_json::{Value, json};

const HANDLE: &str = "02SampleStateHandleOfFortyTwoCharacters000";

pub(super) fn start_page() -> Value {
    page(json!({
        "remediation": array([
            form("identify", "identify", json!([
                {"name": "identifier", "label": "Username"},
                {"name": "credentials", "type": "object", "required": true, "form": {"value": [passcode("Password", true)]}},
                {"name": "rememberMe", "type": "boolean", "label": "Remember this device"},
            ])),
            form("select-enroll-profile", "enroll", json!([])),
        ]),
        "currentAuthenticator": object(with(password(), "recover", form("recover", "recover", json!([])))),
    }))
}

pub(super) fn profile_form() -> Value {
    page(json!({"remediation": array([
        form("enroll-profile", "enroll/new", json!([{"name": "userProfile", "form": {"value": [
            {"name": "firstName", "label": "First name", "required": true, "minLength": 1, "maxLength": 50},
            {"name": "email", "label": "Email", "required": true},
        ]}}])),
        form("select-identify", "identify/select", json!([])),
    ])}))
}

pub(super) fn select_page() -> Value {
    let option = |label: &str, at: usize, id: Value, method: &str| {
        json!({"label": label, "relatesTo": format!("$.authenticators.value[{at}]"), "value": {"form": {"value": [
            {"name": "id", "required": true, "value": id, "mutable": false},
            {"name": "methodType", "required": false, "value": method, "mutable": false},
        ]}}})
    };
    let options = [
        option("Email", 0, email()["id"].take(), "email"),
        option("Password", 1, password()["id"].take(), "password"),
    ];
    signed_up(json!({
        "remediation": array([form("select-authenticator-enroll", "credential/enroll", json!([
            {"name": "authenticator", "type": "object", "options": options},
        ]))]),
        "authenticators": array([email(), password()]),
    }))
}

pub(super) fn password_page() -> Value {
    let settings = json!({
        "complexity": {"minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1, "minSymbol": 0,
            "excludeUsername": true, "excludeAttributes": ["firstName"]},
        "age": {"minAgeMinutes": 0, "historyCount": 4},
    });
    let current = with(password(), "settings", settings);
    verifying(current.clone(), current, passcode("Enter password", true), false)
}

pub(super) fn email_page() -> Value {
    let poll = with(form("poll", "challenge/poll", json!([])), "refresh", json!(4000));
    let current =
        with(with(email(), "resend", form("resend", "challenge/resend", json!([]))), "poll", poll);
    verifying(current, email(), passcode("Enter code", false), true)
}

pub(super) fn wrong_code_page() -> Value {
    let mut body = email_page();
    body["remediation"]["value"][0]["value"][0]["form"]["value"][0]["messages"] =
        messages("Invalid code. Try again.", "api.authn.error.PASSCODE_INVALID");
    body
}

pub(super) fn phone_data_page() -> Value {
    let phone = json!({"type": "phone", "key": "phone_number", "id": "autSamplePhone000001", "displayName": "Phone",
        "methods": [{"type": "sms"}, {"type": "voice"}]});
    let choices =
        json!([{"label": "SMS", "value": "sms"}, {"label": "Voice call", "value": "voice"}]);
    let fields = json!([{"name": "authenticator", "label": "Phone", "form": {"value": [
        {"name": "id", "required": true, "value": phone["id"], "mutable": false},
        {"name": "methodType", "type": "string", "required": true, "options": choices},
        {"name": "phoneNumber", "required": true},
    ]}}]);
    let data = form("authenticator-enrollment-data", "credential/enroll", fields);
    signed_up(json!({
        "remediation": array([with(data, "relatesTo", json!(["$.currentAuthenticator"])), form("skip", "skip", json!([]))]),
        "currentAuthenticator": object(with(phone, "resend", form("resend", "challenge/resend", json!([])))),
        "authenticators": array([]),
    }))
}

pub(super) fn success_page() -> Value {
    let mut body = signed_up(json!({"successWithInteractionCode": {
    "rel": ["create-form"], "name": "issue", "href": "http://h/oauth2/default/v1/token", "method": "POST",
    "accepts": "application/x-www-form-urlencoded",
    "value": [
        {"name": "grant_type", "required": true, "value": "interaction_code"},
        {"name": "interaction_code", "required": true, "value": "SampleInteractionCodeOf43Characters00000000"},
        {"name": "client_id", "required": true, "value": "0oaSample"},
        {"name": "code_verifier", "required": true},
    ]}}));
    body.as_object_mut().unwrap().remove("authenticatorEnrollments");
    body
}

pub(super) fn terminal_page() -> Value {
    page(
        json!({"messages": messages("To finish signing in, check your email.", "idx.email.verification.required")}),
    )
}

pub(super) fn session_expired() -> Value {
    json!({"version": "1.0.0", "messages": messages("The session has expired.", "idx.session.expired")})
}

/// A page that asks for a passcode. If `skippable`, it offers skip instead of the list.
fn verifying(current: Value, enrolling: Value, passcode: Value, skippable: bool) -> Value {
    let credentials = json!([{"name": "credentials", "type": "object", "required": true, "form": {"value": [passcode]}}]);
    let answer = with(
        form("enroll-authenticator", "challenge/answer", credentials),
        "relatesTo",
        json!(["$.currentAuthenticator"]),
    );
    let second = if skippable {
        form("skip", "skip", json!([]))
    } else {
        select_page()["remediation"]["value"][0].take()
    };
    signed_up(json!({
        "remediation": array([answer, second]),
        "currentAuthenticator": object(current),
        "authenticators": array([email(), password()]),
        "enrollmentAuthenticator": object(enrolling),
    }))
}

fn signed_up(members: Value) -> Value {
    let body = with(page(members), "user", object(json!({"id": "00uSampleUser0000001"})));
    with(body, "authenticatorEnrollments", array([]))
}

fn page(members: Value) -> Value {
    let mut body = json!({
        "version": "1.0.0", "stateHandle": HANDLE, "expiresAt": "2026-01-01T00:05:00.000Z", "intent": "LOGIN",
        "cancel": form("cancel", "cancel", json!([])),
        "app": object(json!({"name": "oidc_client", "label": "My Web App", "id": "0oaSample"})),
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn form(name: &str, path: &str, fields: Value) -> Value {
    let mut fields = fields.as_array().unwrap().clone();
    fields.push(json!({"name": "stateHandle", "required": true, "value": HANDLE, "visible": false, "mutable": false}));
    json!({
        "rel": ["create-form"], "name": name, "href": format!("http://h/idp/idx/{path}"), "method": "POST",
        "produces": "application/ion+json; okta-version=1.0.0", "value": fields,
        "accepts": "application/json; okta-version=1.0.0",
    })
}

fn passcode(label: &str, secret: bool) -> Value {
    let field = json!({"name": "passcode", "label": label});
    if secret { with(field, "secret", json!(true)) } else { field }
}

fn messages(text: &str, key: &str) -> Value {
    array([json!({"message": text, "i18n": {"key": key, "params": []}, "class": "ERROR"})])
}

fn password() -> Value {
    json!({"type": "password", "key": "okta_password", "id": "autSamplePassword001", "displayName": "Password",
        "methods": [{"type": "password"}]})
}

fn email() -> Value {
    json!({"type": "email", "key": "okta_email", "id": "autSampleEmail000001", "displayName": "Email",
        "methods": [{"type": "email"}]})
}

fn array<const N: usize>(values: [Value; N]) -> Value {
    json!({"type": "array", "value": values.to_vec()})
}

fn object(value: Value) -> Value {
    json!({"type": "object", "value": value})
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

//! Settings of an org that a server does not heed.

use serde_json::{Value, json};

use crate::Wrong;
use crate::call::Way;

pub(crate) const WRONG: &[Wrong] = &[
    Wrong::org("offers to sign up where that is denied", "policy/sign-up-denied", default),
    Wrong::org("signs people up where that is denied", "policy/sign-up-denied-asked", default),
    Wrong::org(
        "lets everybody use an app that is assigned to nobody",
        "policy/app-not-assigned",
        default,
    ),
    Wrong::org("lists an authenticator that is not allowed", "policy/phone-not-allowed", |org| {
        org["authenticatorEnrollment"]["phone_number"] = json!("OPTIONAL");
    }),
    Wrong::org(
        "asks for one authenticator where two are needed",
        "sign-up/password-email-skip",
        |org| {
            org["appSignOn"]["factorMode"] = json!("1FA");
        },
    ),
    Wrong::org("asks for two authenticators where one is enough", "policy/password-alone", |org| {
        org["appSignOn"]["factorMode"] = json!("2FA");
    }),
    Wrong::org("lets a required authenticator be", "sign-up/email-and-password-required", default),
    Wrong::org("signs people up where nobody can get so far", "policy/no-second-factor", default),
    Wrong::org("asks for a password that is optional", "policy/password-optional-skipped", |org| {
        org["authenticatorEnrollment"]["okta_password"] = json!("REQUIRED");
    }),
    Wrong::org("hears no constraint", "policy/constraint", |org| org["appSignOn"] = json!({})),
    Wrong::org("verifies no address", "policy/email-verification", |org| {
        org["profileEnrollment"] = json!({})
    }),
    Wrong::org(
        "requires no address that recovers the password",
        "policy/recovery-by-email",
        |org| org["password"] = json!({}),
    ),
    Wrong::org(
        "takes an address that counts as enrolled for no such thing",
        "policy/recovery-email-verified",
        |org| {
            org["password"] = json!({});
        },
    ),
    Wrong::org("puts nobody into the target group", "policy/target-group", |org| {
        org["profileEnrollment"] = json!({})
    }),
    Wrong::org("proposes what is never to be proposed", "policy/never-proposed", |org| {
        org["authenticatorEnrollment"] = json!({});
    }),
    Wrong::org("asks nobody to stay signed in", "policy/keep-me-signed-in", |org| {
        org["appSignOn"] = json!({})
    }),
    Wrong::call(
        "sends the field that asks to stay signed in without a value",
        "policy/keep-me-signed-in-field",
        |call, _| Way::On(call.with_response_text("\"value\":false", "\"required\":false")),
    ),
    Wrong::call(
        "sends a field to stay signed in that nobody can change",
        "policy/keep-me-signed-in-field",
        |call, _| Way::On(call.with_response_text("\"mutable\":true", "\"mutable\":false")),
    ),
    Wrong::org("knows every scope", "oauth-errors/scope-unknown", |org| {
        org["authorizationServer"]["scopes"] = json!(["user:delete", "Orders:Read", "orders:read"]);
    }),
    Wrong::org("lets every app redeem codes", "token/grant-not-enabled", default),
    Wrong::org("gives every app refresh tokens", "refresh/grant-not-allowed", default),
    Wrong::org("heeds no grants of a rule", "refresh/denied-by-policy", |org| {
        org["authorizationServer"] = json!({});
    }),
    Wrong::org("has no attributes of the org's own", "profile/custom-attribute-required", default),
    Wrong::org("does not go on by itself", "policy/auto-advance", |org| {
        org["autoAdvance"] = json!(false)
    }),
    Wrong::org("asks for the password on a page of its own", "password/on-profile-page", default),
    Wrong::org("calls no registration hook", "hook/down", |org| {
        org["profileEnrollment"] = json!({})
    }),
    Wrong::org("sends any number of messages to a person", "limits/phone-enrollment", unlimited),
    Wrong::org("sends messages one upon the other", "limits/resend", unlimited),
    Wrong::org("answers a handle as often as it comes", "limits/state-token", unlimited),
    Wrong::org("answers a person as often as they come", "limits/user", unlimited),
];

fn default(org: &mut Value) {
    *org = json!({"preset": "password-plus-another-factor"});
}

fn unlimited(org: &mut Value) {
    org["rateLimits"] = json!({});
}

//! Servers that ignore a setting of the org.

use serde_json::{Value, json};

use crate::WrongServer;
use crate::client_request::Handling;

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::org(
        "offers sign-up although the policy denies it",
        "policy/sign-up-denied",
        default,
    ),
    WrongServer::org(
        "signs users up although the policy denies it",
        "policy/sign-up-denied-asked",
        default,
    ),
    WrongServer::org(
        "signs users up for an app that is assigned to no user",
        "policy/app-not-assigned",
        default,
    ),
    WrongServer::org("lists a disabled authenticator", "policy/phone-not-allowed", |org| {
        org["authenticatorEnrollment"]["phone_number"] = json!("OPTIONAL");
    }),
    WrongServer::org(
        "requires one authenticator although the policy requires two",
        "sign-up/password-email-skip",
        |org| {
            org["appSignOn"]["factorMode"] = json!("1FA");
        },
    ),
    WrongServer::org(
        "requires two authenticators although the policy requires one",
        "policy/password-alone",
        |org| {
            org["appSignOn"]["factorMode"] = json!("2FA");
        },
    ),
    WrongServer::org(
        "does not require a required authenticator",
        "sign-up/email-and-password-required",
        default,
    ),
    WrongServer::org(
        "signs users up although no second factor is possible",
        "policy/no-second-factor",
        default,
    ),
    WrongServer::org("requires an optional password", "policy/password-optional-skipped", |org| {
        org["authenticatorEnrollment"]["okta_password"] = json!("REQUIRED");
    }),
    WrongServer::org("ignores the constraint", "policy/constraint", |org| {
        org["appSignOn"] = json!({})
    }),
    WrongServer::org("does not verify the email address", "policy/email-verification", |org| {
        org["profileEnrollment"] = json!({})
    }),
    WrongServer::org(
        "does not require email for password recovery",
        "policy/recovery-by-email",
        |org| org["password"] = json!({}),
    ),
    WrongServer::org(
        "does not verify a recovery address",
        "policy/recovery-email-verified",
        |org| {
            org["password"] = json!({});
        },
    ),
    WrongServer::org("adds no user to the target group", "policy/target-group", |org| {
        org["profileEnrollment"] = json!({})
    }),
    WrongServer::org(
        "offers optional authenticators although the policy forbids it",
        "policy/never-proposed",
        |org| {
            org["authenticatorEnrollment"] = json!({});
        },
    ),
    WrongServer::org(
        "does not offer to keep the user signed in",
        "policy/keep-me-signed-in",
        |org| org["appSignOn"] = json!({}),
    ),
    WrongServer::request(
        "omits the value of the keep-me-signed-in field",
        "policy/keep-me-signed-in-field",
        |request, _| {
            Handling::Forward(request.with_response_text("\"value\":false", "\"required\":false"))
        },
    ),
    WrongServer::request(
        "sends an immutable keep-me-signed-in field",
        "policy/keep-me-signed-in-field",
        |request, _| {
            Handling::Forward(request.with_response_text("\"mutable\":true", "\"mutable\":false"))
        },
    ),
    WrongServer::org("accepts every scope", "oauth-errors/scope-unknown", |org| {
        org["authorizationServer"]["scopes"] = json!(["user:delete", "Orders:Read", "orders:read"]);
    }),
    WrongServer::org("lets every app redeem codes", "token/grant-not-enabled", default),
    WrongServer::org("issues refresh tokens to every app", "refresh/grant-not-allowed", default),
    WrongServer::org(
        "ignores the grant types of an access rule",
        "refresh/denied-by-policy",
        |org| {
            org["authorizationServer"] = json!({});
        },
    ),
    WrongServer::org("ignores custom attributes", "profile/custom-attribute-required", default),
    WrongServer::org(
        "does not select the next authenticator automatically",
        "policy/auto-advance",
        |org| org["autoAdvance"] = json!(false),
    ),
    WrongServer::org(
        "asks for the password on a separate page",
        "password/on-profile-page",
        default,
    ),
    WrongServer::org("calls no registration hook", "hook/down", |org| {
        org["profileEnrollment"] = json!({})
    }),
    WrongServer::org("sends unlimited messages to a user", "limits/phone-enrollment", unlimited),
    WrongServer::org("resends messages without a minimum interval", "limits/resend", unlimited),
    WrongServer::org("does not limit requests per state handle", "limits/state-token", unlimited),
    WrongServer::org("does not limit requests per user", "limits/user", unlimited),
];

fn default(org: &mut Value) {
    *org = json!({"preset": "password-plus-another-factor"});
}

fn unlimited(org: &mut Value) {
    org["rateLimits"] = json!({});
}

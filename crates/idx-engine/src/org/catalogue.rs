//! Every setting of the org's document, with its effect on a sign-up when it is set otherwise, and what shows that effect. The README prints this table.

use crate::refusal::Evidence::{self, Inferred, Shown};

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its place in the document.
    pub key: &'static str,
    /// What it does to a sign-up.
    pub effect: &'static str,
    /// What shows it.
    pub evidence: Evidence,
}

const fn setting(key: &'static str, effect: &'static str, evidence: Evidence) -> Setting {
    Setting { key, effect, evidence }
}

/// Every setting.
#[rustfmt::skip]
pub static SETTINGS: &[Setting] = &[
    setting("generation", "2021 leaves out `allowedFor`, `user.profile` and `authentication`, and refuses phone numbers in the words of that year", Shown("recordings of both years")),
    setting("autoAdvance", "the server begins with the last required authenticator by itself", Shown("Okta's Java end-to-end suite since 2022")),
    setting("rotateHandles", "each answer has a new stateHandle; older ones stay good", Inferred("okta-signin-widget#2100 tells of it")),
    setting("passwordErrorStatus", "the status of E21 and E22", Inferred("no source settles it")),
    setting("errorContentType", "the media type of IDX refusals", Inferred("okta-auth-js reads some refusals only as plain JSON")),
    setting("profileEnrollment.unknownUserAction", "`DENY`: no `select-enroll-profile`, and E18 for whoever asks anyway", Shown("documented; SDKs test for it")),
    setting("profileEnrollment.access", "`DENY`: as above", Inferred("documented without its effect")),
    setting("profileEnrollment.activationRequirements.emailVerification", "whoever did not verify the address ends on E41, and a link finishes the sign-up", Shown("Okta's guide to user activation")),
    setting("profileEnrollment.profileAttributes", "the form, in this order: name, label, required, type, enum, pattern, minLength, maxLength, inputType, customLabel", Shown("recordings; refusals E12 to E15 are inferred")),
    setting("profileEnrollment.targetGroupIds", "the group that a new user joins besides Everyone, which can be what an app is assigned to", Shown("documented")),
    setting("profileEnrollment.enrollAuthenticatorTypes", "`[\"password\"]`: the password stands on the profile form", Shown("widget fixtures")),
    setting("profileEnrollment.preRegistrationInlineHooks", "a hook of one's own is asked before a user is made: E16 and E20", Shown("Okta's hook reference; statuses are inferred")),
    setting("profileEnrollment.progressiveProfilingAction", "accepted; it concerns later sign-ins", Shown("documented")),
    setting("appSignOn.access", "`DENY`: E25 in place of the code", Inferred("documented without its place")),
    setting("appSignOn.factorMode", "`2FA`: no `skip` before a second authenticator", Shown("recorded by the Go and Java SDKs")),
    setting("appSignOn.constraints", "what kinds of authenticators must be among them", Inferred("documented; its effect on the list is not")),
    setting("appSignOn.keepMeSignedIn.postAuth", "`ALLOWED`: a page asks to stay signed in before the code", Inferred("okta-auth-js#1612 and okta-signin-widget#4132 tell of it")),
    setting("authenticatorEnrollment", "`REQUIRED`, `OPTIONAL` or `NOT_ALLOWED`, by authenticator key", Shown("recordings; the decision table")),
    setting("authenticatorEnrollment.self", "`NEVER`: optional authenticators are not proposed", Inferred("documented for sign-ins")),
    setting("authenticators.okta_email.tokenLifetimeInMinutes", "how long the code of a mail lives", Shown("documented; default 5")),
    setting("authenticators.okta_email.useEmailMagicLink", "`contextualData.useEmailMagicLink`", Shown("widget fixtures")),
    setting("authenticators.phone_number.methods", "which of SMS and voice are offered", Shown("recordings")),
    setting("password.complexity", "the rules of E21, and those that pages show; excludeCommon: E22", Shown("recordings")),
    setting("password.age", "historyCount adds its sentence to E21; the rest is accepted", Shown("recordings")),
    setting("password.lockout", "accepted; a lockout concerns sign-ins", Shown("documented")),
    setting("password.selfServicePasswordReset.primaryMethods", "`[\"email\"]`, with emailVerification: the address must be enrolled", Shown("first row of Okta's matrix of email verification")),
    setting("password.allowRecoveryEmailWithoutEnrollment", "the address is verified in the middle of the sign-up", Inferred("okta-auth-js#1646 tells of it; shapes are those of sign-ins")),
    setting("password.hashCost", "what storing a password costs; ours alone", Shown("no setting of Okta's")),
    setting("globalSession.primaryFactor", "`PASSWORD_IDP_ANY_FACTOR`: the start page asks for the username alone", Shown("recordings")),
    setting("globalSession.requireFactor", "accepted; it concerns later sign-ins", Shown("documented")),
    setting("authorizationServer.name, audience", "how tokens and answers name it", Shown("recordings")),
    setting("authorizationServer.grantTypes", "without `interaction_code`: E26 from the first introspect on", Inferred("quoted in okta-idx-java#201")),
    setting("apps.type, clientSecret", "`web` is confidential: the success form asks for the secret, and the token endpoint demands it", Shown("recorded by the Go SDK")),
    setting("apps.redirectUris", "O6 for any other", Shown("documented for /authorize")),
    setting("apps.postLogoutRedirectUris", "O18 for any other", Inferred("after redirectUris")),
    setting("apps.grantTypes", "without `interaction_code`: O2", Shown("widget fixture")),
    setting("apps.groups", "who is in none of them ends on E25", Inferred("documented without its place")),
    setting("apps.emailVerificationCallback", "the link of a mail goes there with `state` and `otp`", Shown("Okta's guide to magic links")),
    setting("apps.initiateLoginUri", "the link that activates a user goes there", Shown("Okta's guide to user activation")),
    setting("trustedOrigins", "which browser pages may call", Shown("documented")),
    setting("rateLimits", "E5, E7, E8, E9 and the `X-Rate-Limit-*` headers", Shown("documented limits; some bodies are inferred")),
    setting("testCodes", "an address or number that always gets this code; ours alone", Shown("no setting of Okta's")),
];

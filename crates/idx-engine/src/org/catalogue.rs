//! Every setting of the org document, with the effect of a non-default value on a sign-up, and the evidence for it. The README contains this table.

use crate::refusal::Evidence::{self, Inferred, Shown};

/// A setting of the org document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The path in the document.
    pub key: &'static str,
    /// The effect on a sign-up.
    pub effect: &'static str,
    /// The source of the effect.
    pub evidence: Evidence,
}

const fn setting(key: &'static str, effect: &'static str, evidence: Evidence) -> Setting {
    Setting { key, effect, evidence }
}

/// All settings of the org document.
#[rustfmt::skip]
pub static SETTINGS: &[Setting] = &[
    setting("generation", "2021 omits `allowedFor`, `user.profile` and `authentication`, and refuses phone numbers with the text of that year", Shown("recordings of both years")),
    setting("autoAdvance", "the server selects the last required authenticator by itself", Shown("Okta's Java end-to-end suite since 2022")),
    setting("rotateHandles", "each response has a new stateHandle; older handles stay valid", Inferred("reported in okta-signin-widget#2100")),
    setting("passwordErrorStatus", "the status of E21 and E22", Inferred("no source shows it")),
    setting("errorContentType", "the media type of IDX refusals", Inferred("okta-auth-js reads some refusals only as plain JSON")),
    setting("profileEnrollment.unknownUserAction", "`DENY`: no `select-enroll-profile`, and E18 for a request that the page does not offer", Shown("documented; SDKs test for it")),
    setting("profileEnrollment.access", "`DENY`: as for `unknownUserAction`", Inferred("the setting is documented, its effect is not")),
    setting("profileEnrollment.activationRequirements.emailVerification", "a user with an unverified address ends on E41, and a link finishes the sign-up", Shown("Okta's guide to user activation")),
    setting("profileEnrollment.profileAttributes", "the form, in this order: name, label, required, type, enum, pattern, minLength, maxLength, inputType, customLabel. `login` is the username if the form has it, or else `email`", Shown("recordings; refusals E12 to E15 are inferred")),
    setting("profileEnrollment.targetGroupIds", "the groups that a new user joins in addition to Everyone; an app can be assigned to them", Shown("documented")),
    setting("profileEnrollment.enrollAuthenticatorTypes", "`[\"password\"]`: the profile form contains the password", Shown("widget fixtures")),
    setting("profileEnrollment.preRegistrationInlineHooks", "the server calls the hook before it creates a user: E16, E20, E20a and E20b. `authScheme = { key, value }` is the secret header, `headers` are others, and `caCertificates` are PEM certificates to trust for `https`", Shown("Okta's hook reference; statuses are inferred")),
    setting("profileEnrollment.progressiveProfilingAction", "accepted without effect; it applies to sign-ins", Shown("documented")),
    setting("appSignOn.access", "`DENY`: E25 instead of the interaction code", Inferred("the setting is documented, the timing is not")),
    setting("appSignOn.factorMode", "`2FA`: no `skip` before a second authenticator", Shown("recorded by the Go and Java SDKs")),
    setting("appSignOn.constraints", "the types of authenticators that the user must enroll", Inferred("the setting is documented, its effect on the list is not")),
    setting("appSignOn.keepMeSignedIn.postAuth", "`ALLOWED`: before the code, a page asks whether to stay signed in", Inferred("reported in okta-auth-js#1612 and okta-signin-widget#4132")),
    setting("authenticatorEnrollment", "`REQUIRED`, `OPTIONAL` or `NOT_ALLOWED`, by authenticator key", Shown("recordings")),
    setting("authenticatorEnrollment.self", "`NEVER`: the server does not propose optional authenticators", Inferred("documented for sign-ins")),
    setting("authenticators.okta_email.tokenLifetimeInMinutes", "the lifetime of an email's code", Shown("documented; default 5")),
    setting("authenticators.okta_email.sendLink", "`false`: emails contain a code and no link, `contextualData.useEmailMagicLink` is false, and the page has no `poll`", Inferred("later recordings have the member; which orgs send it is not known")),
    setting("authenticators.okta_email.useEmailMagicLink", "`contextualData.useEmailMagicLink`", Shown("widget fixtures")),
    setting("authenticators.phone_number.denyTollFreeAndPremium", "E23 for toll-free and premium numbers of the countries in the SDKs' samples", Inferred("Okta refuses such numbers; no recording shows it")),
    setting("authenticators.phone_number.methods", "the offered methods: SMS, voice or both", Shown("recordings")),
    setting("password.complexity", "the rules of E21, which pages also show; excludeCommon: E22", Shown("recordings")),
    setting("password.age", "historyCount adds a sentence to E21; the other keys are accepted without effect", Shown("recordings")),
    setting("password.lockout", "accepted without effect; a lockout applies to sign-ins", Shown("documented")),
    setting("password.selfServicePasswordReset.primaryMethods", "`[\"email\"]`, with emailVerification: the user must enroll the address", Shown("first row of Okta's matrix of email verification")),
    setting("password.allowRecoveryEmailWithoutEnrollment", "the server verifies the address during the sign-up", Inferred("reported in okta-auth-js#1646; the format is that of sign-ins")),
    setting("password.hashCost", "the cost of a password hash; only in idxlab", Shown("not an Okta setting")),
    setting("globalSession.primaryFactor", "`PASSWORD_IDP_ANY_FACTOR`: the start page asks only for the username", Shown("recordings")),
    setting("globalSession.requireFactor", "accepted without effect; it applies to sign-ins", Shown("documented")),
    setting("authorizationServer.name, audience", "the name and audience in tokens and responses", Shown("recordings")),
    setting("authorizationServer.grantTypes", "without `interaction_code`: E26 for the first introspect; without `refresh_token`: O27 for the scope `offline_access`", Inferred("quoted in okta-idx-java#201")),
    setting("authorizationServer.accessTokenLifetimeMinutes", "the lifetime of an access token: 5 to 1440 minutes, default 60", Shown("Authorization Servers API; recorded")),
    setting("authorizationServer.refreshTokenLifetimeMinutes", "the lifetime of a refresh token, which rotation does not extend: at least that of an access token; 0 (default) means unlimited. The org authorization server always has 90 days", Shown("Authorization Servers API; recorded")),
    setting("authorizationServer.refreshTokenWindowMinutes", "a refresh token that is not used for this time expires (O22): 10 to 2628000 minutes, default 10080 (7 days). The org authorization server has no window", Shown("Authorization Servers API; recorded; the lack of a window is inferred")),
    setting("apps.type, clientSecret", "`web` is confidential: the success form contains a field for the secret, and the token endpoint requires the secret", Shown("recorded by the Go SDK")),
    setting("apps.tokenEndpointAuthMethod", "`client_secret_basic` or `client_secret_post`: O10 for a secret in the other place; `none`: the app is public, whatever its type. Without the setting, a `web` app can send its secret in either place", Shown("Okta's guide to client authentication methods; Okta's support page on invalid_client")),
    setting("apps.redirectUris", "O6 for any other redirect URI", Shown("documented for /authorize")),
    setting("apps.postLogoutRedirectUris", "O18 for any other redirect URI", Inferred("by analogy with `redirectUris`")),
    setting("authorizationServer.scopes", "custom scopes that clients can request; any other scope: O19", Shown("Authorization Servers API")),
    setting("apps.grantTypes", "without `interaction_code`: O2; without `refresh_token`: O27 for the scope `offline_access`", Shown("widget fixture; O27 is inferred")),
    setting("apps.refreshToken", "`rotationType`: `ROTATE` (default of a `spa`) returns another refresh token with each use, `STATIC` (default of `web` and `native`) the same; `leeway`: for how many seconds (0 to 60, default 30) a rotated refresh token stays valid", Shown("Okta's guide to refresh tokens")),
    setting("apps.groups", "a user outside these groups ends on E25", Inferred("the setting is documented, the timing is not")),
    setting("apps.emailVerificationCallback", "an email's link leads there, with `state` and `otp`", Shown("Okta's guide to magic links")),
    setting("apps.initiateLoginUri", "a user's activation link leads there", Shown("Okta's guide to user activation")),
    setting("trustedOrigins", "the origins of browser pages that can send requests", Shown("documented")),
    setting("rateLimits", "E5, E7, E8, E9 and the `X-Rate-Limit-*` headers", Shown("the limits are documented; some bodies are inferred")),
    setting("testCodes", "an address or number that always receives this code; only in idxlab", Shown("not an Okta setting")),
];

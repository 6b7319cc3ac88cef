//! Every refusal in one table: its id, status, message, exceptions and source.
//!
//! The ids are those of the error catalogue in the README: `E…` for IDX responses, `O…` for OAuth responses, `A…` for the older API shape.

use std::borrow::Cow;

use idx_wire::{Class, I18n, Message};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The definition of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct RefusalDef {
    /// Its id, also in the journal and in `graph`.
    pub id: &'static str,
    /// The condition.
    pub when: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The location of the message, or the other shape of the response.
    pub placement: Placement,
    /// The messages. `{0}` is replaced with the first parameter.
    pub messages: &'static [MessageDef],
    /// The source.
    pub evidence: Evidence,
    /// How its response differs from the others of its placement.
    pub exceptions: &'static [Exception],
}

/// How the response of a refusal differs from the others of its placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// `passwordErrorStatus` of the org document replaces the status.
    StatusFromOrg,
    /// The response has a `failure-redirect`.
    WithRedirect,
    /// The page shows the list of authenticators, although the transaction stays at its step.
    OverList,
}

/// A message of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct MessageDef {
    /// The i18n key; empty where Okta sends none.
    pub key: &'static str,
    /// The text in English.
    pub text: &'static str,
    /// Error, warning or information.
    pub class: Class,
    /// Whether `params` is present even if it is empty, as recorded.
    pub params: Params,
}

/// How `i18n.params` is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Params {
    /// Never.
    Absent,
    /// Always, even if it is empty.
    Present,
}

/// The location of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// On the invalid field, in the page rendered again.
    Field,
    /// At the top of the page rendered again.
    Top,
    /// At the top of a response without remediations.
    Terminal,
    /// In a body of `version` and `messages` alone.
    NoSession,
    /// `{"error","error_description"}` with this `error`.
    OAuth(&'static str),
    /// `{"errorCode",…}` with this code.
    Api(&'static str),
}

/// The source of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The body and the status are recorded, tested by an SDK, or documented.
    Shown(&'static str),
    /// The text has a source, but its status or location is our choice.
    Inferred(&'static str),
}

const fn error(key: &'static str, text: &'static str) -> MessageDef {
    MessageDef { key, text, class: Class::Error, params: Params::Absent }
}

const fn info(key: &'static str, text: &'static str) -> MessageDef {
    MessageDef { key, text, class: Class::Info, params: Params::Absent }
}

const fn with_params(key: &'static str, text: &'static str) -> MessageDef {
    MessageDef { key, text, class: Class::Error, params: Params::Present }
}

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident = $id:literal $status:literal $placement:expr, $when:literal, [$($message:expr),* $(,)?], $evidence:expr $(, [$exception:expr])?;)*) => {
        $(#[doc = $when] pub(crate) static $name: RefusalDef = RefusalDef {
            id: $id, when: $when, status: $status, placement: $placement, messages: &[$($message),*], evidence: $evidence,
            exceptions: &[$($exception)?],
        };)*
        /// The whole table.
        pub static TABLE: &[&RefusalDef] = &[$(&$name),*];
    };
}

use Evidence::{Inferred, Shown};
use Exception::{OverList, StatusFromOrg, WithRedirect};
use Placement::{Api, Field, NoSession, OAuth, Terminal, Top};

table! {
    SESSION_EXPIRED = "E1" 401 NoSession, "the state or interaction handle is unknown or expired",
        [error("idx.session.expired", "The session has expired.")], Shown("recorded by the Java, Swift and Go SDKs");
    STATE_HANDLE_MISSING = "E2" 400 NoSession, "the body has no stateHandle",
        [with_params("api.error.field_required", "'stateHandle' is required.")], Shown("recorded by the Go SDK");
    WRONG_CODE = "E3" 401 Field, "a code is wrong, expired or no longer valid",
        [with_params("api.authn.error.PASSCODE_INVALID", "Invalid code. Try again.")], Shown("recorded by the Java and .NET SDKs");
    TOO_MANY_ATTEMPTS = "E4" 429 Top, "a user submits more than five codes in five minutes",
        [error("tooManyRequests", "Too many requests")], Shown("widget fixture; the limit is in Okta's System Log documentation");
    TOO_MANY_REQUESTS = "E5" 429 Api("E0000047"), "the client has sent too many requests with a state handle or for a user",
        [error("", "API call exceeded rate limit due to too many requests.")], Shown("widget fixture error-429-api-limit-exceeded; documented limits");
    TOO_MANY_SMS = "E7" 429 Terminal, "the user has received too many text messages",
        [error("errors.E0000150", "You have reached the limit of sms requests, please try again later.")], Inferred("widget fixture, without the status");
    TOO_MANY_CALLS = "E8" 429 Top, "the user has received too many calls",
        [error("errors.E0000151", "You have reached the limit of call requests, please try again later.")], Shown("widget fixture and its test");
    SMS_RECENTLY = "E9" 429 Top, "a text message is requested within 30 seconds of another",
        [error("errors.E0000109", "An SMS message was recently sent. Please wait 30 seconds before trying again.")], Inferred("the text is the widget's; no response is recorded");
    CALL_RECENTLY = "E9a" 429 Top, "a call is requested within 30 seconds of another",
        [error("errors.E0000133", "A phone call was recently made. Please wait 30 seconds before trying again.")], Inferred("the text is the widget's; no response is recorded");
    LOGIN_TAKEN = "E10" 400 Field, "another user has the login, which is the email address if the form has no login field",
        [with_params("registration.error.notUniqueWithinOrg", "A user with this {0} already exists")], Shown("recorded by a production client");
    ADDRESS_MALFORMED = "E11" 400 Field, "the email address, or a login without its own pattern, is not a valid email address",
        [with_params("registration.error.invalidLoginEmail", "'{0}' must be in the form of an email address"),
         with_params("registration.error.doesNotMatchPattern", "Provided value for property '{0}' does not match required pattern")],
        Shown("recorded by the .NET and Java SDKs");
    ATTRIBUTE_PATTERN = "E12" 400 Field, "an attribute has the wrong type, or violates its pattern or enum",
        [with_params("registration.error.doesNotMatchPattern", "Provided value for property '{0}' does not match required pattern")],
        Inferred("the text is recorded for email; the status is that of E11");
    ATTRIBUTE_MISSING = "E13" 400 Field, "a required attribute is missing",
        [with_params("api.error.field_required", "'{0}' is required.")], Inferred("by analogy with E2; no recording shows it");
    ATTRIBUTE_LENGTH = "E14" 400 Field, "an attribute is too short or too long",
        [with_params("registration.error.doesNotMatchPattern", "Provided value for property '{0}' does not match required pattern")],
        Inferred("no recording shows it: clients check lengths themselves");
    ATTRIBUTE_UNKNOWN = "E15" 400 Top, "userProfile has a member that is not on the form",
        [error("", "'[userProfile.{0}]' cannot be modified.")], Inferred("the text is quoted in okta-idx-java#438, without status and key");
    REGISTRATION_FAILED = "E16" 400 Terminal, "the registration inline hook is unreachable, too slow or returns an invalid response",
        [error("registration.error.generic", "There was an error creating your account. Please try registering again.")], Inferred("widget fixture error-account-creation, without the status");
    SIGN_UP_UNAVAILABLE = "E18" 400 Top, "a client requests sign-up although the start page does not offer it",
        [error("idx.error.registration.unavailable", "Registration is currently unavailable.")], Inferred("widget fixture, without the status");
    HOOK_DENIED = "E20" 400 Top, "the registration inline hook denies the registration and returns no error object",
        [error("", "Registration denied.")], Inferred("Okta's hook reference has the text, without status and key");
    HOOK_ERROR = "E20a" 400 Top, "the registration inline hook returns an error object without causes",
        [error("", "Registration cannot be completed at this time.")], Inferred("Okta's hook reference has the text, without status and key");
    HOOK_CAUSE = "E20b" 400 Field, "the registration inline hook returns causes: each is shown at the attribute in its location, or at the top if the form has no such attribute",
        [error("", "{0}")], Inferred("Okta's hook reference, without status and key");
    PASSWORD_REQUIREMENTS = "E21" 401 Field, "the password breaks a rule of the policy",
        [with_params("password.passwordRequirementsNotMet", "Password requirements were not met. {0}")],
        Inferred("the body is recorded; the status is that of E3, the most similar refusal"), [StatusFromOrg];
    PASSWORD_COMMON = "E22" 401 Field, "the password is in the list of common passwords",
        [with_params("password.common", "This password was found in a list of commonly used passwords. Please try another password.")],
        Inferred("widget fixture; the status is that of E21"), [StatusFromOrg];
    PHONE_INVALID = "E23" 400 Top, "the phone number is invalid",
        [error("api.factors.error.sms.invalid_phone", "Invalid Phone Number.")], Shown("recorded by the Java and .NET SDKs; wording since June 2021");
    PHONE_INVALID_2021 = "E23a" 400 Top, "the phone number is invalid, in the format of early 2021: the response shows the list, although the step does not change",
        [error("", "Unable to initiate factor enrollment: Invalid Phone Number.")], Shown("recorded by the Java and .NET SDKs"), [OverList];
    NO_MATCHING_POLICY = "E26" 403 Terminal, "the authorization server's rule does not allow the interaction code grant",
        [error("idx.error.code.no_matching_policy", "You are not allowed to access this app. To request access, contact an admin.")],
        Inferred("quoted in okta-idx-java#201; the status follows a release note");
    APP_NOT_ASSIGNED = "E25" 403 Terminal, "the app is not assigned to any of the user's groups, or its rule denies access",
        [error("idx.error.code.user_not_assigned", "You are not allowed to access this app. To request access, contact an admin.")],
        Inferred("widget fixture error-with-failure-redirect; status and timing are our choice"), [WithRedirect];
    ENROLLMENT_NOT_ALLOWED = "E28" 400 Terminal, "the app requires more authenticators than the org allows users to enroll",
        [error("", "Authenticator enrollment is not allowed at this time. Please contact support for assistance.")],
        Inferred("recorded by the widget; the timing is our choice");
    EMAIL_VERIFICATION_REQUIRED = "E41" 200 Terminal, "the user must verify the address, and has not done so",
        [info("idx.email.verification.required", "To finish signing in, check your email.")],
        Shown("widget fixture terminal-registration, and Okta's guide to user activation");
    LINK_EXPIRED = "E39" 200 Terminal, "an email's link has expired",
        [info("idx.return.link.expired", "This email link has expired. To resend it, return to the screen where you requested it.")],
        Inferred("widget fixture; idxlab shows its own HTML page");
    LINK_STALE = "E39a" 200 Terminal, "an email's link is out of date: the server has sent a newer email, or the transaction is at a later step",
        [info("idx.return.stale", "This email link is out of date. Return to the screen where you requested it.")],
        Inferred("widget fixture; idxlab shows its own HTML page");
    LINK_ERROR = "E39b" 400 Terminal, "an email's link is unknown or has already been used",
        [error("idx.return.error", "Could not process this email link. Return to the screen where you requested it.")],
        Inferred("widget fixture; idxlab shows its own HTML page");
    LINK_RETURN = "E40" 200 Terminal, "an email's link is opened in the original browser, and the transaction continues",
        [info("idx.return.to.original.tab", "Please return to the original tab.")],
        Inferred("widget fixture; idxlab shows its own HTML page");
    LINK_OTHER_BROWSER = "E40a" 200 Terminal, "an email's link is opened in another browser, which shows the code",
        [info("idx.enter.otp.in.original.tab", "Enter the OTP in your original browser or device.")],
        Inferred("widget fixture; idxlab shows its own HTML page");
    TRANSFERRED = "E40b" 200 Terminal, "a tab polls for an email's code, and another tab has received the interaction code",
        [info("idx.transferred.to.new.tab", "Flow continued in a new tab.")],
        Inferred("the message is the widget fixture terminal-transfered-email; no source shows when Okta sends it");
    ACTIVATION_EXPIRED = "E42" 400 Terminal, "the activation token has expired",
        [error("idx.expired.activation.token", "Your account activation link is no longer valid. Contact your administrator to request a new activation link.")],
        Inferred("widget fixture, without the status");
    ACTIVATION_MISSING = "E42a" 400 Terminal, "the activation token has already been used, or the activation link contains an unknown token",
        [error("idx.missing.activation.token", "This can happen if you have already activated your account, or if the URL you are trying to use is invalid. Contact your administrator for further assistance.")],
        Inferred("widget fixture, without the status");
    SIGN_IN_FAILED = "E32" 400 Top, "the username is known, but sign-in is not emulated",
        [error("errors.E0000004", "Authentication failed")], Shown("recorded by the Java SDK");
    USERNAME_UNKNOWN = "E33" 400 Top, "the username is unknown",
        [MessageDef { key: "idx.unknown.user", text: "There is no account with the Username {0}.", class: Class::Warning, params: Params::Absent }],
        Shown("recorded by the Java SDK; the class is that of later widgets");
    BAD_REQUEST = "E35" 400 Terminal, "the body has the wrong format, or the request is not emulated",
        [error("E0000020", "Bad request.")], Shown("widget fixture error-400-bad-request");
    NOT_OFFERED = "E43" 400 Top, "the page did not offer the request",
        [error("E0000020", "Bad request.")], Inferred("no source shows it");
    PASSCODE_MISSING = "E43a" 400 Field, "the body has no passcode",
        [with_params("api.error.field_required", "'{0}' is required.")], Inferred("by analogy with E2; it does not count toward a limit");
    MALFORMED_JSON = "E37" 400 Api("E0000003"), "the body is not JSON",
        [error("", "The request body was not well-formed.")], Inferred("Okta's general error codes");
    METHOD_NOT_ALLOWED = "E38" 405 Api("E0000022"), "the endpoint does not support the method",
        [error("", "The endpoint does not support the provided HTTP method")], Inferred("Okta's general error codes");
    BODY_TOO_LARGE = "A1" 413 Api("E0000003"), "the body is larger than 64 KiB",
        [error("", "The request body was too large.")], Inferred("Okta documents no limit for these endpoints");
    NOT_FOUND = "A2" 404 Api("E0000007"), "the path is unknown",
        [error("", "Not found: Resource not found: {0}")], Shown("documented for unknown authorization servers");
    CLIENT_UNKNOWN = "O1" 400 Api("invalid_client"), "interact: the client id is unknown",
        [error("", "Invalid value for 'client_id' parameter.")], Inferred("quoted in okta-idx-java#500, without the status");
    GRANT_NOT_ENABLED = "O2" 400 OAuth("unauthorized_client"), "interact, token: the app does not have the grant",
        [error("", "The client is not authorized to use the provided grant type. Configured grant types: [{0}].")], Shown("widget fixture error-400-unauthorized-client");
    PKCE_MISSING = "O3" 400 OAuth("invalid_request"), "interact: a public client sends no PKCE challenge",
        [error("", "PKCE code challenge is required when the token endpoint authentication method is 'NONE'.")], Shown("recorded by the Java SDK");
    PKCE_METHOD = "O4" 400 OAuth("invalid_request"), "interact: the PKCE method is not S256",
        [error("", "PKCE code challenge method is not supported. Valid values: [S256]")], Shown("Okta's list of OAuth errors");
    SCOPE_INVALID = "O5" 400 OAuth("invalid_scope"), "interact: the scope has no openid",
        [error("", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.")], Inferred("quoted in okta-idx-java#500, without the status");
    REDIRECT_UNREGISTERED = "O6" 400 OAuth("invalid_request"), "interact: the redirect URI is not registered",
        [error("", "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: {0}")], Inferred("the text is that of /authorize");
    ACTIVATION_TOKEN_INVALID = "O7" 400 OAuth("invalid_request"), "interact: the activation token is unknown",
        [error("", "The activation token is invalid")], Inferred("widget fixture, without the status");
    PKCE_MISMATCH = "O8" 400 OAuth("invalid_grant"), "token: the verifier does not match the challenge",
        [error("", "PKCE verification failed.")], Inferred("recorded by the Swift SDK, without the status");
    CODE_INVALID = "O9" 400 OAuth("invalid_grant"), "token: the interaction code is unknown, used, expired or missing",
        [error("", "The interaction code is invalid or has expired.")], Inferred("quoted in okta-idx-swift#109, without the status");
    CLIENT_AUTHENTICATION_FAILED = "O10" 401 OAuth("invalid_client"), "the client is unknown, a confidential client sends its id without a secret, or the client uses another authentication method than that of the app: a secret for a public app, or an assertion",
        [error("", "Client authentication failed. Either the client or the client credentials are invalid.")], Shown("quoted in okta-auth-js#455");
    SECRET_INVALID = "O11" 401 OAuth("invalid_client"), "the client secret is wrong",
        [error("", "The client secret supplied for a confidential client is invalid.")], Shown("documented");
    CREDENTIALS_MISSING = "O12" 401 OAuth("invalid_client"), "the request has no client credentials",
        [error("", "No client credentials found.")], Shown("documented");
    CREDENTIALS_TWICE = "O13" 401 OAuth("invalid_request"), "the header and the body both contain client credentials",
        [error("", "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.")],
        Shown("quoted in tomcat-oidcauth#6");
    GRANT_UNSUPPORTED = "O14" 400 OAuth("unsupported_grant_type"), "token: the server does not support the grant type",
        [error("", "The authorization grant type is not supported by the authorization server. Configured grant types: [{0}].")], Shown("Okta's list of OAuth errors");
    TOKEN_MISSING = "O15" 400 OAuth("invalid_request"), "introspect, revoke: the token is missing",
        [error("", "The 'token' parameter is required.")], Shown("Okta's list of OAuth errors");
    BEARER_INVALID = "O16" 401 OAuth("invalid_token"), "userinfo: the access token is missing, invalid, expired or revoked",
        [error("", "The access token is invalid")], Shown("documented");
    SCOPE_INSUFFICIENT = "O17" 403 OAuth("insufficient_scope"), "userinfo: the token has no profile scope",
        [error("", "The access token must provide access to at least one of these scopes - profile, email, address or phone")], Shown("documented");
    LOGOUT_REDIRECT = "O18" 400 OAuth("invalid_request"), "logout: the redirect URI is not registered",
        [error("", "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings: {0}")], Inferred("by analogy with O6");
    SCOPE_UNKNOWN = "O19" 400 OAuth("invalid_scope"), "interact, token: the authorization server does not have one of the scopes",
        [error("", "One or more scopes are not configured for the authorization server resource.")], Inferred("the text of /authorize, quoted in okta-express-sample#6");
    GRANT_MISSING = "O20" 400 OAuth("invalid_request"), "token: the grant type is missing",
        [error("", "The token request must specify a 'grant_type'. Valid values: [{0}]")], Shown("Okta's list of OAuth errors");
    PARAMETER_MISSING = "O21" 400 OAuth("invalid_request"), "token: a required parameter is missing",
        [error("", "The required parameter '{0}' is missing.")], Shown("Okta's list of OAuth errors");
    REFRESH_TOKEN_INVALID = "O22" 400 OAuth("invalid_grant"), "token: the refresh token is unknown, expired, revoked, or was rotated before the leeway; the last case revokes all tokens of the grant",
        [error("", "The refresh token is invalid or expired.")], Shown("Okta's list of OAuth errors; Okta's guide to refresh tokens");
    GRANT_OF_ANOTHER_CLIENT = "O23" 400 OAuth("invalid_grant"), "token: the server issued the interaction code or the refresh token to another app",
        [error("", "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.")], Shown("Okta's list of OAuth errors");
    GRANT_OF_ANOTHER_SERVER = "O24" 400 OAuth("invalid_request"), "token: another authorization server of the org issued the interaction code or the refresh token",
        [error("", "The grant was issued for another authorization server.")], Shown("Okta's list of OAuth errors");
    REFRESH_SCOPE_DENIED = "O25" 400 OAuth("access_denied"), "token: a refresh requests a scope that the user did not grant",
        [error("", "Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: {0}.")], Shown("Okta's list of OAuth errors");
    POLICY_DENIED = "O26" 401 OAuth("access_denied"), "token: the authorization server's rule does not allow the grant",
        [error("", "Policy evaluation failed for this request, please check the policy configurations.")], Shown("Okta's list of OAuth errors");
    SCOPE_NOT_ALLOWED = "O27" 400 OAuth("invalid_scope"), "interact: the scope is offline_access, and the app or the authorization server's rule does not have the refresh token grant",
        [error("", "The following scopes are not allowed for this request: [{0}].")], Inferred("the text is in Okta's list of OAuth errors, without the condition");
    NOT_EMULATED_HERE = "O28" 400 OAuth("access_denied"), "discovery lists the endpoint, and idxlab does not emulate it",
        [error("", "The requested feature is not enabled in this environment. idxlab does not emulate this endpoint.")], Inferred("the first sentence is in Okta's list of OAuth errors");
    REDIRECT_MISMATCH = "O29" 400 OAuth("invalid_grant"), "token: the redirect URI is not that of interact",
        [error("", "The 'redirect_uri' does not match the redirection URI used in the authorization request.")], Shown("Okta's list of OAuth errors");
    VERIFIER_WITHOUT_CHALLENGE = "O30" 400 OAuth("invalid_request"), "token: the request has a PKCE verifier, and interact had no challenge",
        [error("", "PKCE code challenge should be specified in the authorize request for code verification.")], Shown("Okta's list of OAuth errors");
    PARAMETER_REPEATED = "O31" 400 OAuth("invalid_request"), "interact, token, introspect, revoke, logout: a parameter occurs twice",
        [error("", "The request contained multiple parameters with the same name.")], Shown("Okta's list of OAuth errors");
    CREDENTIALS_UNREADABLE = "O32" 401 OAuth("invalid_client"), "the Authorization header has the scheme Basic and is not base64",
        [error("", "Found Authentication header but was not valid client credentials.")], Shown("Okta's list of OAuth errors");
    PKCE_CHALLENGE = "O33" 400 OAuth("invalid_request"), "interact: the PKCE challenge has other characters than those of RFC 7636",
        [error("", "PKCE code challenge contains illegal characters.")], Shown("Okta's list of OAuth errors");
    MAX_AGE_INVALID = "O34" 400 OAuth("invalid_request"), "interact: the maximum age is negative, too large or not a number",
        [error("", "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.")], Shown("Okta's list of OAuth errors");
    ACTIVATION_OF_PUBLIC_CLIENT = "O35" 400 OAuth("invalid_request"), "interact: a public client sends an activation token",
        [error("", "Only confidential clients can use the activation token flow")], Shown("Okta's list of OAuth errors");
    USER_NOT_ASSIGNED = "O37" 400 OAuth("access_denied"), "token: at a refresh, the app is no longer assigned to any of the user's groups",
        [error("", "User is not assigned to the client application.")], Inferred("the text is in Okta's list of OAuth errors; that a refresh checks it is our choice");
    ID_TOKEN_INVALID = "O36" 401 OAuth("invalid_token"), "logout: the org did not sign the id_token_hint",
        [error("", "The id token is invalid.")], Shown("Okta's list of OAuth errors");
}

/// What Okta's catalogue has and a sign-up here never answers, with the reason.
#[rustfmt::skip]
pub static NOT_EMULATED: &[(&str, &str)] = &[
    ("E6", "applies only to sign-in, which idxlab does not emulate"),
    ("E17", "no source shows the condition; idxlab uses E16 for a failed registration"),
    ("E19", "not a response. The start page omits `select-enroll-profile`, and a client that still requests sign-up gets E18"),
    ("E24", "applies only to sign-in; a sign-up ends on E25"),
    ("E27", "applies only to sign-in; a sign-up ends on E28"),
    ("E29", "an org has no read-only maintenance mode; a fault can return this error"),
    ("E30", "idxlab does not emulate verification on other devices"),
    ("E31", "no source shows the length of the poll window; a fault can return this error"),
    ("E34", "idxlab has no threat detection; a fault can return this error"),
    ("E36", "a fault of kind `status` can return this error"),
    ("E44", "idxlab does not emulate custom access-denied messages"),
];

/// The id of a refusal, as records store it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalId(&'static str);

impl RefusalId {
    /// The definition in the table.
    pub(crate) fn definition(self) -> &'static RefusalDef {
        TABLE.iter().find(|refusal| refusal.id == self.0).unwrap_or(&&NOT_OFFERED)
    }
}

impl Serialize for RefusalId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for RefusalId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let known = TABLE.iter().find(|refusal| refusal.id == id);
        known
            .map(|refusal| refusal.id())
            .ok_or_else(|| de::Error::custom(format_args!("unknown refusal {id:?}")))
    }
}

/// A refusal with its messages, for one response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The first definition that applies. It decides the status.
    pub(crate) definition: &'static RefusalDef,
    /// The messages with their fields.
    pub(crate) notices: Vec<Notice>,
}

/// A message with its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// None for the top of the page.
    pub(crate) field: Option<FieldName>,
    pub(crate) message: Message<'static>,
}

/// A field that can have a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldName {
    /// `credentials.passcode`
    Passcode,
    /// A member of `userProfile`.
    Attribute(String),
}

/// The refusal of a body without a passcode.
pub(crate) fn passcode_missing() -> Refusal {
    Refusal::of_passcode(&PASSCODE_MISSING, &["passcode"])
}

impl Refusal {
    /// A refusal without a field.
    pub(crate) fn of(definition: &'static RefusalDef) -> Self {
        Self::with(definition, None, &[])
    }

    /// A refusal with parameters.
    pub(crate) fn with(
        definition: &'static RefusalDef,
        field: Option<&FieldName>,
        params: &[&str],
    ) -> Self {
        let notices = definition
            .filled(params)
            .map(|message| Notice { field: field.cloned(), message })
            .collect();
        Self { definition, notices }
    }

    /// A refusal of the passcode.
    pub(crate) fn of_passcode(definition: &'static RefusalDef, params: &[&str]) -> Self {
        Self::with(definition, Some(&FieldName::Passcode), params)
    }

    /// Several refusals at once, in the order of the form; none if the list is empty.
    pub(crate) fn all(refusals: Vec<Self>) -> Option<Self> {
        let definition = refusals.first()?.definition;
        let notices = refusals.into_iter().flat_map(|refusal| refusal.notices).collect();
        Some(Self { definition, notices })
    }
}

impl RefusalDef {
    /// Its id, as records store it.
    pub(crate) const fn id(&self) -> RefusalId {
        RefusalId(self.id)
    }

    /// Whether its response differs in this way.
    pub(crate) fn has(&self, exception: Exception) -> bool {
        self.exceptions.contains(&exception)
    }

    /// The messages with their parameters.
    pub(crate) fn filled<'a>(
        &'static self,
        params: &'a [&str],
    ) -> impl Iterator<Item = Message<'static>> + 'a {
        self.messages.iter().map(move |message| Message {
            message: message.filled(params),
            i18n: (!message.key.is_empty()).then(|| I18n {
                key: Cow::Borrowed(message.key),
                params: (message.params == Params::Present)
                    .then(|| params.iter().map(|param| (*param).to_owned()).collect()),
            }),
            class: message.class,
        })
    }

    /// The text of the first message.
    pub(crate) fn text(&self, params: &[&str]) -> Cow<'static, str> {
        self.messages.first().map_or(Cow::Borrowed(""), |message| message.filled(params))
    }
}

impl MessageDef {
    fn filled(&self, params: &[&str]) -> Cow<'static, str> {
        match params.first() {
            Some(param) if self.text.contains("{0}") => Cow::Owned(self.text.replace("{0}", param)),
            _ => Cow::Borrowed(self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_unique_id_and_a_message() {
        for (index, refusal) in TABLE.iter().enumerate() {
            assert!(
                TABLE[..index].iter().all(|earlier| earlier.id != refusal.id),
                "{} is there twice",
                refusal.id
            );
            assert!(!refusal.messages.is_empty(), "{} has no message", refusal.id);
        }
    }
}

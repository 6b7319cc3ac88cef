//! The answer to every IDX call: the complete state, never a difference.

use serde::Serialize;

use crate::{Array, Authenticator, CurrentAuthenticator, Field, Form, Href, Message, Object};

/// A whole IDX answer, with the members in the recorded order.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IdxResponse<'a> {
    /// Always `1.0.0`; okta-auth-js refuses any other.
    pub version: &'static str,
    /// The transaction's handle.
    pub state_handle: &'a str,
    /// When the transaction ends, like `2026-01-01T02:00:00.000Z`.
    pub expires_at: String,
    /// `LOGIN` throughout a sign-up.
    pub intent: &'static str,
    /// What the client may do next; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<Array<Form<'a>>>,
    /// What concerns no field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Array<Message<'a>>>,
    /// The authenticator of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_authenticator: Option<Object<CurrentAuthenticator<'a>>>,
    /// The same for one that the person has already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_authenticator_enrollment: Option<Object<CurrentAuthenticator<'a>>>,
    /// What can be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticators: Option<Array<Authenticator<'a>>>,
    /// What the person has; present once there is a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticator_enrollments: Option<Array<Authenticator<'a>>>,
    /// As `currentAuthenticator`, on `enroll-authenticator` pages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrollment_authenticator: Option<Object<CurrentAuthenticator<'a>>>,
    /// Who signs up; present from `enroll/new` on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Object<User<'a>>>,
    /// Starts again. Absent only where the transaction cannot go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel: Option<Form<'a>>,
    /// The app that the person signs up for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<Object<App<'a>>>,
    /// What was asked for at `interact`; since 2022.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Object<Authentication<'a>>>,
    /// The interaction code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_with_interaction_code: Option<SuccessForm<'a>>,
    /// Where a browser goes after a refusal that ends the transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureRedirect>,
}

/// The answer where there is no transaction: `version` and `messages` only.
#[derive(Debug, Clone, Serialize)]
pub struct NoSession<'a> {
    /// Always `1.0.0`.
    pub version: &'static str,
    /// Why.
    pub messages: Array<Message<'a>>,
}

/// The person who signs up.
#[derive(Debug, Clone, Serialize)]
pub struct User<'a> {
    /// `00u…`
    pub id: &'a str,
    /// The login; since late 2021.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<&'a str>,
    /// Since late 2021.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<UserProfile<'a>>,
}

/// The part of a profile that answers show.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserProfile<'a> {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<&'a str>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<&'a str>,
    /// IANA name.
    pub time_zone: &'static str,
    /// Like `en_US`.
    pub locale: &'static str,
}

/// The app of the transaction.
#[derive(Debug, Clone, Serialize)]
pub struct App<'a> {
    /// `oidc_client`.
    pub name: &'static str,
    /// Its name in the Admin Console.
    pub label: &'a str,
    /// Its client id.
    pub id: &'a str,
}

/// What `interact` asked for, as newer servers repeat it.
#[derive(Debug, Clone, Serialize)]
pub struct Authentication<'a> {
    /// `OAUTH2.0`.
    pub protocol: &'static str,
    /// The authorization server.
    pub issuer: Issuer<'a>,
    /// The request.
    pub request: AuthenticationRequest<'a>,
}

/// An authorization server.
#[derive(Debug, Clone, Serialize)]
pub struct Issuer<'a> {
    /// `default`, or the id of the org.
    pub id: &'a str,
    /// Its name in the Admin Console.
    pub name: &'a str,
    /// The issuer of its tokens.
    pub uri: String,
}

/// The parameters of `interact`.
#[derive(Debug, Clone, Serialize)]
pub struct AuthenticationRequest<'a> {
    /// Seconds; -1 where the client gave none.
    pub max_age: i64,
    /// Separated by spaces.
    pub scope: &'a str,
    /// Always `code`.
    pub response_type: &'static str,
    /// As the client gave it.
    pub redirect_uri: &'a str,
    /// As the client gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'a str>,
    /// Always `S256`.
    pub code_challenge_method: &'static str,
    /// As the client gave it.
    pub code_challenge: &'a str,
    /// Always `query`.
    pub response_mode: &'static str,
}

/// `successWithInteractionCode`: the token request, filled in but for the verifier.
#[derive(Debug, Clone, Serialize)]
pub struct SuccessForm<'a> {
    rel: [&'static str; 1],
    name: &'static str,
    href: Href<'a>,
    method: &'static str,
    value: Vec<Field<'a>>,
    accepts: &'static str,
}

impl<'a> SuccessForm<'a> {
    /// The form that redeems a code at `href`.
    pub fn new(href: Href<'a>, value: Vec<Field<'a>>) -> Self {
        Self {
            rel: ["create-form"],
            name: "issue",
            href,
            method: "POST",
            value,
            accepts: "application/x-www-form-urlencoded",
        }
    }
}

/// Where a browser is sent when the person may not use the app.
#[derive(Debug, Clone, Serialize)]
pub struct FailureRedirect {
    /// `failure-redirect`.
    pub name: &'static str,
    /// `{base}/login/error/redirect?stateToken=…`
    pub href: String,
}

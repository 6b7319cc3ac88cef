//! An authenticator as the answers show it: listed, enrolled, or being enrolled.

use serde::Serialize;

use crate::Form;

/// An entry of `authenticators` or `authenticatorEnrollments`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authenticator<'a> {
    /// `password`, `email` or `phone`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// `okta_password`, `okta_email` or `phone_number`.
    pub key: &'static str,
    /// `aut…` of the authenticator, or the id of the enrollment (`lae…`, `eae…`, `sms…`).
    pub id: &'a str,
    /// Clients match it letter by letter: `Password`, `Email`, `Phone`.
    pub display_name: &'static str,
    /// What can be used of it.
    pub methods: Vec<Method>,
    /// `any`, since 2022; `none` for an address that nobody enrolled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_for: Option<&'static str>,
}

/// A method of an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Method {
    /// `password`, `email`, `sms` or `voice`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// `currentAuthenticator` and `enrollmentAuthenticator`: an authenticator with what can be done to it now.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentAuthenticator<'a> {
    /// Sends another code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resend: Option<Form<'a>>,
    /// Asks whether the link was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Form<'a>>,
    /// The forgotten password, on the start page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recover: Option<Form<'a>>,
    /// Who it is.
    #[serde(flatten)]
    pub authenticator: Authenticator<'a>,
    /// The password's rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings<'a>>,
    /// Where magic links are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contextual_data: Option<ContextualData>,
    /// To what a challenge goes, with most of it hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<MaskedProfile>,
}

/// An address with most of it hidden: `m***y@example.com`.
#[derive(Debug, Clone, Serialize)]
pub struct MaskedProfile {
    /// The address.
    pub email: String,
}

/// The rules for a password.
#[derive(Debug, Clone, Serialize)]
pub struct Settings<'a> {
    /// What it must be made of.
    pub complexity: Complexity<'a>,
    /// Absent on the profile page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
}

/// What a password must be made of. Kotlin demands all of the first seven.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Complexity<'a> {
    /// Least number of characters.
    pub min_length: u32,
    /// 1 where a lower-case letter is asked for.
    pub min_lower_case: u32,
    /// 1 where an upper-case letter is asked for.
    pub min_upper_case: u32,
    /// 1 where a digit is asked for.
    pub min_number: u32,
    /// 1 where a symbol is asked for.
    pub min_symbol: u32,
    /// Whether parts of the username are refused.
    pub exclude_username: bool,
    /// Of `firstName` and `lastName`.
    pub exclude_attributes: &'a [String],
    /// Greatest run of one character, where there is a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_consecutive_repeating_characters: Option<u32>,
}

/// How old a password may and must be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Age {
    /// Minutes before it may be changed again.
    pub min_age_minutes: u32,
    /// How many former passwords are refused.
    pub history_count: u32,
}

/// How an email authenticator is used now.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextualData {
    /// Whether the client shows "check your email" first.
    pub use_email_magic_link: bool,
}

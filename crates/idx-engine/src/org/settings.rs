//! The policies, with the names of Okta's Management API.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::org::attribute::Attribute;
use crate::org::inline_hook::InlineHook;
use crate::state::names::AuthenticatorKey;

/// The year whose response format the org uses. Newer responses have more members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Generation {
    /// The compact responses of 2021.
    Of2021,
    /// With `allowedFor`, `user.profile` and `authentication`.
    #[default]
    Of2025,
}

impl Serialize for Generation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(match self {
            Self::Of2021 => 2021,
            Self::Of2025 => 2025,
        })
    }
}

impl<'de> Deserialize<'de> for Generation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            2021 => Ok(Self::Of2021),
            2025 => Ok(Self::Of2025),
            other => Err(de::Error::invalid_value(
                de::Unexpected::Unsigned(other.into()),
                &"2021 or 2025",
            )),
        }
    }
}

impl JsonSchema for Generation {
    fn schema_name() -> Cow<'static, str> {
        "Generation".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": [2021, 2025] })
    }
}

/// `PROFILE_ENROLLMENT` rule, `actions.profileEnrollment`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ProfileEnrollment {
    /// Whether unknown users can sign up.
    pub unknown_user_action: UnknownUserAction,
    /// `DENY` has the effect of `unknownUserAction = "DENY"` (inferred).
    pub access: Access,
    /// The requirements before a user can use an app.
    pub activation_requirements: ActivationRequirements,
    /// The fields of the profile form, in order.
    pub profile_attributes: Vec<Attribute>,
    /// The group that a new user joins in addition to Everyone; at most one.
    pub target_group_ids: Vec<String>,
    /// With `["password"]`, the profile form contains the password.
    pub enroll_authenticator_types: Vec<String>,
    /// The inline hook that is called before a user is created; at most one.
    pub pre_registration_inline_hooks: Vec<InlineHook>,
    /// Accepted without effect: it affects only later sign-ins.
    pub progressive_profiling_action: ProgressiveProfiling,
}

impl Default for ProfileEnrollment {
    fn default() -> Self {
        Self {
            unknown_user_action: UnknownUserAction::Register,
            access: Access::Allow,
            activation_requirements: ActivationRequirements::default(),
            profile_attributes: Attribute::defaults(),
            target_group_ids: Vec::new(),
            enroll_authenticator_types: Vec::new(),
            pre_registration_inline_hooks: Vec::new(),
            progressive_profiling_action: ProgressiveProfiling::default(),
        }
    }
}

impl ProfileEnrollment {
    /// Whether the profile form contains the password.
    pub(crate) fn asks_for_password(&self) -> bool {
        self.enroll_authenticator_types.iter().any(|kind| kind == "password")
    }
}

/// Whether later sign-ins ask for missing attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ProgressiveProfiling {
    #[default]
    Enabled,
    Disabled,
}

/// The action for an unknown user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum UnknownUserAction {
    /// The user can sign up.
    Register,
    /// The user cannot sign up.
    Deny,
}

/// Whether something is allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Access {
    #[default]
    Allow,
    Deny,
}

/// The requirements before a user can use an app.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ActivationRequirements {
    /// Whether the email address must be verified.
    pub email_verification: bool,
}

/// `ACCESS_POLICY` rule, `actions.appSignOn`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct AppSignOn {
    /// With `DENY`, a sign-up ends without an interaction code.
    pub access: Access,
    /// The number of factors that a user must verify.
    pub factor_mode: FactorMode,
    /// The types of factors. At least one of these constraints must hold. An empty list means no constraint.
    pub constraints: Vec<Constraint>,
    /// Whether a page after the last step offers to stay signed in.
    pub keep_me_signed_in: KeepMeSignedInSettings,
}

/// The types of authenticators that a user must verify. All parts must hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Constraint {
    /// A knowledge factor: the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knowledge: Option<ConstraintPart>,
    /// A possession factor: email or phone (inferred: either of them; no source confirms this).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possession: Option<ConstraintPart>,
}

/// A part of a constraint.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ConstraintPart {
    /// The types of authenticators, such as `["password"]`.
    pub types: Vec<String>,
    /// Accepted without effect: it affects only later sign-ins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reauthenticate_in: Option<String>,
}

/// Whether a page offers to stay signed in.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schemars(rename = "KeepMeSignedIn")]
pub struct KeepMeSignedInSettings {
    /// After the last step.
    pub post_auth: PostAuth,
}

/// Whether a page after the last step offers to stay signed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum PostAuth {
    Allowed,
    #[default]
    NotAllowed,
}

/// The number of factors that a user must verify.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FactorMode {
    /// Any one authenticator.
    #[serde(rename = "1FA")]
    One,
    /// Any two authenticators.
    #[default]
    #[serde(rename = "2FA")]
    Two,
}

/// `MFA_ENROLL` policy: which authenticators a user must and can enroll.
#[derive(Debug, Clone, Serialize)]
pub struct AuthenticatorEnrollment {
    /// By authenticator key, or another name of it such as `okta_phone`.
    #[serde(flatten)]
    pub requirements: BTreeMap<AuthenticatorKey, Requirement>,
    /// The rule's `actions.enroll.self`.
    #[serde(rename = "self")]
    pub when: EnrollWhen,
}

impl Default for AuthenticatorEnrollment {
    fn default() -> Self {
        Self {
            requirements: BTreeMap::from([
                (AuthenticatorKey::OktaPassword, Requirement::Required),
                (AuthenticatorKey::OktaEmail, Requirement::Optional),
                (AuthenticatorKey::PhoneNumber, Requirement::Optional),
            ]),
            when: EnrollWhen::default(),
        }
    }
}

impl AuthenticatorEnrollment {
    /// The requirement of one authenticator. An authenticator that the policy does not name is not allowed.
    pub fn of(&self, key: AuthenticatorKey) -> Requirement {
        self.requirements.get(&key).copied().unwrap_or(Requirement::NotAllowed)
    }

    /// Whether users enroll required authenticators only.
    pub(crate) fn never_offers_optional(&self) -> bool {
        matches!(self.when, EnrollWhen::Never | EnrollWhen::NeverIncludingRecovery)
    }
}

impl<'de> Deserialize<'de> for AuthenticatorEnrollment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AuthenticatorEnrollmentVisitor)
    }
}

/// The keys of `authenticatorEnrollment`.
static ENROLLMENT_KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let names = AuthenticatorKey::ALL.iter().map(|key| key.name());
    let aliases = AuthenticatorKey::ALL.iter().flat_map(|key| key.aliases().iter().copied());
    names.chain(aliases).chain(["self"]).collect()
});

impl JsonSchema for AuthenticatorEnrollment {
    fn schema_name() -> Cow<'static, str> {
        "AuthenticatorEnrollment".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let requirement = generator.subschema_for::<Requirement>();
        let mut properties: serde_json::Map<_, _> = ENROLLMENT_KEYS
            .iter()
            .map(|key| ((*key).to_owned(), requirement.clone().to_value()))
            .collect();
        properties.insert("self".to_owned(), generator.subschema_for::<EnrollWhen>().to_value());
        json_schema!({
            "type": "object",
            "description": "`MFA_ENROLL` policy: the authenticators that a user must and can enroll.",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

struct AuthenticatorEnrollmentVisitor;

impl<'de> Visitor<'de> for AuthenticatorEnrollmentVisitor {
    type Value = AuthenticatorEnrollment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of authenticator keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut policy = AuthenticatorEnrollment::default();
        while let Some(name) = members.next_key::<String>()? {
            match AuthenticatorKey::named(&name) {
                Some(key) => {
                    policy.requirements.insert(key, members.next_value()?);
                }
                None if name == "self" => policy.when = members.next_value()?,
                None => return Err(de::Error::unknown_field(&name, &ENROLLMENT_KEYS)),
            }
        }
        Ok(policy)
    }
}

/// Whether an authenticator must, can or cannot be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Requirement {
    Required,
    Optional,
    NotAllowed,
}

/// When optional authenticators are offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EnrollWhen {
    /// Each time the user signs in or signs up.
    #[default]
    Challenge,
    /// Has the same effect during a sign-up.
    Login,
    /// Never: the server skips the page with optional authenticators (inferred).
    Never,
    /// Has the same effect as `NEVER` during a sign-up.
    #[serde(rename = "NEVER_INCLUDING_RECOVERY")]
    NeverIncludingRecovery,
}

/// `OKTA_SIGN_ON` policy.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct GlobalSession {
    /// The factor that the start page asks for.
    pub primary_factor: PrimaryFactor,
    /// Accepted without effect: it affects only later sign-ins.
    pub require_factor: bool,
}

/// The factor that the start page asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PrimaryFactor {
    /// Username and password together.
    #[default]
    PasswordIdp,
    /// The username alone.
    PasswordIdpAnyFactor,
}

/// The custom authorization server named `default`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct AuthorizationServerSettings {
    /// Its name in the Admin Console.
    pub name: String,
    /// `aud` of its access tokens.
    pub audience: String,
    /// The grants in its access policy's rule. Without `interaction_code`, a transaction ends as soon as it starts.
    pub grant_types: Vec<String>,
    /// Custom scopes, beside those of OpenID Connect. Discovery does not list them, as Okta does not by default.
    pub scopes: Vec<String>,
    /// The lifetime of an access token in minutes, from 5 to 1440.
    pub access_token_lifetime_minutes: u32,
    /// The lifetime of a refresh token in minutes, at least that of an access token; 0 means unlimited. Rotation does not extend it.
    pub refresh_token_lifetime_minutes: u32,
    /// For how many minutes a refresh token stays valid without use, from 10 to 2628000.
    pub refresh_token_window_minutes: u32,
}

impl Default for AuthorizationServerSettings {
    fn default() -> Self {
        Self {
            name: "default".to_owned(),
            audience: "api://default".to_owned(),
            grant_types: ["interaction_code", "authorization_code", "refresh_token"]
                .map(str::to_owned)
                .to_vec(),
            scopes: Vec::new(),
            access_token_lifetime_minutes: 60,
            refresh_token_lifetime_minutes: 0,
            refresh_token_window_minutes: 7 * 24 * 60,
        }
    }
}

/// Rate limits, in addition to the limit on invalid codes. All are off by default.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct RateLimits {
    /// 10 requests with a state handle in 5 seconds.
    pub state_token: bool,
    /// 20 requests for a user in 5 seconds.
    pub user: bool,
    /// 15 text messages and 15 calls to a user in 5 minutes.
    pub phone_enrollment: bool,
    /// One message to a phone in 30 seconds.
    pub resend: bool,
}

/// The media type of IDX error responses. The recordings do not confirm either type, and okta-auth-js handles the two types differently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ErrorContentType {
    /// The type of every other IDX response.
    #[default]
    #[serde(rename = "application/ion+json")]
    Ion,
    /// Plain JSON.
    #[serde(rename = "application/json")]
    Json,
}

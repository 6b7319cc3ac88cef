//! The policies, by the names of Okta's Management API.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::org::attribute::Attribute;
use crate::state::names::{AuthenticatorKey, PhoneMethod};

/// Which generation of servers the answers look like. Newer ones say more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Generation {
    /// The compact answers of 2021.
    Of2021,
    /// With `allowedFor`, `user.profile` and `authentication`.
    #[default]
    Of2025,
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
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ProfileEnrollment {
    /// Whether unknown users may sign up.
    pub unknown_user_action: UnknownUserAction,
    /// `DENY` is as `unknownUserAction = "DENY"` (inferred).
    pub access: Access,
    /// What must be so before a user may use an app.
    pub activation_requirements: ActivationRequirements,
    /// The form.
    pub profile_attributes: Vec<Attribute>,
    /// The groups that a new user joins, besides Everyone.
    pub target_group_ids: Vec<String>,
    /// `["password"]` asks for the password on the form itself.
    pub enroll_authenticator_types: Vec<String>,
    /// The hook that is asked before a user is made; at most one.
    pub pre_registration_inline_hooks: Vec<InlineHook>,
    /// Accepted; it concerns later sign-ins, and changes no sign-up.
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
    /// Whether the password is asked for on the profile form.
    pub(crate) fn asks_for_password(&self) -> bool {
        self.enroll_authenticator_types.iter().any(|kind| kind == "password")
    }
}

/// A registration inline hook of a user's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InlineHook {
    /// Where it is asked.
    pub url: String,
    /// Its id at Okta; only shown.
    #[serde(default)]
    pub inline_hook_id: Option<String>,
    /// Real milliseconds until an answer is given up; Okta's own limit is three seconds, with one retry.
    #[serde(default = "three_seconds")]
    pub timeout_millis: u64,
}

fn three_seconds() -> u64 {
    3000
}

/// Whether missing attributes are asked for at later sign-ins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ProgressiveProfiling {
    #[default]
    Enabled,
    Disabled,
}

/// What happens to a user whom the org does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum UnknownUserAction {
    /// They may sign up.
    Register,
    /// They may not.
    Deny,
}

/// Whether something is allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Access {
    #[default]
    Allow,
    Deny,
}

/// What must be so before a user may use an app.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ActivationRequirements {
    /// Whether the address must be verified.
    pub email_verification: bool,
}

/// `ACCESS_POLICY` rule, `actions.appSignOn`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct AppSignOn {
    /// `DENY` ends a sign-up without a code.
    pub access: Access,
    /// How much a user must prove.
    pub factor_mode: FactorMode,
    /// Of what kinds: one of the constraints must hold, and all parts of it. None is no constraint.
    pub constraints: Vec<Constraint>,
    /// Whether the user is asked to stay signed in, after the last step.
    pub keep_me_signed_in: KeepMeSignedIn,
}

/// What kinds of authenticators a user must prove themselves with.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Constraint {
    /// Something they know: the password.
    pub knowledge: Option<ConstraintPart>,
    /// Something they have: mail or phone (inferred: any of them, no source settles it).
    pub possession: Option<ConstraintPart>,
}

/// A part of a constraint. Its members are accepted, and only `types` could matter: the one knowledge here is the password.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ConstraintPart {
    /// Such as `["password"]`.
    pub types: Vec<String>,
    /// Accepted; it concerns later sign-ins.
    pub reauthenticate_in: Option<String>,
}

/// Whether the user is asked to stay signed in.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct KeepMeSignedIn {
    /// After the last step.
    pub post_auth: PostAuth,
}

/// Whether the user is asked to stay signed in after the last step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum PostAuth {
    Allowed,
    #[default]
    NotAllowed,
}

/// How much a user must prove.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum FactorMode {
    /// Any one authenticator.
    #[serde(rename = "1FA")]
    One,
    /// A password and another, or two others.
    #[default]
    #[serde(rename = "2FA")]
    Two,
}

/// `MFA_ENROLL` policy: which authenticators a user must and can enroll.
#[derive(Debug, Clone)]
pub struct AuthenticatorEnrollment {
    /// By authenticator key. `okta_phone` is another name of `phone_number`.
    pub requirements: BTreeMap<AuthenticatorKey, Requirement>,
    /// The rule's `actions.enroll.self`.
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
}

impl<'de> Deserialize<'de> for AuthenticatorEnrollment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AuthenticatorEnrollmentVisitor)
    }
}

/// The keys of `authenticatorEnrollment`.
static ENROLLMENT_KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    AuthenticatorKey::ALL.iter().map(|key| key.name()).chain(["okta_phone", "self"]).collect()
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

/// Whether an authenticator must, may or may not be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Requirement {
    Required,
    Optional,
    NotAllowed,
}

/// When optional authenticators are proposed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EnrollWhen {
    /// Whenever the user signs in or up.
    #[default]
    Challenge,
    /// The same during a sign-up.
    Login,
    /// Never: the page of optional authenticators is left out (inferred).
    Never,
}

/// The authenticators themselves, by key.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(transform = name_the_phone_twice)]
pub struct AuthenticatorSettings {
    /// The mail.
    pub okta_email: EmailSettings,
    /// The phone.
    #[serde(alias = "okta_phone")]
    pub phone_number: PhoneSettings,
}

/// Adds `okta_phone`, the phone's other name in Okta's documents.
fn name_the_phone_twice(schema: &mut Schema) {
    if let Some(serde_json::Value::Object(properties)) = schema.get_mut("properties")
        && let Some(phone) = properties.get("phone_number").cloned()
    {
        properties.insert("okta_phone".to_owned(), phone);
    }
}

/// The mail.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct EmailSettings {
    /// How long a code lives, in minutes.
    pub token_lifetime_in_minutes: u32,
    /// Whether clients show "check your email" first (`contextualData.useEmailMagicLink`).
    pub use_email_magic_link: bool,
}

impl Default for EmailSettings {
    fn default() -> Self {
        Self { token_lifetime_in_minutes: 5, use_email_magic_link: false }
    }
}

/// The phone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PhoneSettings {
    /// What is active, in this order on the wire.
    pub methods: Vec<PhoneMethod>,
}

impl Default for PhoneSettings {
    fn default() -> Self {
        Self { methods: vec![PhoneMethod::Sms, PhoneMethod::Voice] }
    }
}

/// `OKTA_SIGN_ON` policy.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct GlobalSession {
    /// What the start page asks for first.
    pub primary_factor: PrimaryFactor,
    /// Accepted; it concerns later sign-ins.
    pub require_factor: bool,
}

/// What the start page asks for first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PrimaryFactor {
    /// Username and password together.
    #[default]
    PasswordIdp,
    /// The username alone.
    PasswordIdpAnyFactor,
}

/// The custom authorization server named `default`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct AuthorizationServerSettings {
    /// Its name in the Admin Console.
    pub name: String,
    /// `aud` of its access tokens.
    pub audience: String,
    /// The grants of its access policy's rule. Without `interaction_code` a transaction ends as it begins.
    pub grant_types: Vec<String>,
}

impl Default for AuthorizationServerSettings {
    fn default() -> Self {
        Self {
            name: "default".to_owned(),
            audience: "api://default".to_owned(),
            grant_types: ["interaction_code", "authorization_code"].map(str::to_owned).to_vec(),
        }
    }
}

/// Which limits hold besides the one on wrong codes. All are off unless asked for.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct RateLimits {
    /// 10 requests with a state handle in 5 seconds.
    pub state_token: bool,
    /// 20 requests for a user in 5 seconds.
    pub user: bool,
    /// 15 text messages, and 15 calls, to a user in 5 minutes.
    pub phone_enrollment: bool,
    /// One message to a phone in 30 seconds.
    pub resend: bool,
}

/// The media type of an IDX answer that refuses. The recordings do not settle it, and it changes what okta-auth-js makes of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ErrorContentType {
    /// As every other IDX answer.
    #[default]
    #[serde(rename = "application/ion+json")]
    Ion,
    /// Plain JSON.
    #[serde(rename = "application/json")]
    Json,
}

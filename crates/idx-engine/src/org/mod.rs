//! The org's document: every setting under its name in Okta's Management API, read from TOML or JSON.

mod app;
mod attribute;
pub mod catalogue;
mod document;
mod locate;
mod password;
mod pattern;
pub mod presets;
mod read;
mod settings;

pub use app::{App, AppKind};
pub use attribute::{Attribute, AttributeKind, EnumValue};
pub use document::Org;
pub use password::{Age, Complexity, HashCost, Lockout, Password, PasswordReset};
pub use pattern::Wildcard;
pub use read::DocumentError;
pub use settings::{
    Access, ActivationRequirements, AppSignOn, AuthenticatorEnrollment, AuthenticatorSettings,
    AuthorizationServerSettings, Constraint, ConstraintPart, EmailSettings, EnrollWhen,
    ErrorContentType, FactorMode, Generation, GlobalSession, InlineHook, KeepMeSignedIn,
    PhoneSettings, PostAuth, PrimaryFactor, ProfileEnrollment, ProgressiveProfiling, RateLimits,
    Requirement, UnknownUserAction,
};

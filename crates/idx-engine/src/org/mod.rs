//! The org's document: every setting under its name in Okta's Management API, read from TOML or JSON.

mod app;
mod attribute;
pub mod catalogue;
mod deserializer;
mod document;
mod draft;
mod error;
mod inline_hook;
mod json;
mod key_path;
mod locate;
mod nearest;
mod overlay;
mod password;
mod pattern;
mod policies;
mod policy_api;
pub mod presets;
mod problem;
mod read;
mod schema;
mod settings;
#[cfg(test)]
mod tests;
mod validate;

pub use crate::authenticators::{AuthenticatorSettings, EmailSettings, PhoneSettings};
pub use app::{App, AppKind, AuthMethod, RefreshTokenSettings, RotationType};
pub use attribute::{Attribute, AttributeKind, EnumValue, Pattern};
pub use document::Org;
pub use error::{DocumentError, DocumentMistake};
pub use inline_hook::{AuthScheme, AuthSchemeType, Header, InlineHook};
pub use key_path::{KeyPath, KeySegment};
pub(crate) use password::LONGEST_PASSWORD;
pub use password::{Age, Complexity, HashCost, Lockout, Password, PasswordReset};
pub use pattern::Wildcard;
pub(crate) use policies::Policies;
pub use policy_api::Note;
pub use problem::Problem;
pub use schema::schema;
pub use settings::{
    Access, ActivationRequirements, AppSignOn, AuthenticatorEnrollment,
    AuthorizationServerSettings, Constraint, ConstraintPart, EnrollWhen, ErrorContentType,
    FactorMode, Generation, GlobalSession, KeepMeSignedInSettings, PostAuth, PrimaryFactor,
    ProfileEnrollment, ProgressiveProfiling, RateLimits, Requirement, UnknownUserAction,
};
pub(crate) use validate::Findings;

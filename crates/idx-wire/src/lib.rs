//! The JSON that client and server see, and nothing else: no rules, no I/O.
//!
//! Answers are typed structs that borrow what they show and are serialised straight to bytes. The order of the members in
//! each struct is the order on the wire, as recorded from Okta; absent members are left out, never `null`.
//!
//! ```
//! use idx_wire::{Field, Form, Href};
//! let form = Form::new("skip", Href::new("https://org.example", "/idp/idx/skip"), vec![Field::state_handle("02abc")]);
//! assert!(serde_json::to_string(&form).unwrap().starts_with(r#"{"rel":["create-form"],"name":"skip","href":"https://org.example/idp/idx/skip""#));
//! ```

mod api_error;
mod authenticator;
mod claims;
mod discovery;
mod field;
mod form;
pub mod from_object;
mod message;
mod oauth;
mod request;
mod response;
mod wrapper;

pub use api_error::{ApiError, ErrorCause};
pub use authenticator::{
    Age, Authenticator, Complexity, ContextualData, CurrentAuthenticator, MaskedProfile, Method,
    Settings,
};
pub use claims::{AccessClaims, IdClaims};
pub use discovery::Discovery;
pub use field::{
    AuthenticatorChoice, Choice, Display, DisplayChoice, Field, FieldValue, NestedForm,
};
pub use form::{Form, Href, ION_JSON, JSON_FORM};
pub use from_object::FromObject;
pub use message::{Class, I18n, Message};
pub use oauth::{InteractResponse, OAuthError, TokenIntrospection, TokenResponse, Userinfo};
pub use request::{AuthenticatorBody, CredentialsBody, IdxBody, Number, Scalar};
pub use response::{
    App, Authentication, AuthenticationRequest, FailureRedirect, IdxResponse, Issuer, NoSession,
    SuccessForm, User, UserProfile,
};
pub use wrapper::{Array, Object};

//! The OAuth endpoints of both authorization servers.

mod claims;
mod client;
mod discovery;
mod grant_type;
mod interact;
mod issued;
mod manage;
mod redeem;
mod refresh;
mod refuse;
mod scopes;
mod token;
mod token_id;
pub(crate) mod uri;
mod userinfo;

pub(crate) use discovery::discovery;
pub(crate) use interact::interact;
pub(crate) use manage::{introspect, logout, not_emulated, repeated_parameter, revoke};
pub(crate) use refuse::{error_body, refuse};
pub(crate) use token::token;
pub(crate) use userinfo::userinfo;

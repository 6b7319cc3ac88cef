//! The built-in client: plain HTTP that follows `href`, `method` and hidden fields, as the SDKs do.

mod client;
mod form;
mod oauth;
mod pages;

pub use client::WireClient;
pub(crate) use oauth::oauth_base;

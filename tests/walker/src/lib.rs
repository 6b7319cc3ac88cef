//! Reads IDX pages and signs a user up, for tests, benchmarks and fuzz targets.
//!
//! Only test code depends on this crate. The validator of the black-box tests does not: it has its own definition of IDX.

pub mod page;
mod walker;

pub use walker::{Walker, poll_once};

/// A password that every preset's policy accepts.
pub const PASSWORD: &str = "Sup3rSafe-words";
/// The PKCE verifier of every test. It is constant because tests do not need secrecy.
pub const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
/// The S256 challenge of [`VERIFIER`], computed with another program.
pub const CHALLENGE: &str = "mg3QoZgnRJxQy_jYdfW7D8wJkoziCuM8Yhos7PwVvsI";

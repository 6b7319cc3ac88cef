//! Black-box tests of the whole: the harness they share, and a validator that knows IDX by itself.

pub mod command;
pub mod http;
pub mod jwt;
pub mod modules;
mod openapi;
pub mod org;
pub mod round_trip;
pub mod sign_up;
pub mod validator;
pub mod workspace;

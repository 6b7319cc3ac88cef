//! Helpers for the black-box tests, and a validator with its own definition of IDX.

pub mod command;
pub mod http;
pub mod jwt;
pub mod modules;
mod openapi;
pub mod org;
pub mod raw;
pub mod round_trip;
pub mod sign_up;
pub mod validator;
pub mod workspace;

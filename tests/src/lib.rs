//! Black-box tests of the whole: the harness they share, and a validator that knows IDX by itself.

pub mod validator;
pub mod workspace;

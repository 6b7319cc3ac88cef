//! The black-box tests, one binary.

mod cli;
mod concurrency;
mod control;
mod cors;
mod coverage;
mod docs;
mod golden;
mod replay;
mod robustness;
mod sign_up;
mod tidy;
mod token;

//! The black-box tests, over the store in memory.

mod circles;
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

use idx_tests::org::Org;

/// How often each race is run.
const ROUNDS: usize = 1_000;

//! The black-box tests, over the in-memory store.

mod circles;
mod cli;
mod client_authentication;
mod client_requests;
mod clock;
mod concurrency;
mod control;
mod cors;
mod coverage;
mod docs;
mod golden;
mod head_requests;
mod language;
mod mobile;
mod org_document;
mod replay;
mod robustness;
mod serve_watch;
mod sign_up;
mod tidy;
mod token;

use idx_tests::org::Org;

/// The number of runs of each race.
const ROUNDS: usize = 1_000;

//! The black-box tests again, over a store that passes every record through JSON and yields at each call: nothing may be shared past the store's seam.

#[path = "../it/concurrency.rs"]
mod concurrency;
#[path = "../it/control.rs"]
mod control;
#[path = "../it/cors.rs"]
mod cors;
#[path = "../it/replay.rs"]
mod replay;
#[path = "../it/robustness.rs"]
mod robustness;
#[path = "../it/sign_up.rs"]
mod sign_up;
#[path = "../it/token.rs"]
mod token;

use idx_tests::round_trip::Org;

/// How often each race is run. The store is slow, and interleaves the requests of each round by itself.
const ROUNDS: usize = 50;

//! The black-box tests again, over a store that serialises every record to JSON and yields at each call. They prove that all state passes
//! through the store.

#[path = "../it/concurrency.rs"]
mod concurrency;
#[path = "../it/control.rs"]
mod control;
#[path = "../it/cors.rs"]
mod cors;
#[path = "../it/org_document.rs"]
mod org_document;
#[path = "../it/replay.rs"]
mod replay;
#[path = "../it/robustness.rs"]
mod robustness;
#[path = "../it/sign_up.rs"]
mod sign_up;
#[path = "../it/token.rs"]
mod token;

use idx_tests::round_trip::Org;

/// The number of runs of each race. The store is slow, and each run already interleaves its requests.
const ROUNDS: usize = 50;

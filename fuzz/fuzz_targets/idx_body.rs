//! The body of an IDX call.
#![no_main]

use idx_engine::Call;
use idx_fuzz::mutate;
use idx_wire::IdxBody;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Some(Call::Idx(_, read)) = idx_server::fuzz::idx_call(body) else { return };
    // Ignored members can contain values that `Value` cannot represent, such as a number that is too large.
    let Ok(document) = serde_json::from_slice::<Value>(body) else { return };
    // `Value` rounds these numbers, and the body keeps their digits.
    let profile = document["userProfile"].as_object();
    if profile.is_some_and(|profile| profile.values().any(Value::is_f64)) {
        return;
    }
    assert_eq!(serde_json::from_value::<IdxBody>(document).ok(), Some(*read));
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::json)
});

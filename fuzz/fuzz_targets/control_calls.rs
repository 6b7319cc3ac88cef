//! The body of a control API call.
#![no_main]

use idx_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|body: &[u8]| {
    // Each call refuses the members of the other, so no object is valid for both.
    let accepted = idx_server::fuzz::control_calls(body);
    assert!(!(accepted[0] && accepted[1]), "a user and fault rules at once");
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::json)
});

//! The body of a call of the control API.
#![no_main]

use idx_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|body: &[u8]| {
    // An object could be both only if each call knew the other's members.
    let taken = idx_server::fuzz::control_calls(body);
    assert!(!(taken[0] && taken[1]), "a person and a list of faults at once");
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::json)
});

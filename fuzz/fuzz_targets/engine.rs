//! A script of calls to the engine; `idx_fuzz::lab` checks the engine's guarantees.
#![no_main]

use idx_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|text: &str| idx_fuzz::script::play(text));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::conversation)
});

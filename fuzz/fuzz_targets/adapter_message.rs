//! A line from an adapter: its hello or a reply.
#![no_main]

use idx_runner::ClientReport;
use idx_runner::{Hello, Reply};
use idx_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use serde_json::Value;

fuzz_target!(|line: &[u8]| {
    let Ok(line) = serde_json::from_slice::<Value>(line) else { return };
    if let Ok(hello) = serde_json::from_value::<Hello>(line.clone()) {
        assert!(line["operations"].is_array() || line.is_array(), "{hello:?}");
    }
    if let Ok(reply) = serde_json::from_value::<Reply>(line) {
        let status = reply.status;
        assert_eq!(ClientReport::from(reply).status, status);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::json)
});

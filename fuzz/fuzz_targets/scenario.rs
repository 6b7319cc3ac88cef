//! A scenario file.
#![no_main]

use idx_scenario::Source;
use idx_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|text: &str| {
    let source = Source { name: "fuzz.toml".to_owned(), text: text.to_owned() };
    // The same text also serves as a file of shared steps.
    let shared = |name: &str| (name == "itself").then(|| source.clone());
    match source.scenario(&shared) {
        Ok(scenario) => assert!(!scenario.cases.is_empty(), "{scenario:?}"),
        Err(mistakes) => {
            assert!(!mistakes.0.is_empty(), "refused without a mistake");
            assert!(mistakes.to_string().contains("fuzz.toml:"), "{mistakes}");
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::toml)
});

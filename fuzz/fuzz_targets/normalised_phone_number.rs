//! A phone number as a user types it.
#![no_main]

use idx_engine::normalised_phone_number;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|typed: &str| {
    let Some(number) = normalised_phone_number(typed) else { return };
    assert!((8..=16).contains(&number.len()), "{number:?}");
    assert!(number[1..].bytes().all(|byte| byte.is_ascii_digit()), "{number:?}");
    assert_eq!(normalised_phone_number(&number), Some(number));
});

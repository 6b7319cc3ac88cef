//! The system's randomness, for values that must not be guessed or repeated. An org's responses use the org's seed instead.

/// Generates a seed of 32 bits: short enough to type, and exact in every JSON parser.
pub fn draw_seed() -> u64 {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    u32::from_le_bytes(bytes).into()
}

/// Uses the system's source directly. The crypto library's source is as good, but takes 50 ms to start.
pub(crate) fn fill(bytes: &mut [u8]) {
    // The system's source does not fail on a running machine; zeros would still be a valid seed.
    let _ = getrandom::fill(bytes);
}

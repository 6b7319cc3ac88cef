//! The judge: scenario language, recording proxy, drivers, rules and reports. Knows IDX by itself.

//! idxlab as a library: the emulated org in the process of a Rust test.

//! Tests of the engine's public API: complete sign-ups, properties of random sign-ups, concurrent calls and golden documents.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing must fail")]

mod lab;
mod walk;

mod docs;
mod explore;
mod golden;
mod golden_variants;
mod isolation;
mod proofs;
mod properties;
mod races;
mod random_orgs;
mod refresh;
mod resends;
mod sign_up;
mod stale_tabs;
mod variants;

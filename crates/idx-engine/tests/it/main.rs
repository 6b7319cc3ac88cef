//! The engine from outside: whole sign-ups, properties over random ones, races, and a golden document for each kind of answer.

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

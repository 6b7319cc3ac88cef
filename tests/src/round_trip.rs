//! An emulated org whose store serialises every record to JSON on each load and commit.

use std::ops::Deref;

use idxlab::{Builder, Emulator, StoreKind};

use crate::org;

/// An [`org::Org`] with the round-trip store.
#[derive(Debug)]
pub struct Org(org::Org);

impl Org {
    /// Starts an org with the default preset.
    pub async fn start() -> Self {
        Self::of(Emulator::builder()).await
    }

    /// Starts an org with the named preset.
    pub async fn preset(name: &str) -> Self {
        Self::of(Emulator::builder().preset(name)).await
    }

    /// Starts an org with the default preset and a seed.
    pub async fn seeded(seed: u64) -> Self {
        Self::of(Emulator::builder().seed(seed)).await
    }

    /// Starts an org with the default preset. Requests can race although the emulator has only one thread, because each store call yields.
    pub async fn served() -> Self {
        Self::start().await
    }

    async fn of(builder: Builder) -> Self {
        Self(org::Org::of(builder.store(StoreKind::RoundTrip)).await)
    }
}

impl Deref for Org {
    type Target = org::Org;

    fn deref(&self) -> &org::Org {
        &self.0
    }
}

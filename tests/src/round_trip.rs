//! An emulated org whose records pass through JSON on their way to the store and back.

use std::ops::Deref;

use idxlab::{Builder, Emulator, StoreKind};

use crate::org;

/// An org like [`org::Org`], over the round-trip store.
#[derive(Debug)]
pub struct Org(org::Org);

impl Org {
    /// The default preset.
    pub async fn start() -> Self {
        Self::of(Emulator::builder()).await
    }

    /// Another preset.
    pub async fn preset(name: &str) -> Self {
        Self::of(Emulator::builder().preset(name)).await
    }

    /// The default preset with a random seed of its own.
    pub async fn seeded(seed: u64) -> Self {
        Self::of(Emulator::builder().seed(seed)).await
    }

    /// The default preset. Requests race in the emulator's one thread too, since each call of the store yields.
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

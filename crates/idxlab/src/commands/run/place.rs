//! What is run against, and through which client.

use std::sync::Arc;

use idx_conformance::drivers::adapter::AdapterPool;
use idx_conformance::runner::{ClientChoice, Place, Target};

use super::Args;

/// The emulator, which lives as long as this, or a target.
pub(super) struct Opened {
    pub(super) place: Place,
    _emulator: Option<idxlab::Emulator>,
}

/// Starts the emulator, unless there is a target.
pub(super) async fn open(args: &Args) -> Result<Opened, String> {
    if let Some(issuer) = &args.target {
        let target = Target {
            issuer: issuer.trim_end_matches('/').to_owned(),
            client_id: args.client_id.clone().unwrap_or_default(),
            client_secret: args.client_secret.clone(),
            redirect_uri: args.redirect_uri.clone(),
            inbox: args.inbox.clone(),
        };
        return Ok(Opened { place: Place::Target(target), _emulator: None });
    }
    let emulator = idxlab::Emulator::start()
        .await
        .map_err(|error| format!("the emulator could not be started: {error}"))?;
    let control_url = emulator.control_url().to_owned();
    Ok(Opened { place: Place::Emulator { control_url }, _emulator: Some(emulator) })
}

/// Starts the client, so that one that is no adapter is told of once and not by every scenario.
pub(super) async fn client(args: &Args) -> Result<ClientChoice, String> {
    match &args.client {
        Some(command) => Ok(ClientChoice::Adapter(Arc::new(AdapterPool::start(command).await?))),
        None => Ok(ClientChoice::Wire),
    }
}

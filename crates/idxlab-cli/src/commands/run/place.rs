//! What is run against, and through which client.

use std::sync::Arc;

use idx_runner::drivers::adapter::AdapterPool;
use idx_runner::runner::{ClientChoice, Place};
use idx_runner::tls::{Tls, Trust};
use idx_server::Authority;
use tempfile::TempDir;

use super::Args;

/// What a run needs, as long as it lives.
pub(super) struct Opened {
    pub(super) place: Place,
    pub(super) tls: Option<Tls>,
    pub(super) trust: Trust,
    _emulator: Option<idxlab::Emulator>,
    _authority: Option<TempDir>,
}

/// Makes the authority, where clients speak TLS, and starts the emulator, unless there is a target.
pub(super) async fn open(args: &Args) -> Result<Opened, String> {
    let (tls, authority) = match args.tls.then(make_authority).transpose()? {
        Some((tls, folder)) => (Some(tls), Some(folder)),
        None => (None, None),
    };
    let mut trust = Trust::nobody();
    if let Some(tls) = &tls {
        trust = trust.and_file(&tls.ca_file).map_err(said)?;
    }
    let trust = args.target.trust(trust).map_err(said)?;
    let (place, emulator) = match args.target.target() {
        Some(target) => {
            target.find(&trust).await.map_err(said)?;
            (Place::Target(target), None)
        }
        None => {
            let emulator = emulator(tls.as_ref()).await?;
            (Place::Emulator { control_url: emulator.control_url().to_owned() }, Some(emulator))
        }
    };
    Ok(Opened { place, tls, trust, _emulator: emulator, _authority: authority })
}

/// Starts the client, so that one that is no adapter is told of once and not by every scenario.
pub(super) async fn client(args: &Args, opened: &Opened) -> Result<ClientChoice, String> {
    match &args.client {
        Some(command) => {
            let ca_file = opened.tls.as_ref().map(|tls| tls.ca_file.clone());
            Ok(ClientChoice::Adapter(Arc::new(AdapterPool::start(command, ca_file).await?)))
        }
        None => Ok(ClientChoice::Wire),
    }
}

/// An authority of this run alone; its files go with the folder.
fn make_authority() -> Result<(Tls, TempDir), String> {
    let failed = |reason: String| format!("the authority for TLS could not be made: {reason}");
    let folder = tempfile::Builder::new()
        .prefix("idxlab-tls-")
        .tempdir()
        .map_err(|error| failed(error.to_string()))?;
    let authority = Authority::read_or_make(&folder.path().join("ca.pem"))
        .map_err(|error| failed(error.to_string()))?;
    let ca_file = authority.file().to_owned();
    let acceptor = authority.into_acceptor().map_err(|error| failed(error.to_string()))?;
    Ok((Tls { acceptor, ca_file }, folder))
}

/// The emulator speaks TLS as the proxy does: the addresses that it hands out begin as those of the proxy.
async fn emulator(tls: Option<&Tls>) -> Result<idxlab::Emulator, String> {
    let mut builder = idxlab::Emulator::builder();
    if let Some(tls) = tls {
        builder = builder.tls(&tls.ca_file);
    }
    builder.start().await.map_err(|error| format!("the emulator could not be started: {error}"))
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

//! The server and the client of a run.

use std::io;
use std::sync::Arc;

use idx_runner::{
    AdapterPool, AdapterPoolError, ClientChoice, ServerChoice, TargetError, Tls, Trust, TrustError,
};
use idx_server::{Authority, AuthorityError};
use tempfile::TempDir;

use super::args::Args;

/// The servers and files that exist during a run.
pub(super) struct Setup {
    pub(super) server: ServerChoice,
    pub(super) tls: Option<Tls>,
    pub(super) trust: Trust,
    _emulator: Option<idxlab::Emulator>,
    _authority: Option<TempDir>,
}

/// The run could not be set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetupError {
    #[error("failed to create a temporary folder for the CA: {0}")]
    Folder(io::Error),
    #[error("failed to create the CA: {0}")]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error("failed to start the emulator: {0}")]
    Emulator(#[from] idxlab::StartError),
    #[error(transparent)]
    Client(#[from] AdapterPoolError),
}

/// Creates the CA for `--tls`, and starts the emulator unless there is a target.
pub(super) async fn set_up(args: &Args) -> Result<Setup, SetupError> {
    let (tls, authority) = match args.tls.then(create_authority).transpose()? {
        Some((tls, folder)) => (Some(tls), Some(folder)),
        None => (None, None),
    };
    let mut trust = Trust::nobody();
    if let Some(tls) = &tls {
        trust = trust.and_file(&tls.ca_file)?;
    }
    let trust = args.target.trust(trust)?;
    let (server, emulator) = match args.target.target() {
        Some(target) => {
            target.find(&trust).await?;
            (ServerChoice::Target(target), None)
        }
        None => {
            let emulator = start_emulator(tls.as_ref()).await?;
            (
                ServerChoice::Emulator { control_url: emulator.control_url().to_owned() },
                Some(emulator),
            )
        }
    };
    Ok(Setup { server, tls, trust, _emulator: emulator, _authority: authority })
}

/// Starts the client once, so that a command that is not an adapter is reported once and not for every scenario.
pub(super) async fn start_client(args: &Args, setup: &Setup) -> Result<ClientChoice, SetupError> {
    let Some(command) = &args.client else { return Ok(ClientChoice::Wire) };
    let ca_file = setup.tls.as_ref().map(|tls| tls.ca_file.clone());
    let pool = AdapterPool::start(command, ca_file).await?;
    Ok(ClientChoice::Adapter(Arc::new(pool)))
}

/// A CA for this run alone. Its files are deleted with the folder.
fn create_authority() -> Result<(Tls, TempDir), SetupError> {
    let folder =
        tempfile::Builder::new().prefix("idxlab-tls-").tempdir().map_err(SetupError::Folder)?;
    let authority = Authority::read_or_make(&folder.path().join("ca.pem"))?;
    let ca_file = authority.file().to_owned();
    let acceptor = authority.into_acceptor()?;
    Ok((Tls { acceptor, ca_file }, folder))
}

/// With TLS, the emulator serves HTTPS as the proxy does, because the URLs in its responses have the proxy's scheme.
async fn start_emulator(tls: Option<&Tls>) -> Result<idxlab::Emulator, idxlab::StartError> {
    let mut builder = idxlab::Emulator::builder();
    if let Some(tls) = tls {
        builder = builder.tls(&tls.ca_file);
    }
    builder.start().await
}

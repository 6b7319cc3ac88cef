//! `idxlab serve`.

mod control;
mod narrator;
mod reload;
mod welcome;

use std::io::{self, IsTerminal as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use idx_server::{
    Authority, AuthorityError, Events, Limits, Org, OrgDocument, PublicUrl, Server, Settings,
    StartError, StoreKind, draw_seed, parse_listen,
};
use tokio::runtime::Runtime;

use self::control::{ControlArgs, TokenError};
use super::orgs;
use crate::default_ca::default_ca;
use crate::exit_code::ExitCode;
use crate::output::{print, print_error};
use crate::stop_signal::stop_signal;

/// Run an emulated Okta org until you stop it with Ctrl-C.
///
/// Configure your application with the printed issuer and client id. The inbox page shows each message and its code. On a
/// terminal, the output shows them too.
#[derive(Debug, clap::Args)]
#[command(after_long_help = LIMITS)]
pub(crate) struct Args {
    /// Use this preset (see `idxlab presets`) or the org document in this file.
    #[arg(long, value_name = "PRESET|FILE", default_value = "password-plus-another-factor")]
    org: String,
    /// Reload the org document when the file changes. If the new document is invalid, print the reason to standard error and keep the current org.
    #[arg(long)]
    watch: bool,
    /// Listen on this address and port. Port 0 selects a free port. A loopback address is served on both IPv4 and IPv6.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:6480", value_parser = parse_listen)]
    listen: SocketAddr,
    /// Use this origin in every response. Set it if clients use a different address, for example behind a proxy or in a container.
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Serve HTTPS. The server creates a certificate for each host name that clients request.
    #[arg(long)]
    tls: bool,
    /// Sign certificates with this CA certificate and the key in FILE.key. If neither file exists, both are created
    /// [default: idxlab/ca.pem in the user's data folder].
    #[arg(long, value_name = "FILE", requires = "tls")]
    tls_ca: Option<PathBuf>,
    /// Set the random seed. The same seed reproduces the same codes, handles, ids and tokens [default: random].
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    control: ControlArgs,
    /// Print one line of JSON on standard output when the server is ready, and nothing else.
    #[arg(long)]
    json: bool,
    /// Print only errors.
    #[arg(long)]
    quiet: bool,
}

const LIMITS: &str = "\
Limits:
  GET /_idxlab/api/limits shows the size and the limit of each collection of an org.
  The README lists every limit and how the server responds when it is reached.
  A transaction is kept for one hour after it ends, and a user until a reset.

Examples:
  idxlab serve
  idxlab serve --org email-and-password-required --seed 7
  idxlab serve --org my-org.toml --watch
  idxlab serve --org my-org.toml --listen 127.0.0.1:0 --json
  idxlab serve --tls --tls-ca ca.pem
  idxlab serve --listen 0.0.0.0:6480 --public-url http://idx.test:6480 --control-token-file token.txt

Exit codes:
  0  stopped by a signal
  2  the command line is invalid
  3  the org document or the CA file is invalid
  4  the server could not listen";

/// The server could not be started.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(
        "--watch needs the file of an org document: {0:?} is not a file; choose one with --org"
    )]
    NotAFile(String),
    #[error("failed to watch the org document: {0}")]
    Watch(#[from] notify_debouncer_full::notify::Error),
    #[error("failed to find the user's data folder for the CA; choose a file with --tls-ca")]
    NoDataFolder,
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("failed to start threads: {0}")]
    Threads(io::Error),
    #[error("failed to listen for signals: {0}")]
    Signals(io::Error),
    #[error("{0}; choose another address with --listen, or a free port with --listen 127.0.0.1:0")]
    Start(#[from] StartError),
}

impl Error {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::NotAFile(_) | Self::Token(_) => ExitCode::Usage,
            Self::NoDataFolder | Self::Authority(_) => ExitCode::InvalidFile,
            Self::Threads(_) | Self::Signals(_) | Self::Start(_) | Self::Watch(_) => {
                ExitCode::Unreachable
            }
        }
    }
}

pub(crate) fn run(args: Args) -> ExitCode {
    let org = match OrgDocument::read(&args.org) {
        Ok(document) => document.org,
        Err(error) => {
            print_error(&orgs::refusal(&error));
            return ExitCode::InvalidFile;
        }
    };
    match start(args, org) {
        Ok(()) => ExitCode::Passed,
        Err(error) => {
            print_error(&format!("error: {error}"));
            error.exit_code()
        }
    }
}

fn start(args: Args, org: Org) -> Result<(), Error> {
    if args.watch && !Path::new(&args.org).is_file() {
        return Err(Error::NotAFile(args.org));
    }
    let authority = authority(&args)?;
    let runtime = Runtime::new().map_err(Error::Threads)?;
    let result = runtime.block_on(serve(args, org, authority));
    // Requests that still wait for a message are dropped.
    runtime.shutdown_background();
    result
}

async fn serve(args: Args, org: Org, tls: Option<Authority>) -> Result<(), Error> {
    // Signals are handled before the address is printed, so that the server can always be stopped cleanly.
    let stop = stop_signal().map_err(Error::Signals)?;
    let (events, narrator) = if !args.quiet && !args.json && io::stdout().is_terminal() {
        let (events, receiver) = Events::channel();
        (events, Some(receiver))
    } else {
        (Events::default(), None)
    };
    let settings = Settings {
        org,
        listen: args.listen,
        public_url: args.public_url,
        seed: args.seed.unwrap_or_else(draw_seed),
        control_token: args.control.token()?,
        control_origins: args.control.origins,
        tls,
        store: StoreKind::default(),
        limits: Limits::default(),
        events,
    };
    let server = Server::bind(settings).await?;
    let _watcher = args.watch.then(|| reload::watch(&args.org, server.org())).transpose()?;
    if args.json {
        print(&welcome::json(&server.description()));
    } else if !args.quiet {
        print(&welcome::text(&server.description(), &args.org));
    }
    if let Some(events) = narrator {
        std::thread::spawn(move || narrator::narrate(&events));
    }
    server.serve(stop).await;
    Ok(())
}

/// The CA for `--tls`.
fn authority(args: &Args) -> Result<Option<Authority>, Error> {
    if !args.tls {
        return Ok(None);
    }
    let file = match &args.tls_ca {
        Some(file) => file.clone(),
        None => default_ca().ok_or(Error::NoDataFolder)?,
    };
    let public_host = args.public_url.as_ref().map(PublicUrl::certificate_name);
    Ok(Some(Authority::read_or_make_for(&file, public_host.as_deref())?))
}

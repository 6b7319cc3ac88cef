//! `idxlab serve`.

mod narrator;
mod welcome;

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc;

use idx_server::{
    Authority, Events, Org, OrgDocument, PublicUrl, Server, Settings, StoreKind, draw_seed,
    parse_listen,
};

use super::orgs;
use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// Serve an org that speaks Okta's IDX sign-up, until it is interrupted.
///
/// Point an application at the printed issuer and client id; the codes it sends appear on the inbox page and, on a terminal, here.
#[derive(Debug, clap::Args)]
#[command(after_long_help = LIMITS)]
pub(crate) struct Args {
    /// A preset (`idxlab presets` lists them) or the file of an org document.
    #[arg(long, value_name = "PRESET|FILE", default_value = "password-plus-another-factor")]
    org: String,
    /// Where to listen; port 0 takes a free one. A loopback address is listened on in IPv4 and IPv6, since localhost may be either.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:6480", value_parser = parse_listen)]
    listen: SocketAddr,
    /// The origin that every answer names, where clients reach the server by another address, as behind a proxy or in a container.
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Speak TLS, with a certificate for each name that a client asks for.
    #[arg(long)]
    tls: bool,
    /// The certificate of the authority that signs them; its key is FILE.key. Made and written there where neither exists. Left out, they are
    /// kept in the person's data folder, as idxlab/ca.pem.
    #[arg(long, value_name = "FILE", requires = "tls")]
    tls_ca: Option<PathBuf>,
    /// Makes codes, handles, ids and tokens the same each time; drawn and printed where it is not given.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// What the control API and the inbox page ask for when the address is beyond loopback; drawn and printed where it is not given.
    #[arg(long, value_name = "TOKEN")]
    control_token: Option<String>,
    /// Print exactly one line of JSON on standard output when the server is ready, and nothing else.
    #[arg(long)]
    json: bool,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
}

const LIMITS: &str = "\
What grows is bounded, per org: the journal keeps 1,000 exchanges and 8 MiB, the inbox 10,000 messages; a transaction goes an hour after \
it ended; people stay until a reset, at under 2 KB each. A request body may have 64 KiB, a head 64 KiB and 100 headers; a client has 75 \
seconds for a head and 30 for a body.

Examples:
  idxlab serve
  idxlab serve --org email-and-password-required --seed 7
  idxlab serve --org my-org.toml --listen 127.0.0.1:0 --json
  idxlab serve --tls --tls-ca ca.pem
  idxlab serve --listen 0.0.0.0:6480 --public-url http://idx.test:6480 --control-token secret

Exit codes: 0 stopped by a signal, 2 wrong command line, 3 wrong org document, 4 could not listen.";

pub(crate) fn run(args: Args) -> ExitCode {
    let org = match OrgDocument::read(&args.org) {
        Ok(document) => document.org,
        Err(error) => {
            print_error(&orgs::refusal(&error));
            return ExitCode::InvalidFile;
        }
    };
    let authority = match read_authority(&args) {
        Ok(authority) => authority,
        Err(message) => return refuse(&message, ExitCode::InvalidFile),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            return refuse(&format!("failed to start threads: {error}"), ExitCode::Unreachable);
        }
    };
    let code = runtime.block_on(serve(args, org, authority));
    // Whoever still waits for a message that may never come is not waited for.
    runtime.shutdown_background();
    code
}

async fn serve(args: Args, org: Org, tls: Option<Authority>) -> ExitCode {
    // The signals are caught before the address is known to anybody, so that a stop is clean from the first moment.
    let stop = match stop_signal() {
        Ok(stop) => stop,
        Err(error) => {
            return refuse(
                &format!("failed to listen for signals: {error}"),
                ExitCode::Unreachable,
            );
        }
    };
    let narrates = !args.quiet && !args.json && std::io::stdout().is_terminal();
    let (events, narrator) = if narrates {
        let (sender, receiver) = mpsc::channel();
        (Events::to(sender), Some(receiver))
    } else {
        (Events::default(), None)
    };
    let settings = Settings {
        org,
        listen: args.listen,
        public_url: args.public_url,
        seed: args.seed.unwrap_or_else(draw_seed),
        control_token: args.control_token,
        tls,
        store: StoreKind::default(),
        events,
    };
    let server = match Server::bind(settings).await {
        Ok(server) => server,
        Err(error) => {
            let message = format!(
                "{error}; another program may have the port: choose another with --listen, or a free one with --listen 127.0.0.1:0"
            );
            return refuse(&message, ExitCode::Unreachable);
        }
    };
    let described = if args.json {
        welcome::json(&server.description())
    } else if args.quiet {
        String::new()
    } else {
        welcome::text(&server.description(), &args.org)
    };
    print(&described);
    if let Some(events) = narrator {
        std::thread::spawn(move || narrator::narrate(&events));
    }
    server.serve(stop).await;
    ExitCode::Passed
}

/// The authority for TLS, if it was asked for.
fn read_authority(args: &Args) -> Result<Option<Authority>, String> {
    if !args.tls {
        return Ok(None);
    }
    let file = match (&args.tls_ca, data_folder()) {
        (Some(file), _) => file.clone(),
        (None, Some(folder)) => folder.join("idxlab/ca.pem"),
        (None, None) => return Err(
            "there is no data folder to keep the authority for TLS in; name a file with --tls-ca"
                .to_owned(),
        ),
    };
    Authority::read_or_make(&file).map(Some).map_err(|error| error.to_string())
}

/// By the rules of the XDG base directories.
fn data_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")))
}

/// Resolves at the first SIGINT or SIGTERM.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
        })
    }
}

fn refuse(message: &str, code: ExitCode) -> ExitCode {
    print_error(&format!("error: {message}"));
    code
}

//! `idxlab health`.

use std::path::PathBuf;
use std::time::Duration;

use idx_runner::{NoResponse, Trust, TrustError, health_status};
use idx_server::PublicUrl;
use tokio::runtime;

use crate::default_ca::default_ca;
use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

const EXIT_CODES: &str = "\
Exit codes:
  0  the server is healthy
  2  the command line is invalid
  4  the server could not be reached, or is not healthy";

/// Check whether a server is running and responds, for example in a container's health check.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Address of the server.
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:6480")]
    url: PublicUrl,
    /// Trust the CA in this PEM file [default: the CA of `serve --tls` and the CAs that this machine trusts].
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Accepted for compatibility. The health check needs no token.
    #[arg(long, value_name = "TOKEN", hide = true)]
    control_token: Option<String>,
}

/// How long the server may take to respond.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The server did not report that it is healthy.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("failed to start: {0}")]
    Runtime(std::io::Error),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    NoResponse(#[from] NoResponse),
    #[error("it responded with status {0}; another program may be using the port")]
    Unexpected(u16),
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match check(args) {
        Ok(()) => {
            print(&format!("{} is healthy\n", args.url));
            ExitCode::Passed
        }
        Err(error) => {
            print_error(&format!("error: failed to check {}: {error}", args.url));
            ExitCode::Unreachable
        }
    }
}

fn check(args: &Args) -> Result<(), Error> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let trust = trust(args)?;
    let status = health_status(args.url.as_str(), &trust, TIMEOUT);
    match runtime.map_err(Error::Runtime)?.block_on(status)? {
        200 => Ok(()),
        status => Err(Error::Unexpected(status)),
    }
}

/// Reading the machine's CAs takes a while, so it is done only for HTTPS.
fn trust(args: &Args) -> Result<Trust, TrustError> {
    let nobody = Trust::nobody();
    if !args.url.as_str().starts_with("https://") {
        return Ok(nobody);
    }
    match &args.ca {
        Some(file) => nobody.and_file(file),
        None => match default_ca().filter(|file| file.exists()) {
            Some(file) => nobody.and_machine().and_file(&file),
            None => Ok(nobody.and_machine()),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use idxlab::Emulator;

    use super::*;

    fn args(url: &str, ca: Option<PathBuf>) -> Args {
        Args { url: url.parse().unwrap(), ca, control_token: None }
    }

    /// Runs outside the test's runtime, as the command does.
    fn checked(args: Args) -> Result<(), Error> {
        std::thread::spawn(move || check(&args)).join().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn running_server_is_healthy_and_stopped_server_is_not() {
        let emulator = Emulator::start().await.unwrap();
        let url = emulator.base_url().to_owned();
        checked(args(&url, None)).unwrap();
        drop(emulator);
        assert!(checked(args(&url, None)).is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn https_server_is_healthy_for_those_who_trust_its_ca() {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        let emulator = Emulator::builder().tls(&ca).start().await.unwrap();
        let url = emulator.base_url().to_owned();
        assert!(url.starts_with("https://"));
        checked(args(&url, Some(ca))).unwrap();
        let another = folder.path().join("another.pem");
        drop(Emulator::builder().tls(&another).start().await.unwrap());
        assert!(checked(args(&url, Some(another))).is_err());
    }

    #[test]
    fn response_without_end_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            // It writes until the client has had enough.
            while stream.write_all(&[b' '; 65536]).is_ok() {}
        });
        assert!(matches!(checked(args(&url, None)), Err(Error::NoResponse(_))));
    }
}

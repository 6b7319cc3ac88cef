//! `idxlab health`.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use idx_server::PublicUrl;

use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// Check whether a server is running and responds, for example in a container's health check.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Address of the server. Only http:// is supported.
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:6480")]
    url: PublicUrl,
    /// Control token of the server. A server that does not listen on loopback requires one.
    #[arg(long, value_name = "TOKEN")]
    control_token: Option<String>,
}

const TIMEOUT: Duration = Duration::from_secs(5);

/// The server did not report that it is healthy.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("only http:// URLs are supported")]
    Scheme,
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("it requires a token; add --control-token")]
    Unauthorized,
    #[error("it responded with {0:?}; another program may be using the port")]
    Unexpected(String),
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
    let authority = args.url.as_str().strip_prefix("http://").ok_or(Error::Scheme)?;
    let with_port =
        if args.url.has_port() { authority.to_owned() } else { format!("{authority}:80") };
    let response = exchange(&with_port, &request(authority, args.control_token.as_deref()))?;
    let status_line = response.lines().next().unwrap_or_default();
    match status_line.split(' ').nth(1) {
        Some("200") => Ok(()),
        Some("401") => Err(Error::Unauthorized),
        _ => Err(Error::Unexpected(status_line.to_owned())),
    }
}

fn request(authority: &str, token: Option<&str>) -> String {
    let authorization =
        token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!(
        "GET /_idxlab/api/health HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n{authorization}\r\n"
    )
}

fn exchange(address: &str, request: &str) -> std::io::Result<String> {
    let mut last = std::io::Error::other("the host name has no address");
    for socket in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&socket, TIMEOUT) {
            Ok(mut stream) => {
                stream.set_read_timeout(Some(TIMEOUT))?;
                stream.write_all(request.as_bytes())?;
                let mut response = Vec::new();
                stream.read_to_end(&mut response)?;
                return Ok(String::from_utf8_lossy(&response).into_owned());
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use idxlab::Emulator;

    use super::*;

    fn checked(url: &str) -> Result<(), Error> {
        check(&Args { url: url.parse().unwrap(), control_token: None })
    }

    #[tokio::test]
    async fn running_server_is_healthy_and_stopped_server_is_not() {
        let emulator = Emulator::start().await.unwrap();
        let url = emulator.base_url().to_owned();
        checked(&url).unwrap();
        drop(emulator);
        assert!(checked(&url).is_err());
    }

    #[test]
    fn request_contains_the_control_token() {
        assert!(request("a:1", Some("secret")).contains("\r\nAuthorization: Bearer secret\r\n"));
        assert!(request("a:1", None).ends_with("Connection: close\r\n\r\n"));
    }
}

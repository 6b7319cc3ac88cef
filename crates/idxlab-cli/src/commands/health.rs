//! `idxlab health`.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use idx_server::PublicUrl;

use crate::exit_code::ExitCode;

/// Ask a running server whether it answers: for a container's health check, or a script that waits for it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where it listens, without TLS.
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:6480")]
    url: PublicUrl,
    /// What the server printed, where it listens beyond loopback.
    #[arg(long, value_name = "TOKEN")]
    control_token: Option<String>,
}

/// How long a server may take to say a word.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn run(args: &Args) -> ExitCode {
    let (line, code) = match ask(args) {
        Ok(()) => (format!("{} answers", args.url), ExitCode::Passed),
        Err(reason) => {
            (format!("error: {} does not answer: {reason}", args.url), ExitCode::Unreachable)
        }
    };
    // The exit code tells, whoever reads the words.
    let _ = match code {
        ExitCode::Passed => writeln!(anstream::stdout(), "{line}"),
        _ => writeln!(anstream::stderr(), "{line}"),
    };
    code
}

fn ask(args: &Args) -> Result<(), String> {
    let authority =
        args.url.as_str().strip_prefix("http://").ok_or("only http:// addresses are asked")?;
    let with_port =
        if args.url.has_port() { authority.to_owned() } else { format!("{authority}:80") };
    let answer = exchange(&with_port, &request(authority, args.control_token.as_deref()))
        .map_err(|error| error.to_string())?;
    let status = answer.lines().next().unwrap_or_default();
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        Some("401") => Err("it listens beyond loopback and asks for --control-token".to_owned()),
        _ => Err(format!("it said {status:?}; another program may have the port")),
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
    let mut last = std::io::Error::other("the name has no address");
    for socket in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&socket, PATIENCE) {
            Ok(mut stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.write_all(request.as_bytes())?;
                let mut answer = Vec::new();
                stream.read_to_end(&mut answer)?;
                return Ok(String::from_utf8_lossy(&answer).into_owned());
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

    fn asked(url: &str) -> Result<(), String> {
        ask(&Args { url: url.parse().unwrap(), control_token: None })
    }

    #[tokio::test]
    async fn a_server_answers_while_it_runs() {
        let emulator = Emulator::start().await.unwrap();
        let url = emulator.base_url().to_owned();
        assert_eq!(asked(&url), Ok(()));
        drop(emulator);
        assert!(asked(&url).is_err());
    }

    #[test]
    fn the_token_goes_with_the_question() {
        assert!(request("a:1", Some("secret")).contains("\r\nAuthorization: Bearer secret\r\n"));
        assert!(request("a:1", None).ends_with("Connection: close\r\n\r\n"));
    }
}

//! Calls a person's own registration hook, with nothing locked.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use idx_engine::{HookCall, HookOutcome};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The longest answer of a hook that is read.
const LIMIT: usize = 1024 * 1024;

/// Asks the hook, and asks once more where it did not answer in time.
pub(crate) async fn ask(call: &HookCall) -> HookOutcome {
    let patience = Duration::from_millis(call.timeout_ms);
    for _ in 0..call.attempts {
        if let Ok(answered) = timeout(patience, exchange(call)).await {
            return answered.unwrap_or(HookOutcome::Failed);
        }
    }
    HookOutcome::Failed
}

/// One call. None where nobody listens, or what answers is not HTTP.
async fn exchange(call: &HookCall) -> Option<HookOutcome> {
    let uri: Uri = call.url.parse().ok()?;
    let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"))?;
    let stream = TcpStream::connect((
        authority.host().trim_matches(['[', ']']),
        authority.port_u16().unwrap_or(80),
    ))
    .await
    .ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let driving = tokio::spawn(connection);
    let request = Request::post(uri.path_and_query().map_or("/", |target| target.as_str()))
        .header(HOST, authority.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .body(Full::new(Bytes::from(call.body.clone())))
        .ok()?;
    let answer = sender.send_request(request).await.ok()?;
    let status = answer.status().as_u16();
    let body = Limited::new(answer.into_body(), LIMIT).collect().await.ok()?.to_bytes().to_vec();
    driving.abort();
    Some(HookOutcome::Answered { status, body })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn asked(answers: &'static [&'static str], timeout_ms: u64) -> HookOutcome {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut silent = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = [0; 1024];
                let _ = stream.read(&mut head).await.unwrap();
                if answer.is_empty() {
                    silent.push(stream);
                } else {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            }
            std::future::pending::<()>().await;
        });
        ask(&HookCall { url, body: b"{}".to_vec(), timeout_ms, attempts: 2 }).await
    }

    #[tokio::test]
    async fn an_answer_is_read_whole() {
        let outcome = asked(&["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"], 5_000).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 200, body: b"{}".to_vec() });
        let outcome = asked(&["HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"], 5_000).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 500, body: Vec::new() });
    }

    #[tokio::test]
    async fn a_hook_that_says_nothing_is_asked_twice() {
        let outcome = asked(&["", "HTTP/1.1 204 No Content\r\n\r\n"], 200).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 204, body: Vec::new() });
        assert_eq!(asked(&["", ""], 50).await, HookOutcome::Failed);
    }

    #[tokio::test]
    async fn nobody_and_nonsense_are_failures() {
        assert_eq!(asked(&["nonsense\r\n\r\n"], 5_000).await, HookOutcome::Failed);
        for url in ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "nonsense"] {
            let call =
                HookCall { url: url.to_owned(), body: Vec::new(), timeout_ms: 5_000, attempts: 2 };
            assert_eq!(ask(&call).await, HookOutcome::Failed, "{url}");
        }
    }
}

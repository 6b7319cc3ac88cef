//! Calls the customer's registration inline hook. No lock is held during the call.

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

/// The maximum size of a hook's response, in bytes.
const RESPONSE_LIMIT: usize = 1024 * 1024;

/// Calls the hook, and calls it again if it does not respond in time.
pub(crate) async fn ask(call: &HookCall) -> HookOutcome {
    let time_limit = Duration::from_millis(call.timeout_ms);
    for _ in 0..call.attempts {
        if let Ok(answered) = timeout(time_limit, exchange(call)).await {
            return answered.unwrap_or(HookOutcome::Failed);
        }
    }
    HookOutcome::Failed
}

/// One call. `None` if nothing listens, or the response is not HTTP.
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
    let response = sender.send_request(request).await.ok()?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), RESPONSE_LIMIT)
        .collect()
        .await
        .ok()?
        .to_bytes()
        .to_vec();
    driving.abort();
    Some(HookOutcome::Answered { status, body })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn called(responses: &'static [&'static str], timeout_ms: u64) -> HookOutcome {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut silent = Vec::new();
            for response in responses {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = [0; 1024];
                let _ = stream.read(&mut head).await.unwrap();
                if response.is_empty() {
                    silent.push(stream);
                } else {
                    stream.write_all(response.as_bytes()).await.unwrap();
                }
            }
            std::future::pending::<()>().await;
        });
        ask(&HookCall { url, body: b"{}".to_vec(), timeout_ms, attempts: 2 }).await
    }

    #[tokio::test]
    async fn response_is_read_completely() {
        let outcome = called(&["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"], 5_000).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 200, body: b"{}".to_vec() });
        let outcome = called(&["HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"], 5_000).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 500, body: Vec::new() });
    }

    #[tokio::test]
    async fn silent_hook_is_called_twice() {
        let outcome = called(&["", "HTTP/1.1 204 No Content\r\n\r\n"], 200).await;
        assert_eq!(outcome, HookOutcome::Answered { status: 204, body: Vec::new() });
        assert_eq!(called(&["", ""], 50).await, HookOutcome::Failed);
    }

    #[tokio::test]
    async fn unreachable_or_invalid_hook_fails() {
        assert_eq!(called(&["nonsense\r\n\r\n"], 5_000).await, HookOutcome::Failed);
        for url in ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "nonsense"] {
            let call =
                HookCall { url: url.to_owned(), body: Vec::new(), timeout_ms: 5_000, attempts: 2 };
            assert_eq!(ask(&call).await, HookOutcome::Failed, "{url}");
        }
    }
}

//! The baseline: a bare hyper server. It reads the whole request and sends the body that was recorded for its step.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::sign_up::Recorded;

/// The environment variable with the path of the recorded responses.
pub(crate) const CANNED: &str = "IDXLAB_BENCH_CANNED";

/// The path of the recorded responses, if this process must act as the baseline.
pub(crate) fn recorded_responses() -> Option<String> {
    std::env::var(CANNED).ok()
}

/// Serves until the process is killed.
#[expect(
    clippy::print_stdout,
    reason = "the parent process reads the address from standard output, as it does for `serve --json`"
)]
pub(crate) fn serve(file: &str) {
    let text = std::fs::read_to_string(file).expect("the parent wrote the recorded responses");
    let recorded: Vec<Recorded> = serde_json::from_str(&text).expect("the parent wrote JSON");
    let canned: Arc<[(String, Bytes)]> =
        recorded.into_iter().map(|answer| (answer.media_type, Bytes::from(answer.body))).collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the baseline");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        println!(r#"{{"baseUrl":"http://{address}"}}"#);
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a TCP stream takes nodelay");
            let canned = canned.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| answer(request, &canned));
                // Each connection ends when the client closes it.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
}

async fn answer(
    request: Request<Incoming>,
    canned: &[(String, Bytes)],
) -> Result<Response<Full<Bytes>>, Infallible> {
    let step =
        request.headers().get("x-step").and_then(|step| step.to_str().ok()?.parse::<usize>().ok());
    let body = request.into_body().collect().await;
    let (media_type, answer) = &canned[step.unwrap_or_default()];
    let status = if body.is_ok() { 200 } else { 400 };
    let response = Response::builder()
        .status(status)
        .header("content-type", media_type)
        .header("cache-control", "no-store");
    Ok(response.body(Full::new(answer.clone())).expect("a response that can be written"))
}

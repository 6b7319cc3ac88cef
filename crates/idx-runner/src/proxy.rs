//! The recording proxy: one listener a scenario, between whatever client there is and the server.
//!
//! Before an org of the emulator, the Host header goes through untouched, so that the server names the proxy in every address it hands out. A server that
//! knows itself by its own address alone gets that, and the proxy takes its place in the answers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::clock::Stopwatch;
use crate::http::{HttpClient, LONGEST_BODY, readable};
use crate::tls::{Tls, Trust};
use crate::translation::Translation;
use idx_judge::exchange::{Exchange, Record, Request};
use idx_judge::future_features;
use idx_judge::http_message::HttpAnswer;

/// How long a client may take for a handshake.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);

/// Changes answers on their way, so that a right server plays a wrong one.
pub trait Tamper: fmt::Debug + Send + Sync {
    /// Changes an answer before it is recorded and passed on. `number` counts the answers of the case from 0.
    fn tamper(&self, number: usize, request: &Request, answer: HttpAnswer) -> HttpAnswer;
}

/// Between whom a proxy stands.
#[derive(Debug, Clone)]
pub struct ProxySettings {
    /// The server's origin, `http://127.0.0.1:6480`.
    pub upstream: String,
    /// Whether the server answers to its own address alone.
    pub is_foreign: bool,
    /// What clients are shown, where they speak TLS.
    pub tls: Option<Tls>,
    /// Whom the proxy trusts on its way to the server.
    pub trust: Trust,
    /// What changes answers on their way.
    pub tamper: Option<Arc<dyn Tamper>>,
    /// Whether clients see pages with more on them than any client knows. The record has the server's own.
    pub newer_server: bool,
}

impl ProxySettings {
    /// Plain HTTP on both sides.
    #[must_use]
    pub fn before(upstream: &str) -> Self {
        let (upstream, trust) = (upstream.to_owned(), Trust::nobody());
        let (is_foreign, newer_server) = (false, false);
        Self { upstream, is_foreign, tls: None, trust, tamper: None, newer_server }
    }
}

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct RecordingProxy {
    base_url: String,
    record: Record,
    accepting: JoinHandle<()>,
}

impl RecordingProxy {
    /// Listens on a free loopback port and passes everything on.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn start(settings: ProxySettings) -> std::io::Result<Self> {
        let ProxySettings { upstream, is_foreign, tls, trust, tamper, newer_server } = settings;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let base_url = format!("{scheme}://{}", listener.local_addr()?);
        let record = Record::default();
        let passage = Arc::new(Passage {
            translation: is_foreign.then(|| Translation::new(&base_url, &upstream)),
            upstream,
            client: HttpClient::new(&trust),
            record: record.clone(),
            tamper,
            newer_server,
            since: Stopwatch::start(),
        });
        Ok(Self { base_url, record, accepting: tokio::spawn(accept(listener, tls, passage)) })
    }

    /// The origin that clients are given.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What went through so far.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }
}

impl Drop for RecordingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What a connection needs to pass requests on.
#[derive(Debug)]
struct Passage {
    upstream: String,
    translation: Option<Translation>,
    client: HttpClient,
    record: Record,
    tamper: Option<Arc<dyn Tamper>>,
    newer_server: bool,
    since: Stopwatch,
}

/// Connections live in the set, so that they end with this task.
async fn accept(listener: TcpListener, tls: Option<Tls>, passage: Arc<Passage>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                connections.spawn(connect(stream, tls.clone(), Arc::clone(&passage)));
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connect(stream: TcpStream, tls: Option<Tls>, passage: Arc<Passage>) {
    let _ = stream.set_nodelay(true);
    match tls {
        None => converse(stream, passage).await,
        Some(tls) => {
            // Whoever does not trust the authority is told so by the handshake itself.
            let handshake = tls.acceptor.accept(stream);
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_PATIENCE, handshake).await {
                converse(stream, passage).await;
            }
        }
    }
}

/// One connection, from its first request to its last.
async fn converse<S>(stream: S, passage: Arc<Passage>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| pass(Arc::clone(&passage), request));
    let connection = hyper::server::conn::http1::Builder::new();
    // A client that breaks off in the middle is its own business.
    let _ = connection.serve_connection(TokioIo::new(stream), service).await;
}

/// The server gave no answer: the client's connection ends as the server's did.
#[derive(Debug, thiserror::Error)]
#[error("the server gave no answer: {0}")]
struct Broken(String);

async fn pass(
    passage: Arc<Passage>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Broken> {
    let at = passage.since.milliseconds();
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LONGEST_BODY)
        .collect()
        .await
        .map_err(|error| Broken(error.to_string()))?
        .to_bytes();
    let sent = Request {
        method: head.method.to_string(),
        target: head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string),
        headers: readable(&head.headers),
        body: body.clone(),
    };
    let answer = match onward(&passage, &head, &sent.target, body) {
        Ok(request) => passage.client.exchange(request).await,
        Err(reason) => Err(reason),
    };
    let answer = answer.map(|answer| match &passage.translation {
        Some(translation) => translation.answer(answer),
        None => answer,
    });
    let answer = answer.map(|answer| match &passage.tamper {
        Some(tamper) => tamper.tamper(passage.record.count(), &sent, answer),
        None => answer,
    });
    let took = passage.since.milliseconds() - at;
    passage.record.push(Exchange {
        at,
        took,
        request: sent,
        answer: answer.clone(),
        org_time: None,
        deliberate: false,
    });
    let answer = answer.map_err(Broken)?;
    back(if passage.newer_server { future_features::extended(answer) } else { answer })
}

fn onward(
    passage: &Passage,
    head: &http::request::Parts,
    target: &str,
    body: Bytes,
) -> Result<http::Request<Full<Bytes>>, String> {
    let address = format!("{}{target}", passage.upstream);
    let mut request = http::Request::builder().method(head.method.clone()).uri(address);
    for (name, value) in &head.headers {
        if name == CONNECTION || name == TRANSFER_ENCODING {
            continue;
        }
        let value = match &passage.translation {
            Some(translation) => translation.header(name, value),
            None => Some(value.clone()),
        };
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.body(Full::new(body)).map_err(|error| error.to_string())
}

fn back(answer: HttpAnswer) -> Result<http::Response<Full<Bytes>>, Broken> {
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        if ![CONNECTION.as_str(), TRANSFER_ENCODING.as_str(), CONTENT_LENGTH.as_str()]
            .contains(&name.as_str())
        {
            response = response.header(name, value);
        }
    }
    response.body(Full::new(answer.body)).map_err(|error| Broken(error.to_string()))
}

#[cfg(test)]
mod tests {
    use wiremock::matchers::{header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    #[tokio::test]
    async fn requests_go_through_unchanged_and_are_recorded() {
        let server = MockServer::start().await;
        let proxy = RecordingProxy::start(ProxySettings::before(&server.uri())).await.unwrap();
        let host = proxy.base_url().trim_start_matches("http://").to_owned();
        let answer =
            ResponseTemplate::new(418).insert_header("x-answer", "yes").set_body_string("short");
        Mock::given(method("POST"))
            .and(path("/a"))
            .and(header("host", host))
            .respond_with(answer)
            .mount(&server)
            .await;

        let url = format!("{}/a?b=c", proxy.base_url());
        let headers = [("x-question".to_owned(), "why".to_owned())];
        let answer = HttpClient::new(&Trust::nobody())
            .send("POST", &url, &headers, Bytes::from_static(b"body"))
            .await
            .unwrap();
        assert_eq!(
            (answer.status, answer.body.as_ref(), answer.header("x-answer")),
            (418, b"short".as_ref(), Some("yes"))
        );

        let record = proxy.record().since(0);
        assert_eq!(record.len(), 1);
        assert_eq!(record[0].request.target, "/a?b=c");
        assert_eq!(record[0].request.header("x-question"), Some("why"));
        assert_eq!(record[0].request.body.as_ref(), b"body");
        assert_eq!(record[0].answer.as_ref().unwrap().status, 418);
    }

    #[tokio::test]
    async fn a_foreign_server_is_called_by_its_own_name_and_answers_by_the_proxys() {
        let server = MockServer::start().await;
        let settings = ProxySettings { is_foreign: true, ..ProxySettings::before(&server.uri()) };
        let proxy = RecordingProxy::start(settings).await.unwrap();
        let answer = ResponseTemplate::new(302)
            .insert_header("location", format!("{}/b", server.uri()))
            .set_body_string(server.uri());
        Mock::given(path("/a"))
            .and(header("host", server.address().to_string()))
            .and(header("origin", server.uri()))
            .respond_with(answer)
            .mount(&server)
            .await;

        let headers = [("origin".to_owned(), proxy.base_url().to_owned())];
        let url = format!("{}/a", proxy.base_url());
        let client = HttpClient::new(&Trust::nobody());
        let answer = client.send("GET", &url, &headers, Bytes::new()).await.unwrap();
        let location = format!("{}/b", proxy.base_url());
        assert_eq!((answer.status, answer.header("location")), (302, Some(location.as_str())));
        assert_eq!(answer.body.as_ref(), proxy.base_url().as_bytes());
        assert_eq!(proxy.record().since(0)[0].answer.as_ref().unwrap().body, answer.body);
    }

    #[tokio::test]
    async fn clients_of_a_newer_server_see_more_than_the_record_has() {
        let server = MockServer::start().await;
        let page = serde_json::json!({"version": "1.0.0", "stateHandle": "02abc"});
        Mock::given(path("/a"))
            .respond_with(ResponseTemplate::new(200).set_body_json(&page))
            .mount(&server)
            .await;
        let settings = ProxySettings { newer_server: true, ..ProxySettings::before(&server.uri()) };
        let proxy = RecordingProxy::start(settings).await.unwrap();

        let url = format!("{}/a", proxy.base_url());
        let client = HttpClient::new(&Trust::nobody());
        let seen = client.send("GET", &url, &[], Bytes::new()).await.unwrap().json().unwrap();
        assert!(seen.get(future_features::MEMBER).is_some(), "{seen}");
        assert_eq!(proxy.record().since(0)[0].answer_json(), Some(page));
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_recorded_as_no_answer() {
        let proxy =
            RecordingProxy::start(ProxySettings::before("http://127.0.0.1:1")).await.unwrap();
        let url = format!("{}/a", proxy.base_url());
        assert!(
            HttpClient::new(&Trust::nobody()).send("GET", &url, &[], Bytes::new()).await.is_err()
        );
        assert!(proxy.record().since(0)[0].answer.is_err());
    }
}

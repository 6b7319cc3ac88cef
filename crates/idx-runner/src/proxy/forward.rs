//! One request through the proxy: sent to the server, recorded, and its response passed back.
//!
//! With an org of the emulator, the proxy leaves the Host header unchanged, so the server names the proxy in every address it returns. If a server
//! responds only to its own address, the proxy sends that address as Host and translates the responses.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use idx_judge::exchange::{Exchange, Record, Request, ResponseError};
use idx_judge::future_features;
use idx_judge::http_message::HttpAnswer;

use super::settings::{ControlResponses, ProxySettings, Tamper};
use super::translation::Translation;
use crate::clock::Stopwatch;
use crate::http::{HttpClient, HttpError, MAX_BODY, readable};

/// The path under which the control API is served.
const CONTROL_API: &str = "/_idxlab/api/";

/// Forwards requests to one server.
#[derive(Debug)]
pub(super) struct Forwarder {
    upstream: String,
    translation: Option<Translation>,
    client: HttpClient,
    record: Record,
    tamper: Option<Arc<dyn Tamper>>,
    newer_server: bool,
    /// Changes the control API's responses, which then also name the proxy in place of the server.
    control_responses: Option<(Weak<dyn ControlResponses>, Translation)>,
    clock: Stopwatch,
}

/// Why a request has no response. The proxy then closes the client's connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ForwardError {
    #[error("the client's request could not be read: {0}")]
    Request(Box<dyn std::error::Error + Send + Sync>),
    #[error("the server sent no response: {0}")]
    NoResponse(#[from] HttpError),
    #[error("the server's response cannot be passed on: {0}")]
    Response(#[from] http::Error),
}

impl Forwarder {
    pub(super) fn new(settings: ProxySettings, base_url: &str, record: Record) -> Self {
        let ProxySettings {
            upstream,
            translates,
            trust,
            tamper,
            newer_server,
            control_responses,
            ..
        } = settings;
        Self {
            control_responses: control_responses
                .map(|change| (change, Translation::new(base_url, &upstream))),
            translation: translates.then(|| Translation::new(base_url, &upstream)),
            upstream,
            client: HttpClient::new(&trust),
            record,
            tamper,
            newer_server,
            clock: Stopwatch::start(),
        }
    }

    pub(super) async fn forward(
        &self,
        request: http::Request<Incoming>,
    ) -> Result<http::Response<Full<Bytes>>, ForwardError> {
        let at = self.clock.milliseconds();
        let (head, body) = request.into_parts();
        let request = received(&head, body).await?;
        let response = match self.request_to_server(&head, &request) {
            Ok(outgoing) => self.client.exchange(outgoing).await,
            Err(error) => Err(error.into()),
        };
        // The calls of a test suite are not the client's, so no rule looks at them.
        if let Some(changes) = self.control_responses.as_ref().filter(|_| is_control(&request)) {
            return to_client(control_response(changes, &request, response?).await);
        }
        let response = response.map(|response| self.changed(&request, response));
        self.record.push(Exchange {
            at,
            took: self.clock.milliseconds() - at,
            request,
            answer: response.clone().map_err(ResponseError::new),
            org_time: None,
            deliberate: false,
        });
        let response = response?;
        to_client(if self.newer_server { future_features::extended(response) } else { response })
    }

    fn request_to_server(
        &self,
        head: &http::request::Parts,
        received: &Request,
    ) -> Result<http::Request<Full<Bytes>>, http::Error> {
        let address = format!("{}{}", self.upstream, received.target);
        let mut request = http::Request::builder().method(head.method.clone()).uri(address);
        for (name, value) in &head.headers {
            if name == CONNECTION || name == TRANSFER_ENCODING {
                continue;
            }
            let value = match &self.translation {
                Some(translation) => translation.header(name, value),
                None => Some(value.clone()),
            };
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.body(Full::new(received.body.clone()))
    }

    fn changed(&self, request: &Request, response: HttpAnswer) -> HttpAnswer {
        let response = match &self.translation {
            Some(translation) => translation.answer(response),
            None => response,
        };
        match &self.tamper {
            Some(tamper) => tamper.tamper(self.record.count(), request, response),
            None => response,
        }
    }
}

async fn received(head: &http::request::Parts, body: Incoming) -> Result<Request, ForwardError> {
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map_err(ForwardError::Request)?.to_bytes();
    let target = head.uri.path_and_query();
    Ok(Request {
        method: head.method.to_string(),
        target: target.map_or_else(|| head.uri.to_string(), ToString::to_string),
        headers: readable(&head.headers),
        body,
    })
}

async fn control_response(
    (change, translation): &(Weak<dyn ControlResponses>, Translation),
    request: &Request,
    response: HttpAnswer,
) -> HttpAnswer {
    let response = match change.upgrade() {
        Some(change) => change.change(request, response).await,
        None => response,
    };
    translation.answer(response)
}

fn is_control(request: &Request) -> bool {
    request.path().starts_with(CONTROL_API)
}

fn to_client(response: HttpAnswer) -> Result<http::Response<Full<Bytes>>, ForwardError> {
    let hop_by_hop = [CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH];
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        if !hop_by_hop.iter().any(|header| header == name.as_str()) {
            builder = builder.header(name, value);
        }
    }
    Ok(builder.body(Full::new(response.body))?)
}

#[cfg(test)]
mod tests {
    use wiremock::matchers::{header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;
    use crate::proxy::RecordingProxy;
    use crate::tls::Trust;

    #[tokio::test]
    async fn request_is_forwarded_unchanged_and_recorded() {
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
    async fn translating_proxy_shows_server_and_client_their_own_addresses() {
        let server = MockServer::start().await;
        let settings = ProxySettings { translates: true, ..ProxySettings::before(&server.uri()) };
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
    async fn newer_server_extends_response_but_not_record() {
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
    async fn unreachable_server_is_recorded_as_no_response() {
        let proxy =
            RecordingProxy::start(ProxySettings::before("http://127.0.0.1:1")).await.unwrap();
        let url = format!("{}/a", proxy.base_url());
        assert!(
            HttpClient::new(&Trust::nobody()).send("GET", &url, &[], Bytes::new()).await.is_err()
        );
        assert!(proxy.record().since(0)[0].answer.is_err());
    }
}

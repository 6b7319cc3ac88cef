//! A wrong server: a proxy in front of the emulator that adds one defect.

use std::convert::Infallible;
use std::net::TcpListener as StdListener;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::client_request::{ClientRequest, Handling, ServerResponse};
use crate::history::History;

/// The defect of a wrong server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Defect {
    /// The server is correct.
    None,
    /// The server changes the org document of each new org.
    Org(fn(&mut Value)),
    /// The server changes requests or responses.
    Request(fn(ClientRequest, &History) -> Handling),
}

/// A running server. Dropping it stops the listeners of all its orgs.
#[derive(Debug)]
pub(crate) struct Facade {
    control_url: String,
    _listeners: Listeners,
}

type Listeners = Arc<Mutex<JoinSet<()>>>;

/// The proxy of the emulator's first address or of one org.
#[derive(Debug)]
struct OrgProxy {
    upstream: String,
    defect: Defect,
    history: Mutex<History>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Facade {
    /// Listens on a free port in front of the emulator at this address.
    pub(crate) fn start(upstream: &str, defect: Defect) -> Self {
        let listeners = Listeners::default();
        let own_url = listen(&listeners, OrgProxy::new(upstream, defect, None));
        Self { control_url: format!("{own_url}/_idxlab/api"), _listeners: listeners }
    }

    pub(crate) fn control_url(&self) -> &str {
        &self.control_url
    }
}

/// Starts a listener for a proxy and returns its origin. The task holds only a weak reference to the listeners, because they own the task.
fn listen(listeners: &Listeners, proxy: OrgProxy) -> String {
    let listener = StdListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let origin = format!("http://{}", listener.local_addr().expect("the listener has an address"));
    listener.set_nonblocking(true).expect("the listener can be non-blocking");
    let listener = TcpListener::from_std(listener).expect("a runtime is running");
    let (proxy, weak_listeners) = (Arc::new(proxy), Arc::downgrade(listeners));
    let accepting = async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let (proxy, weak_listeners) = (Arc::clone(&proxy), weak_listeners.clone());
            let service = service_fn(move |request: Request<Incoming>| {
                let (proxy, listeners) = (Arc::clone(&proxy), weak_listeners.upgrade());
                async move { Ok::<_, Infallible>(proxy.serve(request, listeners).await) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            connections.spawn(async move { drop(connection.await) });
        }
    };
    listeners.lock().expect("no thread panicked with the lock").spawn(accepting);
    origin
}

impl OrgProxy {
    fn new(upstream: &str, defect: Defect, secret: Option<String>) -> Self {
        let history = Mutex::new(History { secret, ..History::default() });
        let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        Self { upstream: upstream.to_owned(), defect, history, client }
    }

    async fn serve(
        &self,
        request: Request<Incoming>,
        listeners: Option<Listeners>,
    ) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.expect("the harness sends complete requests").to_bytes();
        let request = ClientRequest::new(head, body);
        let response = match listeners.filter(|_| is_new_org(&request)) {
            Some(listeners) => self.new_org(request, &listeners).await,
            None => self.response(request).await,
        };
        let mut sent = Response::new(Full::new(response.body));
        (*sent.status_mut(), *sent.headers_mut()) = (response.status, response.headers);
        sent
    }

    /// Creates the org in the emulator, and starts a proxy for it.
    async fn new_org(&self, request: ClientRequest, listeners: &Listeners) -> ServerResponse {
        let mut response = self.pass(self.changed_org(request)).await;
        let Some(org_url) = response.text("/baseUrl") else { return response };
        let clients = response.value()["clients"].clone();
        let secret = clients.as_array().into_iter().flatten();
        let secret = secret.filter_map(|client| client["clientSecret"].as_str()).next();
        let proxy = Self::new(&org_url, self.defect, secret.map(ToOwned::to_owned));
        let own_url = listen(listeners, proxy);
        let text = String::from_utf8_lossy(&response.body).replace(&org_url, &own_url);
        response.body = Bytes::from(text);
        response
    }

    fn changed_org(&self, mut request: ClientRequest) -> ClientRequest {
        let Defect::Org(change) = self.defect else { return request };
        let mut body = request.json();
        let members = body.as_object_mut().expect("the request for an org is an object");
        // A preset's name is a document that overrides nothing.
        if let Some(name) = members.remove("preset") {
            members.insert("document".to_owned(), serde_json::json!({"preset": name}));
        }
        change(&mut body["document"]);
        request.body = Bytes::from(body.to_string());
        request
    }

    async fn response(&self, request: ClientRequest) -> ServerResponse {
        let Defect::Request(defect) = self.defect else { return self.pass(request).await };
        let history = self.history(&request).await;
        let handling = defect(request.clone(), &history);
        let response = match handling {
            Handling::Forward(request) => self.pass(request).await,
            Handling::ForwardAll(requests) => {
                let mut response = ServerResponse::empty();
                for request in requests {
                    response = self.pass(request).await;
                }
                response
            }
            Handling::ForwardWithFallback(request, instead) => {
                let response = self.pass(request).await;
                if response.is_refusal() { self.pass(instead).await } else { response }
            }
            Handling::Respond(response) => response,
        };
        let mut history = self.history.lock().expect("no thread panicked with the lock");
        history.exchanges.push((request, response.clone()));
        response
    }

    /// The history before this request, with all messages sent until now.
    async fn history(&self, request: &ClientRequest) -> History {
        let mut ask = request.clone();
        ask.method = Method::GET;
        ask.target = "/_idxlab/api/messages".to_owned();
        ask.body = Bytes::new();
        let sent = self.pass(ask).await.value()["messages"].take();
        let mut history = self.history.lock().expect("no thread panicked with the lock");
        history.messages = serde_json::from_value(sent).expect("the inbox lists messages");
        history.clone()
    }

    /// Forwards the request to the emulator. The Host header is kept, so that the emulator's URLs have the client's host.
    async fn pass(&self, request: ClientRequest) -> ServerResponse {
        let mut forwarded = Request::new(Full::new(request.body.clone()));
        *forwarded.method_mut() = request.method.clone();
        *forwarded.uri_mut() = format!("{}{}", self.upstream, without_wait(&request))
            .parse()
            .expect("the address is valid");
        *forwarded.headers_mut() = request.headers.clone();
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            forwarded.headers_mut().remove(name);
        }
        let response = self.client.request(forwarded).await.expect("the emulator responds");
        let (mut head, body) = response.into_parts();
        let body = body.collect().await.expect("the emulator sends a complete response").to_bytes();
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            head.headers.remove(name);
        }
        request.restored(ServerResponse { status: head.status, headers: head.headers, body })
    }
}

fn is_new_org(request: &ClientRequest) -> bool {
    request.method == Method::POST && request.is("/_idxlab/api/orgs")
}

/// Removes `wait` from a query of the inbox. A message exists as soon as its response is sent, so that waiting for a missing message only takes time.
fn without_wait(request: &ClientRequest) -> String {
    if !request.is("/_idxlab/api/messages") {
        return request.target.clone();
    }
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let mut kept = form_urlencoded::Serializer::new(String::new());
    kept.extend_pairs(form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "wait"));
    format!("{path}?{}", kept.finish())
}

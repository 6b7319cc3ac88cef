//! A server in front of the emulator: as right as that, but for one cheat.

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

use crate::call::{Answer, Call, Way};
use crate::memory::Memory;

/// What a server does wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cheat {
    /// Nothing.
    None,
    /// The org is another one than was asked for.
    Org(fn(&mut Value)),
    /// Requests do not arrive as they were made.
    Call(fn(Call, &Memory) -> Way),
}

/// A running server; it stops when dropped, with every org's listener.
#[derive(Debug)]
pub(crate) struct Facade {
    control_url: String,
    _listeners: Listeners,
}

type Listeners = Arc<Mutex<JoinSet<()>>>;

/// One listener: of the server itself, or of an org.
#[derive(Debug)]
struct Door {
    upstream: String,
    cheat: Cheat,
    memory: Mutex<Memory>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Facade {
    /// Listens on a free port in front of the emulator at this address.
    pub(crate) fn start(upstream: &str, cheat: Cheat) -> Self {
        let listeners = Listeners::default();
        let own_url = listen(&listeners, Door::new(upstream, cheat, None));
        Self { control_url: format!("{own_url}/_idxlab/api"), _listeners: listeners }
    }

    pub(crate) fn control_url(&self) -> &str {
        &self.control_url
    }
}

/// Gives a door its listener, and tells its origin. What listens must not keep alive what it is kept in.
fn listen(listeners: &Listeners, door: Door) -> String {
    let listener = StdListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    let origin = format!("http://{}", listener.local_addr().expect("it has an address"));
    listener.set_nonblocking(true).expect("it can wait for events");
    let listener = TcpListener::from_std(listener).expect("there is a runtime");
    let (door, others) = (Arc::new(door), Arc::downgrade(listeners));
    let accepting = async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let (door, others) = (Arc::clone(&door), others.clone());
            let service = service_fn(move |request: Request<Incoming>| {
                let (door, others) = (Arc::clone(&door), others.upgrade());
                async move { Ok::<_, Infallible>(door.serve(request, others).await) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            connections.spawn(async move { drop(connection.await) });
        }
    };
    listeners.lock().expect("nobody panics with it").spawn(accepting);
    origin
}

impl Door {
    fn new(upstream: &str, cheat: Cheat, secret: Option<String>) -> Self {
        let memory = Mutex::new(Memory { secret, ..Memory::default() });
        let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        Self { upstream: upstream.to_owned(), cheat, memory, client }
    }

    async fn serve(
        &self,
        request: Request<Incoming>,
        listeners: Option<Listeners>,
    ) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.expect("the harness sends whole requests").to_bytes();
        let call = Call::new(head, body);
        let answer = match listeners.filter(|_| is_new_org(&call)) {
            Some(listeners) => self.new_org(call, &listeners).await,
            None => self.answer(call).await,
        };
        let mut response = Response::new(Full::new(answer.body));
        (*response.status_mut(), *response.headers_mut()) = (answer.status, answer.headers);
        response
    }

    /// Has the emulator make the org, and puts a door of its own in front of it.
    async fn new_org(&self, call: Call, listeners: &Listeners) -> Answer {
        let mut answer = self.pass(self.org_asked_for(call)).await;
        let Some(org_url) = answer.text("/baseUrl") else { return answer };
        let clients = answer.value()["clients"].clone();
        let secret = clients.as_array().into_iter().flatten();
        let secret = secret.filter_map(|client| client["clientSecret"].as_str()).next();
        let door = Self::new(&org_url, self.cheat, secret.map(ToOwned::to_owned));
        let own_url = listen(listeners, door);
        let text = String::from_utf8_lossy(&answer.body).replace(&org_url, &own_url);
        answer.body = Bytes::from(text);
        answer
    }

    fn org_asked_for(&self, mut call: Call) -> Call {
        let Cheat::Org(change) = self.cheat else { return call };
        let mut body = call.json();
        let members = body.as_object_mut().expect("an org is asked for by an object");
        // A preset's name is a document that overrides nothing.
        if let Some(name) = members.remove("preset") {
            members.insert("document".to_owned(), serde_json::json!({"preset": name}));
        }
        change(&mut body["document"]);
        call.body = Bytes::from(body.to_string());
        call
    }

    async fn answer(&self, call: Call) -> Answer {
        let Cheat::Call(cheat) = self.cheat else { return self.pass(call).await };
        let memory = self.memory(&call).await;
        let way = cheat(call.clone(), &memory);
        let answer = match way {
            Way::On(call) => self.pass(call).await,
            Way::All(calls) => {
                let mut answer = Answer::empty();
                for call in calls {
                    answer = self.pass(call).await;
                }
                answer
            }
            Way::NeverRefused(call, instead) => {
                let answer = self.pass(call).await;
                if answer.is_refusal() { self.pass(instead).await } else { answer }
            }
            Way::Here(answer) => answer,
        };
        let mut memory = self.memory.lock().expect("nobody panics with it");
        memory.exchanges.push((call, answer.clone()));
        answer
    }

    /// What is remembered when this call comes, with the messages that were sent until now.
    async fn memory(&self, call: &Call) -> Memory {
        let mut ask = call.clone();
        ask.method = Method::GET;
        ask.target = "/_idxlab/api/messages".to_owned();
        ask.body = Bytes::new();
        let sent = self.pass(ask).await.value()["messages"].take();
        let mut memory = self.memory.lock().expect("nobody panics with it");
        memory.messages = serde_json::from_value(sent).expect("the inbox lists messages");
        memory.clone()
    }

    /// Has the emulator answer. The Host header stays, so that its addresses are the client's.
    async fn pass(&self, call: Call) -> Answer {
        let mut request = Request::new(Full::new(call.body.clone()));
        *request.method_mut() = call.method.clone();
        *request.uri_mut() =
            format!("{}{}", self.upstream, at_once(&call)).parse().expect("an address");
        *request.headers_mut() = call.headers.clone();
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            request.headers_mut().remove(name);
        }
        let answer = self.client.request(request).await.expect("the emulator answers");
        let (mut head, body) = answer.into_parts();
        let body = body.collect().await.expect("the emulator answers whole").to_bytes();
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            head.headers.remove(name);
        }
        call.answered(Answer { status: head.status, headers: head.headers, body })
    }
}

fn is_new_org(call: &Call) -> bool {
    call.method == Method::POST && call.is("/_idxlab/api/orgs")
}

/// A message is there when the answer that sent it is, so that nobody has to wait for one that never comes.
fn at_once(call: &Call) -> String {
    if !call.is("/_idxlab/api/messages") {
        return call.target.clone();
    }
    let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
    let mut kept = form_urlencoded::Serializer::new(String::new());
    kept.extend_pairs(form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "wait"));
    format!("{path}?{}", kept.finish())
}

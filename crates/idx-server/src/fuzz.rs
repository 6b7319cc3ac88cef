//! The readers of requests, for the fuzz targets of `fuzz/`. Not part of the crate's face.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use http::request::Parts;
use idx_engine::{AuthorizationServer, Call, Endpoint, Epoch, Org};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::access::ControlGuard;
use crate::address::Address;
use crate::clock::ClockStart;
use crate::control::{CallContext, ControlCall, clock, faults, users};
use crate::decode;
use crate::events::Events;
use crate::keys::SigningKey;
use crate::limits::Limits;
use crate::registry::Registry;
use crate::route::OAuthCall;
use crate::running_org::RunningOrg;
use crate::store::{OrgStore, StoreKind};
use crate::token_reader::TokenReader;

/// The body of an IDX call; nothing, where it is refused.
pub fn idx_call(body: &[u8]) -> Option<Call> {
    decode::idx(Endpoint::Introspect, body).ok()
}

/// What the parameters of a request mean to each call of each authorization server, and to the link of a mail.
pub fn oauth_calls(head: &Parts, body: &[u8]) -> Vec<Call> {
    const CALLS: [OAuthCall; 8] = [
        OAuthCall::Interact,
        OAuthCall::Token,
        OAuthCall::Userinfo,
        OAuthCall::Revoke,
        OAuthCall::Introspect,
        OAuthCall::Logout,
        OAuthCall::Discovery,
        OAuthCall::NotEmulated,
    ];
    let tokens = TokenReader {
        key: SigningKey::of_first_org(),
        address: &Address::named("http", "localhost", 6480),
        base: "http://localhost:6480",
    };
    let servers = [AuthorizationServer::Org, AuthorizationServer::Default];
    let read = |server| CALLS.map(|call| decode::oauth(server, call, head, body, tokens));
    servers.into_iter().flat_map(read).chain([decode::email_link(head, body)]).collect()
}

/// Sends a body to the calls of the control API that change a fresh org. Returns whether `users`, `faults` and `clock` accept it.
pub fn control_calls(body: &[u8]) -> [bool; 3] {
    static DOCUMENT: LazyLock<Arc<Org>> = LazyLock::new(Arc::default);
    let socket = SocketAddr::from((Ipv4Addr::LOCALHOST, 6480));
    let clock = ClockStart { at: Some(Timestamp::UNIX_EPOCH), frozen: true };
    let org = Arc::new(RunningOrg::new(
        "fuzz".to_owned(),
        Arc::clone(&DOCUMENT),
        7,
        SigningKey::of_first_org(),
        Address::new("http", socket, None),
        OrgStore::new(StoreKind::Memory, 7, Epoch::first(7, 0), clock, Limits::default()),
        Events::default(),
    ));
    let guard = ControlGuard::default();
    let (bound, _) = mpsc::unbounded_channel();
    let (events, limits) = (Events::default(), Limits::default());
    let registry = Registry::new(guard, None, StoreKind::Memory, events, limits, bound);
    let cx = CallContext { registry: &registry, org: &org, parameter: "", peer: None };
    let calls = [
        ControlCall::of::<users::AddUser>(),
        ControlCall::of::<faults::ReplaceFaults>(),
        ControlCall::of::<clock::AdjustClock>(),
    ];
    calls.map(|call| ready(call.run(&cx, None, body)).is_ok())
}

/// The value of a future that waits for the memory store alone.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the memory store made a caller wait"),
    }
}

//! The readers of requests, for the fuzz targets of `fuzz/`. Not part of the crate's face.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use http::request::Parts;
use idx_engine::{AuthorizationServer, Call, Endpoint, Org};
use jiff::Timestamp;

use crate::address::Address;
use crate::clock::ClockStart;
use crate::control::{ControlError, clock, faults, users};
use crate::decode;
use crate::events::Events;
use crate::route::OAuthCall;
use crate::running_org::RunningOrg;
use crate::store::{OrgStore, StoreKind};

/// The body of an IDX call; nothing, where it is refused.
pub fn idx_call(body: &[u8]) -> Option<Call> {
    decode::idx(Endpoint::Introspect, body).ok()
}

/// What the parameters of a request mean to each call of each authorization server, and to the link of a mail.
pub fn oauth_calls(head: &Parts, body: &[u8]) -> Vec<Call> {
    const CALLS: [OAuthCall; 7] = [
        OAuthCall::Interact,
        OAuthCall::Token,
        OAuthCall::Userinfo,
        OAuthCall::Revoke,
        OAuthCall::Introspect,
        OAuthCall::Logout,
        OAuthCall::Discovery,
    ];
    let servers = [AuthorizationServer::Org, AuthorizationServer::Default];
    let read = |server| CALLS.map(|call| decode::oauth(server, call, head, body));
    servers.into_iter().flat_map(read).chain([decode::email_link(head, body)]).collect()
}

/// The body of each call of the control API that changes a fresh org: whether it is taken by `users`, `faults` and `clock`.
pub fn control_calls(body: &[u8]) -> [bool; 3] {
    static DOCUMENT: LazyLock<Arc<Org>> = LazyLock::new(Arc::default);
    let socket = SocketAddr::from((Ipv4Addr::LOCALHOST, 6480));
    let clock = ClockStart { at: Some(Timestamp::UNIX_EPOCH), frozen: true };
    let org = RunningOrg::new(
        "fuzz".to_owned(),
        Arc::clone(&DOCUMENT),
        7,
        Address::new("http", socket, None),
        OrgStore::new(StoreKind::Memory, 7, clock),
        Events::default(),
    );
    let misread = |error| ControlError::body(&error);
    let user = serde_json::from_slice(body).map_err(misread);
    let rules = serde_json::from_slice(body).map_err(misread);
    let time = serde_json::from_slice(body).map_err(misread);
    [
        user.and_then(|user| ready(users::add(&org, user))).is_ok(),
        rules.and_then(|rules| ready(faults::replace(&org, rules))).is_ok(),
        time.and_then(|time| ready(clock::adjust(&org, &time))).is_ok(),
    ]
}

/// The value of a future that waits for the memory store alone.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the memory store made a caller wait"),
    }
}

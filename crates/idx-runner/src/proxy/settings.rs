//! Settings of a recording proxy.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};

use idx_judge::exchange::Request;
use idx_judge::http_message::HttpAnswer;

use crate::tls::{Tls, Trust};

/// Changes responses on their way to the client, so that a correct server can act as an incorrect one.
pub trait Tamper: fmt::Debug + Send + Sync {
    /// Changes a response before it is recorded and passed on. `number` counts the responses of the case from 0.
    fn tamper(&self, number: usize, request: &Request, answer: HttpAnswer) -> HttpAnswer;
}

/// A future that resolves to the changed response.
pub type ChangedResponse<'a> = Pin<Box<dyn Future<Output = HttpAnswer> + Send + 'a>>;

/// Changes the control API's responses on their way to the client.
pub trait ControlResponses: fmt::Debug + Send + Sync {
    /// Changes the response to `request`.
    fn change<'a>(
        self: Arc<Self>,
        request: &'a Request,
        response: HttpAnswer,
    ) -> ChangedResponse<'a>;
}

/// How a proxy connects a client and a server.
#[derive(Debug, Clone)]
pub struct ProxySettings {
    /// The server's origin, `http://127.0.0.1:6480`.
    pub upstream: String,
    /// Whether the server responds to its own address only. If so, the proxy translates between the server's address and its own.
    pub translates: bool,
    /// TLS configuration for clients.
    pub tls: Option<Tls>,
    /// Which certificate authorities the proxy trusts on its way to the server.
    pub trust: Trust,
    /// Changes responses before they are recorded.
    pub tamper: Option<Arc<dyn Tamper>>,
    /// Whether clients see pages with members that no client knows. The record has the server's own pages.
    pub newer_server: bool,
    /// Changes the control API's responses. If set, the proxy does not record calls of the control API.
    pub control_responses: Option<Weak<dyn ControlResponses>>,
}

impl ProxySettings {
    /// Plain HTTP on both sides.
    #[must_use]
    pub fn before(upstream: &str) -> Self {
        Self {
            upstream: upstream.to_owned(),
            translates: false,
            tls: None,
            trust: Trust::nobody(),
            tamper: None,
            newer_server: false,
            control_responses: None,
        }
    }
}

//! The call of an inline hook, and its outcome.

/// A call of an inline hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookCall {
    /// The address for the POST request.
    pub url: String,
    /// The org's own headers, with the secret one.
    pub headers: Vec<(String, String)>,
    /// PEM certificates of authorities to trust besides those of the machine.
    pub ca_certificates: Option<String>,
    /// `application/json`
    pub body: Vec<u8>,
    /// Wall-clock milliseconds to wait for one response.
    pub timeout_ms: u64,
    /// Number of attempts if no response arrives in time, or a response that is neither 2xx nor 4xx.
    pub attempts: u32,
}

/// The outcome of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookOutcome {
    /// The hook responded.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: Vec<u8>,
    },
    /// The hook did not respond.
    Failed,
}

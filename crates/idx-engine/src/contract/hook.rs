//! The call of an inline hook, and its outcome.

/// A call of an inline hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookCall {
    /// Where to POST.
    pub url: String,
    /// `application/json`
    pub body: Vec<u8>,
    /// Real milliseconds to wait for one answer.
    pub timeout_ms: u64,
    /// How often to try where nothing answers in time.
    pub attempts: u32,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookOutcome {
    /// The hook answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: Vec<u8>,
    },
    /// It did not.
    Failed,
}

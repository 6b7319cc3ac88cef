//! What happened in a request, for the journal.

/// What happened, in the engine's own names, for the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The transaction's number in its org.
    pub transaction: Option<u64>,
    /// The step before the request.
    pub step_before: Option<&'static str>,
    /// The step after the request.
    pub step_after: Option<&'static str>,
    /// The remediation or action that the client took.
    pub edge: Option<&'static str>,
    /// The id in the refusal table, such as `E3`.
    pub refusal: Option<&'static str>,
    /// The rule behind each included remediation and each omitted authenticator.
    pub why: Vec<Why>,
}

/// One decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// A remediation or an authenticator.
    pub what: &'static str,
    /// Whether it is in the response.
    pub shown: bool,
    /// The rule.
    pub rule: &'static str,
}

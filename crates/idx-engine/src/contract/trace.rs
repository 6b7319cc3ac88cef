//! What happened in a request, for the journal.

/// What happened, in the engine's own names, for the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The transaction's number in its org.
    pub transaction: Option<u64>,
    /// The page it stood on.
    pub step_before: Option<&'static str>,
    /// The page it stands on now.
    pub step_after: Option<&'static str>,
    /// The remediation or action that the client took.
    pub edge: Option<&'static str>,
    /// The row of the refusal table, such as `E3`.
    pub refusal: Option<&'static str>,
    /// For each remediation shown and each authenticator left out, the rule that decided it.
    pub why: Vec<Why>,
}

/// One decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// A remediation or an authenticator.
    pub what: &'static str,
    /// Whether it is in the answer.
    pub shown: bool,
    /// The rule.
    pub rule: &'static str,
}

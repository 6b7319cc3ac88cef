//! The engine's steps, edges, refusals, rules and settings, with the names in the journal.

use crate::org::catalogue::{SETTINGS, Setting};
use crate::policy::rule;
use crate::refusal::{self, RefusalDef};

/// A transition from one step to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The step before; none for `interact`.
    pub from: Option<&'static str>,
    /// The remediation or action.
    pub edge: &'static str,
    /// The step after.
    pub to: &'static str,
}

/// Every edge. A test walks the engine over all presets and settings, and finds exactly these.
pub(crate) static EDGES: &[Edge] = &[
    begins("identify"),
    begins("select-authenticator-enroll"),
    begins("enroll-authenticator"),
    begins("terminal"),
    leads("identify", "cancel", "identify"),
    leads("identify", "select-enroll-profile", "enroll-profile"),
    leads("enroll-profile", "cancel", "identify"),
    leads("enroll-profile", "enroll-profile", "select-authenticator-enroll"),
    leads("enroll-profile", "enroll-profile", "enroll-authenticator"),
    leads("enroll-profile", "enroll-profile", "authenticator-verification-data"),
    leads("enroll-profile", "enroll-profile", "terminal"),
    leads("enroll-profile", "select-identify", "identify"),
    leads("select-authenticator-enroll", "cancel", "identify"),
    leads(
        "select-authenticator-enroll",
        "select-authenticator-enroll",
        "authenticator-enrollment-data",
    ),
    leads("select-authenticator-enroll", "select-authenticator-enroll", "enroll-authenticator"),
    leads("select-authenticator-enroll", "skip", "keep-me-signed-in"),
    leads("select-authenticator-enroll", "skip", "success"),
    leads("select-authenticator-enroll", "skip", "terminal"),
    leads("authenticator-enrollment-data", "authenticator-enrollment-data", "enroll-authenticator"),
    leads("authenticator-enrollment-data", "cancel", "identify"),
    leads("authenticator-enrollment-data", "resend", "authenticator-enrollment-data"),
    leads(
        "authenticator-enrollment-data",
        "select-authenticator-enroll",
        "authenticator-enrollment-data",
    ),
    leads("authenticator-enrollment-data", "select-authenticator-enroll", "enroll-authenticator"),
    leads("authenticator-enrollment-data", "skip", "keep-me-signed-in"),
    leads("authenticator-enrollment-data", "skip", "success"),
    leads("authenticator-enrollment-data", "skip", "terminal"),
    leads("enroll-authenticator", "cancel", "identify"),
    leads("enroll-authenticator", "email-link", "select-authenticator-enroll"),
    leads("enroll-authenticator", "email-link", "enroll-authenticator"),
    leads("enroll-authenticator", "email-link", "keep-me-signed-in"),
    leads("enroll-authenticator", "email-link", "success"),
    leads("enroll-authenticator", "email-link", "terminal"),
    leads("enroll-authenticator", "enroll-authenticator", "select-authenticator-enroll"),
    leads("enroll-authenticator", "enroll-authenticator", "authenticator-enrollment-data"),
    leads("enroll-authenticator", "enroll-authenticator", "enroll-authenticator"),
    leads("enroll-authenticator", "enroll-authenticator", "authenticator-verification-data"),
    leads("enroll-authenticator", "enroll-authenticator", "keep-me-signed-in"),
    leads("enroll-authenticator", "enroll-authenticator", "success"),
    leads("enroll-authenticator", "enroll-authenticator", "terminal"),
    leads("enroll-authenticator", "poll", "enroll-authenticator"),
    leads("enroll-authenticator", "resend", "enroll-authenticator"),
    leads("enroll-authenticator", "select-authenticator-enroll", "authenticator-enrollment-data"),
    leads("enroll-authenticator", "select-authenticator-enroll", "enroll-authenticator"),
    leads("enroll-authenticator", "skip", "keep-me-signed-in"),
    leads("enroll-authenticator", "skip", "success"),
    leads("enroll-authenticator", "skip", "terminal"),
    leads(
        "authenticator-verification-data",
        "authenticator-verification-data",
        "challenge-authenticator",
    ),
    leads("authenticator-verification-data", "cancel", "identify"),
    leads("challenge-authenticator", "cancel", "identify"),
    leads("challenge-authenticator", "challenge-authenticator", "select-authenticator-enroll"),
    leads("challenge-authenticator", "email-link", "select-authenticator-enroll"),
    leads("challenge-authenticator", "poll", "challenge-authenticator"),
    leads("challenge-authenticator", "resend", "challenge-authenticator"),
    leads("keep-me-signed-in", "cancel", "identify"),
    leads("keep-me-signed-in", "keep-me-signed-in", "success"),
    leads("success", "cancel", "identify"),
    leads("terminal", "cancel", "identify"),
];

const fn begins(to: &'static str) -> Edge {
    Edge { from: None, edge: "interact", to }
}

const fn leads(from: &'static str, edge: &'static str, to: &'static str) -> Edge {
    Edge { from: Some(from), edge, to }
}

/// Everything that the engine knows.
#[derive(Debug, Clone, Copy)]
pub struct Graph {
    /// Every transition.
    pub edges: &'static [Edge],
    /// Every refusal.
    pub refusals: &'static [&'static RefusalDef],
    /// Every rule that includes or omits something.
    pub rules: &'static [&'static str],
    /// Every setting of the org document.
    pub settings: &'static [Setting],
}

impl Graph {
    /// The steps, each once, in the order in which the edges name them.
    pub fn steps(&self) -> Vec<&'static str> {
        let mut steps = Vec::new();
        for step in self.edges.iter().flat_map(|edge| [edge.from, Some(edge.to)]).flatten() {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
        steps
    }
}

/// Everything that the engine knows.
pub fn graph() -> Graph {
    Graph { edges: EDGES, refusals: refusal::TABLE, rules: rule::ALL, settings: SETTINGS }
}

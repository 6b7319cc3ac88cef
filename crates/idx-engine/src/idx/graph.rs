//! The engine's steps, edges, refusals, rules and settings, with the names in the journal.

use crate::idx::step::Step;
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

/// A line per edge: the step before, the remediation or action, the step after. A test walks the engine over all presets and settings, and compares
/// or writes the file.
const EDGES: &str = include_str!("edges.tsv");

fn edges() -> impl Iterator<Item = Edge> {
    EDGES.lines().filter_map(|line| {
        let mut parts = line.split('\t');
        let (from, edge, to) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Edge { from: Some(from).filter(|from| !from.is_empty()), edge, to })
    })
}

/// Everything that the engine knows.
#[derive(Debug, Clone)]
pub struct Graph {
    /// Every transition.
    pub edges: Vec<Edge>,
    /// Every refusal.
    pub refusals: &'static [&'static RefusalDef],
    /// Every rule that includes or omits something.
    pub rules: Vec<&'static str>,
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
    Graph {
        edges: edges().collect(),
        refusals: refusal::TABLE,
        rules: Step::RULES.iter().copied().flatten().chain(rule::ALL).copied().collect(),
        settings: SETTINGS,
    }
}

//! `graph`: everything that the engine knows, by the names that the journal uses.

use idx_engine::refusal::{Evidence, RefusalDef};
use schemars::JsonSchema;
use serde::Serialize;

use crate::control::call::{Call, CallContext, Json, NoQuery};
use crate::control::error::ControlError;

/// Every step, edge, refusal, rule and setting of the engine.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Graph {
    steps: Vec<&'static str>,
    edges: Vec<Edge>,
    refusals: Vec<Refusal>,
    /// The rules by which the engine shows or omits something.
    rules: Vec<&'static str>,
    /// The settings of the org document.
    switches: Vec<Switch>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Edge {
    /// Null for `interact`, which starts a transaction.
    from: Option<&'static str>,
    edge: &'static str,
    to: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Refusal {
    id: &'static str,
    when: &'static str,
    /// The HTTP status.
    status: u16,
    evidence: EvidenceKind,
    source: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Switch {
    key: &'static str,
    effect: &'static str,
    evidence: EvidenceKind,
    source: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EvidenceKind {
    Evidenced,
    Inferred,
}

#[derive(Debug)]
pub(crate) struct ReadGraph;

impl Call for ReadGraph {
    const SUMMARY: &'static str = "Returns everything that the engine knows.";
    type Query = NoQuery;
    type Request = ();
    type Response = Json<Graph>;

    async fn run(_: &CallContext<'_>, _: NoQuery, (): ()) -> Result<Json<Graph>, ControlError> {
        Ok(Json(Graph::of(idx_engine::graph())))
    }
}

impl Graph {
    fn of(graph: idx_engine::Graph) -> Self {
        let edges = graph.edges.iter();
        let switches = graph.settings.iter().map(|setting| {
            let (evidence, source) = evidence(setting.evidence);
            Switch { key: setting.key, effect: setting.effect, evidence, source }
        });
        Self {
            steps: graph.steps(),
            edges: edges
                .map(|edge| Edge { from: edge.from, edge: edge.edge, to: edge.to })
                .collect(),
            refusals: graph.refusals.iter().map(|def| refusal(def)).collect(),
            rules: graph.rules,
            switches: switches.collect(),
        }
    }
}

fn refusal(refusal: &RefusalDef) -> Refusal {
    let (evidence, source) = evidence(refusal.evidence);
    Refusal { id: refusal.id, when: refusal.when, status: refusal.status, evidence, source }
}

fn evidence(evidence: Evidence) -> (EvidenceKind, &'static str) {
    match evidence {
        Evidence::Shown(source) => (EvidenceKind::Evidenced, source),
        Evidence::Inferred(source) => (EvidenceKind::Inferred, source),
    }
}

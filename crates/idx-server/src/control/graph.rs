//! `graph`: everything that the engine knows, by the names that the journal uses.

use idx_engine::refusal::{Evidence, RefusalDef};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::control::{ControlError, ok};

pub(crate) fn show() -> Result<Answer, ControlError> {
    let graph = idx_engine::graph();
    let edges: Vec<Value> = graph
        .edges
        .iter()
        .map(|edge| json!({"from": edge.from, "edge": edge.edge, "to": edge.to}))
        .collect();
    let refusals: Vec<Value> = graph.refusals.iter().map(|row| refusal(row)).collect();
    let switches: Vec<Value> = graph
        .settings
        .iter()
        .map(|setting| {
            with_evidence(json!({"key": setting.key, "effect": setting.effect}), setting.evidence)
        })
        .collect();
    ok(&json!({
        "steps": graph.steps(),
        "edges": edges,
        "refusals": refusals,
        "rules": graph.rules,
        "switches": switches,
    }))
}

fn refusal(refusal: &RefusalDef) -> Value {
    with_evidence(
        json!({"id": refusal.id, "when": refusal.when, "status": refusal.status}),
        refusal.evidence,
    )
}

fn with_evidence(mut entry: Value, evidence: Evidence) -> Value {
    let (word, source) = match evidence {
        Evidence::Shown(source) => ("evidenced", source),
        Evidence::Inferred(source) => ("inferred", source),
    };
    entry["evidence"] = word.into();
    entry["source"] = source.into();
    entry
}

//! `graph`: everything that the engine knows, by the names that the journal uses.

use idx_engine::refusal::{Evidence, Row, TABLE};
use idx_engine::{EDGES, Step, rule};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::control::{ControlError, ok};

pub(crate) fn show() -> Result<Answer, ControlError> {
    let refusals: Vec<Value> = TABLE.iter().map(|row| refusal(row)).collect();
    ok(&json!({"steps": Step::NAMES, "edges": EDGES, "refusals": refusals, "rules": rule::ALL}))
}

fn refusal(row: &Row) -> Value {
    let (is_shown, source) = match row.evidence {
        Evidence::Shown(source) => (true, source),
        Evidence::Inferred(source) => (false, source),
    };
    let evidence = if is_shown { "evidenced" } else { "inferred" };
    json!({"id": row.id, "when": row.when, "status": row.status, "evidence": evidence, "source": source})
}

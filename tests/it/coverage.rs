//! Every remediation that the engine can offer, and every refusal of its table, is met by some built-in scenario: looked for in what went over the wire.

use idx_conformance::event::Event;
use idx_conformance::exchange::Exchange;
use idx_conformance::known::KnownFailures;
use idx_conformance::runner::{self, ClientChoice, Place, Settings};
use idx_conformance::scenario::Selection;
use idx_engine::refusal::{Place as Stands, Row, TABLE};
use idxlab::Emulator;
use tokio::sync::{mpsc, watch};

/// What no scenario can bring about, and where it is held instead.
const HELD_ELSEWHERE: [(&str, &str); 2] = [
    (
        "E20",
        "a hook that answers is needed: crates/idx-engine/tests/it/variants.rs, tests/it/hook.rs",
    ),
    ("A1", "a body above 64 KiB would fill a scenario: tests/it/robustness.rs"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_remediation_and_every_refusal_is_met_by_a_scenario() {
    let seen = exchanges_of_all_scenarios().await;
    let missing: Vec<_> = TABLE
        .iter()
        .filter(|row| HELD_ELSEWHERE.iter().all(|(id, _)| *id != row.id))
        .filter(|row| !seen.iter().any(|exchange| is_answered(row, exchange)))
        .map(|row| format!("{}: {}", row.id, row.when))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "refusals that no scenario meets");
    let remediations = idx_engine::graph()
        .steps()
        .into_iter()
        .filter(|step| !matches!(*step, "success" | "terminal"));
    let beside = ["select-enroll-profile", "select-identify", "skip"];
    let missing: Vec<_> = remediations
        .chain(beside)
        .filter(|name| {
            !seen.iter().any(|exchange| text(exchange).contains(&format!("\"name\":\"{name}\"")))
        })
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "remediations that no scenario meets");
}

async fn exchanges_of_all_scenarios() -> Vec<Exchange> {
    let emulator = Emulator::start().await.expect("an emulator");
    let settings = Settings {
        place: Place::Emulator { control_url: emulator.control_url().to_owned() },
        client: ClientChoice::Wire,
        seed: 1,
        jobs: 4,
        org: None,
        fail_fast: false,
        strict: false,
        retries: 0,
        known: KnownFailures::default(),
        tamper: None,
        reproduce_with: String::new(),
    };
    let scenarios = Selection::default().load().expect("the built-in scenarios");
    let (tell, mut told) = mpsc::unbounded_channel();
    let (_go_on, stop) = watch::channel(false);
    runner::run(scenarios, settings, tell, stop).await;
    let mut seen = Vec::new();
    while let Some(event) = told.recv().await {
        if let Event::ScenarioFinished(result) = event {
            seen.extend(result.cases.into_iter().flat_map(|case| case.exchanges));
        }
    }
    seen
}

/// Whether an answer is this row's: its status, and its key, error or text.
fn is_answered(row: &Row, exchange: &Exchange) -> bool {
    let Ok(answer) = &exchange.answer else { return false };
    let body = text(exchange);
    let line = &row.lines[0];
    // A text is compared up to its first parameter.
    let words = line.text.split("{0}").next().unwrap_or_default().replace('"', "\\\"");
    let said = if line.key.is_empty() { words.clone() } else { format!("{}\"", line.key) };
    let stands = match row.place {
        Stands::Api(code) => {
            body.contains(&format!("\"errorCode\":\"{code}\"")) && body.contains(&words)
        }
        Stands::OAuth(error) if body.is_empty() => answer
            .header("www-authenticate")
            .is_some_and(|header| header.contains(error) && header.contains(&words)),
        Stands::OAuth(error) => {
            body.contains(&format!("\"error\":\"{error}\"")) && body.contains(&words)
        }
        _ => body.contains(&said),
    };
    answer.status == row.status && stands
}

fn text(exchange: &Exchange) -> String {
    exchange
        .answer
        .as_ref()
        .map(|answer| String::from_utf8_lossy(&answer.body).into_owned())
        .unwrap_or_default()
}

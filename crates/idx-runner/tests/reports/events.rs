//! Handwritten events of a run with every outcome, and of a run with hostile texts.

use idx_judge::exchange::{Exchange, Request, ResponseError};
use idx_judge::http_message::HttpAnswer;
use idx_judge::rules::{self, Breach, RuleOutcome, RuleOutcomes};
use idx_judge::{ExpectedNames, Failure, NameList};
use idx_runner::event::{
    CaseResult, Event, Part, RunFinished, RunStarted, ScenarioInfo, ScenarioResult, StepResult,
    Verdict,
};
use idx_scenario::Level;

/// A run with every outcome, a case table, and a client that combines several operations in one call.
pub(crate) fn every_outcome() -> Vec<Event> {
    let known = "it shows no link (https://example.org/issues/1)";
    let stale = "it is a known failure (it shows no link (https://example.org/issues/1)), and it passes; remove the entry";
    run(vec![
        result("sign-up/passed", Verdict::Passed, vec![passed()]),
        result("sign-up/unseen", Verdict::Passed, vec![CaseResult { unseen: 2, ..passed() }]),
        result(
            "clock/skipped",
            Verdict::Skipped,
            vec![set_aside(Verdict::Skipped, "the clock of a target cannot be moved")],
        ),
        result(
            "link/unsupported",
            Verdict::Unsupported,
            vec![set_aside(Verdict::Unsupported, "the client has no operation `open-link`")],
        ),
        ScenarioResult {
            known: Some(known.into()),
            ..result("link/known", Verdict::Known, vec![failed()])
        },
        ScenarioResult {
            known: Some(stale.into()),
            ..result("link/stale", Verdict::Failed, vec![passed()])
        },
        result("sign-up/flaky", Verdict::Flaky, vec![failed_in_shared()]),
        result("sign-up/warned", Verdict::Warned, vec![breached()]),
        result("sign-up/failed", Verdict::Failed, vec![failed()]),
        result("sign-up/table", Verdict::Failed, table()),
        result(
            "sign-up/broken",
            Verdict::Broken,
            vec![set_aside(Verdict::Broken, "the org was refused: unknown preset `x`")],
        ),
    ])
}

/// Text that is markup, a command, a directive or invalid in at least one report format.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script> ]]> --> &amp; \"'`| # SKIP not ok\u{1b}[2J\u{0}\u{7}\u{9b}\u{fffe}\u{ffff}\u{202e}%0A::error::x\n::error file=a::b\r\n- \\u{d800} |\n...\nBail out!\u{2028}é🦀";

/// A failed run in which every external text is hostile.
pub(crate) fn hostile() -> Vec<Event> {
    let body = [b"\xff\xfe<script>]]>".as_slice(), HOSTILE.as_bytes()].concat();
    let surrogate = br#"{"message":"\ud800 alone","other":"</pre><script>"}"#.to_vec();
    let mut case = CaseResult {
        name: HOSTILE.into(),
        reason: Some(HOSTILE.into()),
        standard_error: Some(HOSTILE.into()),
        ..failed()
    };
    case.exchanges =
        vec![exchange("/idp/idx/introspect", &body), exchange("/idp/idx/enroll", &surrogate)];
    case.exchanges[0].request.headers.push(("x-hostile".into(), HOSTILE.into()));
    case.exchanges[0].request.body = body.into();
    case.exchanges[1].answer = Err(ResponseError::new(std::io::Error::other(HOSTILE)));
    case.steps = vec![StepResult {
        location: format!("{HOSTILE}:7"),
        summary: HOSTILE.into(),
        failures: vec![
            Failure::Path {
                path: HOSTILE.into(),
                expected: HOSTILE.into(),
                actual: HOSTILE.into(),
            },
            Failure::NoRequest { action: HOSTILE.into(), reply: Some(HOSTILE.into()) },
        ],
        exchanges: 0..2,
    }];
    case.breaches = vec![Breach { detail: HOSTILE.into(), ..breach() }];
    let scenario = |verdict, name: &str| {
        let mut result = result(name, verdict, vec![case.clone()]);
        result.scenario.title = HOSTILE.into();
        result.scenario.source = HOSTILE.into();
        result.scenario.address = format!("{name}/{HOSTILE}");
        result.scenario.path = Some(HOSTILE.into());
        result.known = Some(HOSTILE.into());
        result.reproduce = HOSTILE.into();
        result
    };
    let mut events = run(Verdict::ALL
        .into_iter()
        .enumerate()
        .map(|(index, verdict)| scenario(verdict, &index.to_string()))
        .collect());
    if let Some(Event::RunStarted(started)) = events.first_mut() {
        started.client = HOSTILE.into();
        started.target = Some(HOSTILE.into());
    }
    events
}

fn run(results: Vec<ScenarioResult>) -> Vec<Event> {
    let started = RunStarted {
        scenarios: results.len(),
        seed: 7,
        client: "example-client 1.2.3".into(),
        target: Some("https://acme.okta.com/oauth2/default".into()),
        part: Some(Part { number: 2, count: 3 }),
    };
    let mut events = vec![Event::RunStarted(started)];
    for result in results {
        events.push(Event::ScenarioStarted { address: result.scenario.address.clone() });
        events.push(Event::ScenarioFinished(Box::new(result)));
    }
    events.push(Event::RunFinished(RunFinished { took: 4_321, interrupted: false }));
    events
}

fn result(address: &str, verdict: Verdict, cases: Vec<CaseResult>) -> ScenarioResult {
    let name = address.rsplit('/').next().unwrap_or_default();
    ScenarioResult {
        scenario: ScenarioInfo {
            id: format!("TEST-{}", name.to_uppercase()),
            title: format!("A scenario that is {name}"),
            level: if verdict == Verdict::Warned { Level::Should } else { Level::Must },
            source: "the harness's own tests".into(),
            address: address.into(),
            path: Some(format!("my/{address}.toml")),
        },
        verdict,
        cases,
        took: 12,
        known: None,
        reproduce: format!("idxlab run my/{address}.toml --seed 7"),
    }
}

fn passed() -> CaseResult {
    CaseResult {
        name: String::new(),
        verdict: Verdict::Passed,
        reason: None,
        steps: vec![step(6, "start", vec![], 0..1)],
        breaches: vec![],
        rules: outcomes(&[(true, 3)]),
        unseen: 0,
        standard_error: None,
        exchanges: vec![exchange("/idp/idx/introspect", b"{\"version\":\"1.0.0\"}")],
    }
}

fn set_aside(verdict: Verdict, reason: &str) -> CaseResult {
    let (steps, exchanges) = (vec![], vec![]);
    CaseResult { verdict, reason: Some(reason.into()), steps, exchanges, ..passed() }
}

fn failed() -> CaseResult {
    let failures = vec![
        Failure::Status {
            expected: "200".into(),
            actual: 400,
            explanation: Some("'Email' is wrong".into()),
        },
        Failure::Names {
            list: NameList::Remediations,
            expected: ExpectedNames::Including(vec!["skip".into()]),
            actual: vec!["enroll-profile".into()],
        },
    ];
    let second = step(10, "answer enroll-profile", failures, 1..2);
    CaseResult {
        verdict: Verdict::Failed,
        steps: [passed().steps, vec![second]].concat(),
        breaches: vec![breach()],
        rules: outcomes(&[(true, 1), (false, 1)]),
        standard_error: Some("TypeError: x is undefined\n    at signUp (adapter.mjs:12)".into()),
        exchanges: [passed().exchanges, vec![exchange("/idp/idx/enroll/new", b"{}")]].concat(),
        ..passed()
    }
}

fn failed_in_shared() -> CaseResult {
    let mut case = failed();
    case.steps[1].location = "my/sign-up/x.toml:9 (built in: shared/profile-given:10)".into();
    case
}

fn breached() -> CaseResult {
    CaseResult { verdict: Verdict::Warned, breaches: vec![breach()], ..passed() }
}

fn table() -> Vec<CaseResult> {
    let row = |name: &str, case: CaseResult| CaseResult { name: name.into(), ..case };
    vec![row("short", passed()), row("no @", failed()), row("two @", failed())]
}

fn step(
    line: usize,
    summary: &str,
    failures: Vec<Failure>,
    exchanges: std::ops::Range<usize>,
) -> StepResult {
    StepResult {
        location: format!("my/sign-up/x.toml:{line}"),
        summary: summary.into(),
        failures,
        exchanges,
    }
}

/// Outcomes of the first two rules: whether each held, and how often.
fn outcomes(counts: &[(bool, usize)]) -> RuleOutcomes {
    let counted = rules::all().zip(counts).map(|(rule, (holds, count))| RuleOutcome {
        rule,
        held: if *holds { *count } else { 0 },
        broken: if *holds { 0 } else { *count },
    });
    counted.collect()
}

fn breach() -> Breach {
    let rule = rules::find("server.href-path").expect("the rule exists");
    Breach { rule, exchange: 0, detail: "remediation skip: it leads to /elsewhere".into() }
}

fn exchange(path: &str, answer: &[u8]) -> Exchange {
    let json = |value: &str| vec![("content-type".to_owned(), value.to_owned())];
    Exchange {
        at: 0,
        took: 3,
        org_time: None,
        request: Request {
            method: "POST".into(),
            target: path.into(),
            headers: json("application/json"),
            body: "{\"stateHandle\":\"02abc\"}".into(),
        },
        answer: Ok(HttpAnswer {
            status: 200,
            headers: json("application/ion+json; okta-version=1.0.0"),
            body: answer.to_vec().into(),
        }),
        deliberate: false,
    }
}

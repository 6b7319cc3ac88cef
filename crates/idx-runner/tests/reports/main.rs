//! A snapshot of each report format, and tests that external texts cannot break a report.

mod events;

use events::{HOSTILE, every_outcome, hostile};
use idx_judge::rules;
use idx_runner::event::{Event, Verdict};
use idx_runner::report::GithubReport;
use idx_runner::report::HtmlReport;
use idx_runner::report::JsonReport;
use idx_runner::report::JunitReport;
use idx_runner::report::Reporter;
use idx_runner::report::TapReport;
use idx_runner::report::TerminalReport;
use idx_runner::schema;
use regex::Regex;
use serde_json::Value;

/// Writes the report of a run.
fn write_report<'w, R: Reporter + 'w>(
    run: &[Event],
    out: &'w mut Vec<u8>,
    report: impl FnOnce(&'w mut Vec<u8>) -> R,
) {
    let mut report = report(out);
    for event in run {
        report.on(event).expect("writing to a Vec never fails");
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("a report is UTF-8")
}

fn terminal(run: &[Event]) -> String {
    let mut out = Vec::new();
    write_report(run, &mut out, |out| TerminalReport::new(out, false));
    anstream::adapter::strip_str(&text(out)).to_string()
}

fn json(run: &[Event]) -> String {
    let mut out = Vec::new();
    write_report(run, &mut out, JsonReport::new);
    text(out)
}

fn junit(run: &[Event]) -> String {
    let mut out = Vec::new();
    write_report(run, &mut out, JunitReport::new);
    text(out)
}

fn tap(run: &[Event]) -> String {
    let mut out = Vec::new();
    write_report(run, &mut out, TapReport::new);
    text(out)
}

fn html(run: &[Event]) -> String {
    let mut out = Vec::new();
    write_report(run, &mut out, HtmlReport::new);
    text(out)
}

/// The annotations and the job summary.
fn github(run: &[Event]) -> (String, String) {
    let (mut annotations, mut summary) = (Vec::new(), Vec::new());
    let mut report = GithubReport::new(&mut annotations, Some(&mut summary));
    for event in run {
        report.on(event).expect("writing to a Vec never fails");
    }
    drop(report);
    (text(annotations), text(summary))
}

#[test]
fn terminal_report_matches_its_snapshot() {
    insta::assert_snapshot!(terminal(&every_outcome()));
}

#[test]
fn json_report_matches_its_snapshot() {
    insta::assert_snapshot!(json(&every_outcome()));
}

#[test]
fn junit_report_matches_its_snapshot() {
    insta::assert_snapshot!(junit(&every_outcome()));
}

#[test]
fn tap_report_matches_its_snapshot() {
    insta::assert_snapshot!(tap(&every_outcome()));
}

#[test]
fn html_report_matches_its_snapshot() {
    let page = html(&every_outcome());
    // Style and script are separate source files, so the snapshot omits them.
    let style = Regex::new("(?s)<style>.*?</style>").expect("a fixed expression");
    let script = Regex::new("(?s)<script>.*?</script>").expect("a fixed expression");
    let page = script
        .replace(&style.replace(&page, "<style>…</style>"), "<script>…</script>")
        .into_owned();
    // Line ends between tags make the snapshot readable.
    insta::assert_snapshot!(page.replace("><", ">\n<"));
}

#[test]
fn github_report_matches_its_snapshot() {
    let (annotations, summary) = github(&every_outcome());
    insta::assert_snapshot!("the_github_annotations", annotations);
    insta::assert_snapshot!("the_github_summary", summary);
}

/// The schema without additional properties, so that a member without a description fails.
fn strict_schema() -> Value {
    fn close(schema: &mut Value) {
        if let Some(members) = schema.as_object_mut() {
            if members.contains_key("properties") {
                members.insert("additionalProperties".into(), false.into());
            }
            members.values_mut().for_each(close);
        } else if let Some(items) = schema.as_array_mut() {
            items.iter_mut().for_each(close);
        }
    }
    let text = schema::find("report").expect("the schema exists");
    let mut schema = serde_json::from_str(text).expect("a schema is JSON");
    close(&mut schema);
    schema
}

#[test]
fn json_report_matches_its_schema() {
    let validator = jsonschema::validator_for(&strict_schema()).expect("the schema is valid");
    for run in [every_outcome(), hostile()] {
        let text = json(&run);
        assert!(text.split_whitespace().collect::<String>().starts_with("{\"format\":1,"));
        let report: Value = serde_json::from_str(&text).expect("the report is JSON");
        let wrong: Vec<_> = validator
            .iter_errors(&report)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(
            report["scenarios"].as_array().map(Vec::len),
            report["counts"]["total"].as_u64().map(|n| n as usize)
        );
    }
}

#[test]
fn json_report_contains_every_text() {
    let report: Value = serde_json::from_str(&json(&hostile())).expect("the report is JSON");
    let scenario = &report["scenarios"][0];
    for pointer in
        ["/title", "/source", "/known", "/reproduce", "/cases/0/steps/0/failures/0/actual"]
    {
        assert_eq!(scenario.pointer(pointer), Some(&Value::from(HOSTILE)), "{pointer}");
    }
}

#[test]
fn every_report_lists_every_rule() {
    let run = every_outcome();
    let reports = [
        ("json", json(&run)),
        ("junit", junit(&run)),
        ("tap", tap(&run)),
        ("html", html(&run)),
        ("github", github(&run).1),
    ];
    for (name, report) in &reports {
        for rule in rules::all() {
            assert!(report.contains(rule.id), "{name} does not list {}", rule.id);
        }
    }
    let summary = terminal(&run);
    assert!(summary.contains(" rules exercised"), "{summary}");
}

#[test]
fn junit_report_counts_its_cases() {
    for run in [every_outcome(), hostile()] {
        let text = junit(&run);
        let document =
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
        let root = document.root_element();
        assert_eq!(root.tag_name().name(), "testsuites");
        let count = |node: roxmltree::Node<'_, '_>, name: &str| {
            node.descendants().filter(|inner| inner.has_tag_name(name)).count().to_string()
        };
        let suites = root.children().filter(roxmltree::Node::is_element);
        for node in suites.chain([root]) {
            for (attribute, tag) in [
                ("tests", "testcase"),
                ("failures", "failure"),
                ("errors", "error"),
                ("skipped", "skipped"),
            ] {
                assert_eq!(
                    node.attribute(attribute),
                    Some(count(node, tag).as_str()),
                    "{attribute}"
                );
            }
        }
        assert!(document.descendants().all(|node| node.tag_name().name() != "script"));
    }
}

/// Checks a report against TAP version 14 (<https://testanything.org/tap-version-14-specification.html>). Returns the number of directives.
fn check_tap(text: &str) -> usize {
    let point = Regex::new(r"^(not )?ok ([0-9]+) - ((?:[^#\\]|\\.)*)( # SKIP .*)?$")
        .expect("a fixed expression");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan = lines.next().and_then(|line| line.strip_prefix("1..")).expect("the plan comes next");
    let (mut numbers, mut directives) = (0, 0);
    let mut in_yaml = false;
    for line in lines {
        match (line, in_yaml) {
            ("  ---", false) => in_yaml = true,
            ("  ...", true) => in_yaml = false,
            (line, true) => check_yaml(line),
            (line, false) if line.starts_with("# ") => {}
            (line, false) => {
                let found =
                    point.captures(line).unwrap_or_else(|| panic!("no test point: {line:?}"));
                numbers += 1;
                assert_eq!(found[2], numbers.to_string());
                directives += usize::from(found.get(4).is_some());
            }
        }
    }
    assert!(!in_yaml, "a block ends");
    assert_eq!(plan, numbers.to_string());
    directives
}

/// Checks a line of a YAML block: a key, an item, or a value that is a word or a JSON string.
fn check_yaml(line: &str) {
    let shape = Regex::new(r#"^  (?:    ?- |  - |)?(?:[A-Za-z]+:|)(?: ?(".*"|[a-z0-9]+))?$"#)
        .expect("a fixed expression");
    let found = shape.captures(line).unwrap_or_else(|| panic!("no line of YAML: {line:?}"));
    if let Some(value) = found.get(1).filter(|value| value.as_str().starts_with('"')) {
        serde_json::from_str::<String>(value.as_str())
            .unwrap_or_else(|error| panic!("{error} in {line:?}"));
    }
}

#[test]
fn tap_report_follows_its_grammar() {
    for run in [every_outcome(), hostile()] {
        // Each run has a skipped, an unsupported and a known scenario.
        assert_eq!(check_tap(&tap(&run)), 3);
    }
}

#[test]
fn html_report_escapes_markup_of_the_run() {
    let page = html(&hostile());
    assert_eq!(page.matches("<script").count(), 1, "only the page's own script");
    assert_eq!(page.matches("</pre>").count(), page.matches("<pre>").count());
    let controls: Vec<_> =
        page.chars().filter(|c| c.is_control() && *c != '\n' && *c != '\t').collect();
    assert_eq!(controls, []);
    assert_eq!(page.matches("<details").count(), page.matches("</details>").count());
}

#[test]
fn annotation_is_always_one_line() {
    let shape = Regex::new("^::(error|warning) (file=[^,:]+,line=[0-9]+,)?title=[^,:]+::")
        .expect("a fixed expression");
    let cells = Regex::new(r"(?:^|[^\\])\|").expect("a fixed expression");
    for run in [every_outcome(), hostile()] {
        let (annotations, summary) = github(&run);
        for line in annotations.split(['\n', '\r']).filter(|line| !line.is_empty()) {
            assert!(shape.is_match(line), "{line:?}");
        }
        let failed = run.iter().filter(
            |event| matches!(event, Event::ScenarioFinished(result) if result.verdict.is_bad()),
        );
        let failed = failed.count();
        assert_eq!(annotations.lines().count(), failed);
        let rows: Vec<_> = summary.lines().filter(|line| line.starts_with("| ")).collect();
        assert_eq!(rows.len(), failed + 1, "a header and a row for each: {summary}");
        for row in rows {
            assert_eq!(cells.find_iter(row).count(), 4, "{row}");
            assert!(!row.contains("<script"), "{row}");
        }
    }
}

#[test]
fn terminal_report_escapes_control_characters() {
    let report = terminal(&hostile());
    let is_control =
        |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert_eq!(report.chars().filter(|c| is_control(*c)).collect::<Vec<_>>(), []);
    // GitHub Actions would execute such a line as a command.
    for line in report.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
    }
}

#[test]
fn progress_line_is_cleared_before_each_line() {
    let mut out = Vec::new();
    write_report(&every_outcome(), &mut out, |out| TerminalReport::new(out, true));
    let text = text(out);
    assert_eq!(text.matches("\r\x1b[2K").count(), Verdict::ALL.len() + 4);
    assert!(text.contains("[11/11] 2 passed"), "{text}");
}

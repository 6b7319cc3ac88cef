//! Compares the generated parts of the documents with the engine. `UPDATE_DOCS=1` writes them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use idx_engine::org::catalogue::SETTINGS;
use idx_engine::refusal::{Evidence, NOT_EMULATED, Placement, TABLE};
use idx_engine::{Edge, graph};

use crate::explore;

/// The lines of `edges.tsv`.
#[test]
fn walk_over_all_presets_and_settings_finds_the_listed_edges() {
    let mut walked: Vec<String> = explore::edges()
        .into_iter()
        .map(|Edge { from, edge, to }| format!("{}\t{edge}\t{to}\n", from.unwrap_or_default()))
        .collect();
    walked.sort_unstable();
    compare_or_write("crates/idx-engine/src/idx/edges.tsv", &walked.concat());
}

#[test]
fn state_diagram_matches_the_engine() {
    let mut diagram = "```mermaid\nstateDiagram-v2\n".to_owned();
    let state = |name: &str| name.replace('-', "_");
    for step in graph().steps() {
        let _ = writeln!(diagram, "    {}: {step}", state(step));
    }
    for Edge { from, edge, to } in graph().edges.iter().filter(|edge| edge.edge != "cancel") {
        let from = from.map_or_else(|| "[*]".to_owned(), state);
        let _ = writeln!(diagram, "    {from} --> {}: {edge}", state(to));
    }
    for end in ["success", "terminal"] {
        let _ = writeln!(diagram, "    {end} --> [*]");
    }
    diagram += "```";
    compare_part("ARCHITECTURE.md", "state diagram", &diagram);
}

#[test]
fn readme_tables_match_the_engine() {
    let mut refusals =
        "| id | when | HTTP | where | evidence |\n|---|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let _ = writeln!(
            refusals,
            "| {} | {} | {} | {} | {} |",
            row.id,
            row.when,
            row.status,
            placement(row.placement),
            evidence(row.evidence)
        );
    }
    for (id, why) in NOT_EMULATED {
        let _ = writeln!(refusals, "| {id} | | | | out of scope: {why} |");
    }
    compare_part("README.md", "refusals", refusals.trim_end());
    let mut settings = "| setting | effect on a sign-up | evidence |\n|---|---|---|\n".to_owned();
    for setting in SETTINGS {
        let _ = writeln!(
            settings,
            "| `{}` | {} | {} |",
            setting.key,
            setting.effect,
            evidence(setting.evidence)
        );
    }
    compare_part("README.md", "settings", settings.trim_end());
}

fn evidence(evidence: Evidence) -> String {
    match evidence {
        Evidence::Shown(what) => format!("evidenced: {what}"),
        Evidence::Inferred(what) => format!("inferred: {what}"),
    }
}

fn placement(placement: Placement) -> String {
    match placement {
        Placement::Field => "on the field".to_owned(),
        Placement::Top => "at the top of the page".to_owned(),
        Placement::Terminal => "at the end".to_owned(),
        Placement::NoSession => "`version` and `messages` alone".to_owned(),
        Placement::OAuth(error) => format!("`{error}`"),
        Placement::Api(code) => format!("`{code}`"),
    }
}

/// The part of a document between `<!-- NAME -->` and `<!-- end of NAME -->` must be `text`.
fn compare_part(file: &str, name: &str, text: &str) {
    let document = std::fs::read_to_string(path(file)).unwrap();
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("\n<!-- end of {name} -->"));
    let (before, rest) = document
        .split_once(&begin)
        .unwrap_or_else(|| panic!("{file} has no line {}", begin.trim()));
    let (_, after) =
        rest.split_once(&end).unwrap_or_else(|| panic!("{file} has no line {}", end.trim()));
    compare_or_write(file, &format!("{before}{begin}{text}{end}{after}"));
}

/// Compares a generated file with the expected text. With `UPDATE_DOCS=1`, writes it.
fn compare_or_write(file: &str, expected: &str) {
    let found = std::fs::read_to_string(path(file)).unwrap();
    if found == expected {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path(file), expected).unwrap();
        return;
    }
    let without = |text: &str, other: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !other.lines().any(|known| known == *line));
        lines.map(str::to_owned).collect()
    };
    panic!(
        "{file} is out of date; write it with UPDATE_DOCS=1 cargo test -p idx-engine --test it -- docs\nmissing: {:#?}\nobsolete: {:#?}",
        without(expected, &found),
        without(&found, expected)
    );
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

#[test]
fn every_catalogued_error_has_a_row_or_a_reason() {
    let known = |number: u32| {
        let id = format!("E{number}");
        TABLE.iter().any(|row| row.id == id) || NOT_EMULATED.iter().any(|(other, _)| *other == id)
    };
    let missing: Vec<u32> = (1..=44).filter(|number| !known(*number)).collect();
    assert_eq!(missing, Vec::<u32>::new());
}

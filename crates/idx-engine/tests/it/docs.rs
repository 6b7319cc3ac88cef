//! The tables and the diagram of the documents are made from the engine's own, and these tests hold them equal. `UPDATE_DOCS=1` writes them.

use std::fmt::Write as _;
use std::path::Path;

use idx_engine::org::catalogue::SETTINGS;
use idx_engine::refusal::{Evidence, NOT_EMULATED, Placement, TABLE};
use idx_engine::{Edge, graph};

use crate::explore;

#[test]
fn the_engine_walks_exactly_the_edges_it_knows() {
    let known: Vec<Edge> = {
        let mut known = graph().edges.to_vec();
        known.sort_unstable();
        known
    };
    let walked: Vec<Edge> = explore::edges().into_iter().collect();
    let lines = |edges: &[Edge]| -> Vec<String> {
        edges
            .iter()
            .map(|Edge { from, edge, to }| format!("{} --{edge}-> {to}", from.unwrap_or("(begin)")))
            .collect()
    };
    pretty_assert(&lines(&walked), &lines(&known));
}

fn pretty_assert(walked: &[String], known: &[String]) {
    let missing: Vec<_> = walked.iter().filter(|edge| !known.contains(edge)).collect();
    let unreached: Vec<_> = known.iter().filter(|edge| !walked.contains(edge)).collect();
    assert!(
        missing.is_empty() && unreached.is_empty(),
        "walked but not in the table: {missing:#?}\nin the table but not walked: {unreached:#?}"
    );
}

#[test]
fn the_state_diagram_is_the_engines_own() {
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
    hold("ARCHITECTURE.md", "state diagram", &diagram);
}

#[test]
fn the_tables_of_what_is_emulated_are_the_engines_own() {
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
    hold("README.md", "refusals", refusals.trim_end());
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
    hold("README.md", "settings", settings.trim_end());
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
fn hold(file: &str, name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let document = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("\n<!-- end of {name} -->"));
    let (before, rest) = document
        .split_once(&begin)
        .unwrap_or_else(|| panic!("{file} has no line {}", begin.trim()));
    let (found, after) =
        rest.split_once(&end).unwrap_or_else(|| panic!("{file} has no line {}", end.trim()));
    if found == text {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{begin}{text}{end}{after}")).unwrap();
    } else {
        panic!(
            "{file}: the part \"{name}\" is not what the engine says; write it with UPDATE_DOCS=1 cargo test -p idx-engine"
        );
    }
}

#[test]
fn every_error_of_the_catalogue_has_a_row_or_a_reason() {
    let known = |number: u32| {
        let id = format!("E{number}");
        TABLE.iter().any(|row| row.id == id) || NOT_EMULATED.iter().any(|(other, _)| *other == id)
    };
    let missing: Vec<u32> = (1..=44).filter(|number| !known(*number)).collect();
    assert_eq!(missing, Vec::<u32>::new());
}

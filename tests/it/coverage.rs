//! Every refusal and every remediation of the engine has a scenario.

use std::collections::BTreeSet;

use idx_engine::Remediation;
use idx_engine::refusal::{Placement, RefusalDef, TABLE};
use idx_tests::workspace::{files, read};

/// Refusals with a text of our own. Their scenarios check only status and error, so that they can run against a real org.
const COVERED_WITHOUT_TEXT: [(&str, &str); 1] = [("O18", "IDX-TOK-LOGOUT")];
/// Refusals that an org's hook causes. A scenario cannot provide a hook, so the tests of the engine and the server cover these refusals.
const FROM_HOOK: [&str; 3] = ["E20", "E20a", "E20b"];

#[test]
fn every_refusal_is_expected_by_a_scenario() {
    let scenarios = scenarios();
    let uncovered: Vec<String> = TABLE
        .iter()
        .filter(|row| !FROM_HOOK.contains(&row.id))
        .filter(|row| !markers(row).iter().any(|words| scenarios.contains(words.as_str())))
        .map(|row| format!("{}, {}", row.id, row.when))
        .collect();
    assert!(uncovered.is_empty(), "no scenario expects {uncovered:#?}");
}

#[test]
fn every_remediation_has_a_golden_document_and_a_scenario() {
    let golden: String = files("fixtures/responses", &["snap"]).iter().map(read).collect();
    let (scenarios, mut names) = (scenarios(), BTreeSet::new());
    // In every golden document, the name of a form follows its `rel`.
    for form in golden.split("\"create-form\"").skip(1) {
        names.extend(form.split("\"name\": \"").nth(1).and_then(|rest| rest.split('"').next()));
    }
    let offered: BTreeSet<&str> =
        Remediation::ALL.iter().map(|remediation| remediation.name()).collect();
    let missing: Vec<_> = offered.difference(&names).collect();
    assert!(missing.is_empty(), "no golden document offers {missing:?}");
    let uncovered: Vec<_> =
        offered.iter().filter(|name| !scenarios.contains(&format!("\"{name}\""))).collect();
    assert!(uncovered.is_empty(), "no scenario uses {uncovered:?}");
}

/// The strings that identify this refusal in a scenario: a key, the start of a text, or a code that no other row has.
fn markers(row: &RefusalDef) -> Vec<String> {
    let of_lines = row
        .messages
        .iter()
        .map(|line| if line.key.is_empty() { opening(line.text) } else { line.key.to_owned() });
    let of_place = match row.placement {
        Placement::Api(code) => Some(code.to_owned()),
        Placement::OAuth(error) => {
            let sharing = TABLE.iter().filter(|other| other.placement == row.placement).count();
            Some(error.to_owned()).filter(|_| sharing == 1)
        }
        _ => None,
    };
    let of_requirement = COVERED_WITHOUT_TEXT.iter().find(|(id, _)| *id == row.id);
    let of_requirement = of_requirement.map(|(_, requirement)| format!("\"{requirement}\""));
    of_lines.chain(of_place).chain(of_requirement).filter(|words| !words.is_empty()).collect()
}

/// The first words of the longest part of a text without parameters. A scenario can omit the rest.
fn opening(text: &str) -> String {
    let part = text.split(['{', '}']).max_by_key(|part| part.len()).unwrap_or_default();
    let words = part.trim_start_matches([']', '\'', ' ']).split(' ').take(4);
    words.collect::<Vec<_>>().join(" ")
}

fn scenarios() -> String {
    files("scenarios", &["toml"]).iter().map(read).collect::<Vec<_>>().join("\n")
}

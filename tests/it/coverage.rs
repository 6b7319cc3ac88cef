//! Nothing that the engine can say goes without a scenario.

use std::collections::BTreeSet;

use idx_engine::Remediation;
use idx_engine::refusal::{Placement, RefusalDef, TABLE};
use idx_tests::workspace::{files, read};

/// Rows whose text is ours, and which a scenario holds by status and error alone so that it can be run against a real org.
const HELD_WITHOUT_TEXT: [(&str, &str); 3] =
    [("O4", "IDX-OAU-PLAIN"), ("O15", "IDX-TOK-MISSING"), ("O18", "IDX-TOK-LOGOUT")];
/// A row whose text is a person's own hook's: a scenario has none to call, so the server's tests play one.
const OF_A_HOOK: &str = "E20";

#[test]
fn every_refusal_is_expected_by_a_scenario() {
    let scenarios = scenarios();
    let unheld: Vec<String> = TABLE
        .iter()
        .filter(|row| row.id != OF_A_HOOK)
        .filter(|row| !telling(row).iter().any(|words| scenarios.contains(words.as_str())))
        .map(|row| format!("{}, {}", row.id, row.when))
        .collect();
    assert!(unheld.is_empty(), "no scenario expects {unheld:#?}");
}

#[test]
fn every_remediation_has_a_golden_document_and_a_scenario() {
    let golden: String = files("fixtures/responses", &["snap"]).iter().map(read).collect();
    let (scenarios, mut names) = (scenarios(), BTreeSet::new());
    // The name of a form follows its `rel`, in every golden document.
    for form in golden.split("\"create-form\"").skip(1) {
        names.extend(form.split("\"name\": \"").nth(1).and_then(|rest| rest.split('"').next()));
    }
    let offered: BTreeSet<&str> =
        Remediation::ALL.iter().map(|remediation| remediation.name()).collect();
    let missing: Vec<_> = offered.difference(&names).collect();
    assert!(missing.is_empty(), "no golden document offers {missing:?}");
    let unheld: Vec<_> =
        offered.iter().filter(|name| !scenarios.contains(&format!("\"{name}\""))).collect();
    assert!(unheld.is_empty(), "no scenario meets {unheld:?}");
}

/// What a scenario that expects this refusal says: a key, the beginning of a text, or a code that no other row has.
fn telling(row: &RefusalDef) -> Vec<String> {
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
    let of_requirement = HELD_WITHOUT_TEXT.iter().find(|(id, _)| *id == row.id);
    let of_requirement = of_requirement.map(|(_, requirement)| format!("\"{requirement}\""));
    of_lines.chain(of_place).chain(of_requirement).filter(|words| !words.is_empty()).collect()
}

/// The first words of the longest part of a text without parameters; a scenario may stop there.
fn opening(text: &str) -> String {
    let part = text.split(['{', '}']).max_by_key(|part| part.len()).unwrap_or_default();
    let words = part.trim_start_matches([']', '\'', ' ']).split(' ').take(4);
    words.collect::<Vec<_>>().join(" ")
}

fn scenarios() -> String {
    files("scenarios", &["toml"]).iter().map(read).collect::<Vec<_>>().join("\n")
}

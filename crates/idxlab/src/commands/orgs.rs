//! What is wrong with an org that a scenario or `--org` names: the harness knows no orgs, and the command does.

use idx_conformance::scenario::{OrgChoice, nearest};
use idx_server::{Org, presets};

/// Refuses an org that no server would start with, and says what would be right.
pub(crate) fn check(choice: &OrgChoice) -> Result<(), String> {
    match choice {
        OrgChoice::Preset(name) if presets::named(name).is_some() => Ok(()),
        OrgChoice::Preset(name) => Err(unknown(name)),
        OrgChoice::Document(document) => Org::from_json(document).map(drop).map_err(|error| {
            let text = error.to_string();
            text.strip_prefix("document: ").unwrap_or(&text).to_owned()
        }),
    }
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = presets::ALL.iter().map(|preset| preset.name).collect();
    match nearest(name, &names) {
        Some(near) => format!("there is no preset `{name}`; did you mean `{near}`?"),
        None => format!("there is no preset `{name}`; the presets are {}", names.join(", ")),
    }
}

//! What is wrong with an org that a scenario or `--org` names: the harness knows no orgs, and the command does.

use std::path::Path;

use idx_scenario::{OrgChoice, nearest};
use idx_server::{Org, presets};

/// The org that `--org` names: a preset, or else a file.
pub(crate) fn read(word: &str) -> Result<OrgChoice, String> {
    if presets::named(word).is_some() || !Path::new(word).is_file() {
        let choice = OrgChoice::Preset(word.to_owned());
        return check(&choice).map(|()| choice);
    }
    let text = std::fs::read_to_string(word)
        .map_err(|error| format!("{word} could not be read: {error}"))?;
    // Read as an org here, so that a mistake has its place in the file.
    Org::from_toml(&text, word).map_err(|error| error.to_string())?;
    let document = toml::from_str(&text).map_err(|error| format!("{word}: {error}"))?;
    Ok(OrgChoice::Document(document))
}

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

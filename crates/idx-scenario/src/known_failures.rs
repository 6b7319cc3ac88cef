//! Known failures: a file that lists the scenarios a client fails, and why. An entry whose scenario passes fails the run.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use toml::de::DeTable;

use crate::catalogue::{built_in_ids, ids_below, read_source};
use crate::reader::{Reading, Table};
use crate::{LoadError, Mistake, Mistakes, Scenario, Source, nearest};

/// The entries of a file; without a file there are none.
#[derive(Debug, Clone, Default)]
pub struct KnownFailures {
    source: Source,
    entries: Vec<KnownFailure>,
}

/// A scenario that a client is known to fail.
#[derive(Debug, Clone)]
pub struct KnownFailure {
    id: Quoted,
    client: Quoted,
    /// Every version, if absent.
    version: Option<String>,
    /// A text of the failure: another failure of the scenario is not known. Every failure is known, if absent.
    failure: Option<String>,
    reason: String,
    issue: Option<String>,
}

/// A string of the file and its position, for errors that only the run can find.
#[derive(Debug, Clone, Default)]
struct Quoted {
    text: String,
    span: Range<usize>,
}

impl KnownFailures {
    /// Reads a file of `[[known]]` tables.
    ///
    /// # Errors
    /// When it cannot be read, or has mistakes.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let source = read_source(path)?;
        let document = DeTable::parse(&source.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let right = "write `[[known]]` tables in TOML".to_owned();
            refused(vec![Mistake::new(&source, &span, error.message().to_owned(), right)])
        })?;
        let reading = Reading::new(&source);
        let table = Table::new(&reading, "a known-failures file", document.get_ref(), 0..0);
        let items = table
            .take("known")
            .and_then(|entry| entry.items("write each entry as a `[[known]]` table"));
        let items = items.unwrap_or_default();
        let entries = items.iter().filter_map(|item| item.table("an entry")).map(read).collect();
        table.finish();
        let mistakes = reading.into_mistakes();
        if mistakes.is_empty() { Ok(Self { source, entries }) } else { Err(refused(mistakes)) }
    }

    /// Refuses entries whose scenario does not exist.
    ///
    /// A scenario exists if it is built in, selected, or in a file below the folder of a selected file or of the known-failures file: a run of one
    /// scenario accepts the file of its whole folder.
    ///
    /// # Errors
    /// One mistake per unknown id, each with the nearest id.
    pub fn check_ids(&self, selected: &[Scenario]) -> Result<(), LoadError> {
        let mut ids: BTreeSet<String> = built_in_ids();
        ids.extend(selected.iter().map(|scenario| scenario.id.clone()));
        let is_unknown =
            |ids: &BTreeSet<String>| self.entries.iter().any(|known| !ids.contains(&known.id.text));
        if is_unknown(&ids) {
            let files = selected.iter().filter_map(|scenario| scenario.path.as_deref());
            let folders: BTreeSet<_> =
                files.chain([self.source.name.as_str()]).map(folder_of).collect();
            ids.extend(folders.into_iter().flat_map(ids_below));
        }
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        self.check(
            |known| (!ids.contains(&known.id.text.as_str())).then_some(&known.id),
            |id| {
                let right = match nearest(id, &ids) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => "`idxlab list` lists every id".to_owned(),
                };
                (format!("unknown scenario \"{id}\""), right)
            },
        )
    }

    /// Refuses entries whose client is a misspelling of the client that runs, or of the built-in one. Any other name may be an adapter's that does not run
    /// today, so that several clients can share a file.
    ///
    /// # Errors
    /// One mistake per misspelling, each with the correct name.
    pub fn check_clients(&self, running: &str) -> Result<(), LoadError> {
        let names = [running, BUILT_IN_CLIENT];
        let meant = |client: &str| {
            let is_known = names.contains(&client);
            names.into_iter().find(|name| !is_known && is_misspelling(client, name))
        };
        self.check(
            |known| meant(&known.client.text).map(|_| &known.client),
            |client| {
                let right = meant(client).unwrap_or(running);
                (format!("unknown client \"{client}\""), format!("did you mean \"{right}\"?"))
            },
        )
    }

    /// The file's name, the number of entries that other clients than this one have, and their names; `None` if there are no such entries.
    #[must_use]
    pub fn of_other_clients(&self, running: &str) -> Option<(&str, usize, BTreeSet<&str>)> {
        let clients = self.entries.iter().map(|known| known.client.text.as_str());
        let others: Vec<_> = clients.filter(|client| *client != running).collect();
        let count = others.len();
        (count > 0).then(|| (self.source.name.as_str(), count, others.into_iter().collect()))
    }

    fn check<'k>(
        &'k self,
        wrong: impl Fn(&'k KnownFailure) -> Option<&'k Quoted>,
        explain: impl Fn(&str) -> (String, String),
    ) -> Result<(), LoadError> {
        let mistakes: Vec<_> = self
            .entries
            .iter()
            .filter_map(wrong)
            .map(|quoted| {
                let (found, right) = explain(&quoted.text);
                Mistake::new(&self.source, &quoted.span, found, right)
            })
            .collect();
        if mistakes.is_empty() { Ok(()) } else { Err(refused(mistakes)) }
    }

    /// The entries for this scenario and this version of the client.
    #[must_use]
    pub fn find(&self, scenario_id: &str, client: &str, version: &str) -> Vec<&KnownFailure> {
        let is_meant = |known: &&KnownFailure| {
            known.id.text == scenario_id
                && known.client.text == client
                && known.version.as_deref().is_none_or(|known| known == version)
        };
        self.entries.iter().filter(is_meant).collect()
    }
}

/// The name of the built-in client in a known-failures file.
const BUILT_IN_CLIENT: &str = "wire";

fn refused(mistakes: Vec<Mistake>) -> LoadError {
    LoadError::Mistakes(Mistakes(mistakes))
}

fn folder_of(file: &str) -> &Path {
    let folder = Path::new(file).parent().unwrap_or_else(|| Path::new(""));
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Whether a few letters make the difference. Names that differ in a digit are two versions of a client.
fn is_misspelling(name: &str, of: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let limit = (of.chars().count() / 4).clamp(1, 2);
    digits(name) == digits(of)
        && strsim::osa_distance(&name.to_lowercase(), &of.to_lowercase()) <= limit
}

impl KnownFailure {
    /// Whether the entry is about this failure, as reports print it.
    #[must_use]
    pub fn covers(&self, failure: &str) -> bool {
        self.failure.as_deref().is_none_or(|known| failure.contains(known))
    }

    /// The reason, followed by the issue in brackets if the entry names one.
    #[must_use]
    pub fn explanation(&self) -> String {
        let issue = self.issue.as_ref().map(|issue| format!(" ({issue})")).unwrap_or_default();
        format!("{}{issue}", self.reason)
    }
}

fn read(table: Table<'_>) -> KnownFailure {
    let quoted = |key| {
        let entry = table.required(key);
        let read =
            entry.and_then(|entry| Some(Quoted { text: entry.string()?, span: entry.span() }));
        read.unwrap_or_default()
    };
    let optional = |key| table.take(key).and_then(|entry| entry.string());
    let known = KnownFailure {
        id: quoted("id"),
        client: quoted("client"),
        version: optional("version"),
        failure: optional("failure"),
        reason: quoted("reason").text,
        issue: optional("issue"),
    };
    table.finish();
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelling_differs_in_letters_only() {
        for (name, of) in
            [("wyre", "wire"), ("okta-auth-jss-8", "okta-auth-js-8"), ("Wire", "wire")]
        {
            assert!(is_misspelling(name, of), "{name} is a misspelling of {of}");
        }
        for (name, of) in [
            ("okta-auth-js-7-step", "okta-auth-js-8-step"),
            ("okta-auth-js-8-legacy", "okta-auth-js-8-generic"),
            ("idx-go", "idx-js"),
            ("okta-idx-java", "wire"),
        ] {
            assert!(!is_misspelling(name, of), "{name} is another client than {of}");
        }
    }
}

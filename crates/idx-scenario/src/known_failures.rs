//! Known failures: a file that says which scenarios a client fails, and why. An entry that passes fails the run.

use std::path::Path;

use toml::de::DeTable;

use crate::catalogue::read_source;
use crate::reader::{Reading, Table};
use crate::{LoadError, Mistake, Mistakes};

/// The entries of a file.
#[derive(Debug, Clone, Default)]
pub struct KnownFailures(Vec<KnownFailure>);

/// A scenario that a client is known to fail.
#[derive(Debug, Clone)]
pub struct KnownFailure {
    id: String,
    client: String,
    /// Every version, if absent.
    version: Option<String>,
    reason: String,
    issue: Option<String>,
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
            LoadError::Mistakes(Mistakes(vec![Mistake::new(
                &source,
                &span,
                error.message().to_owned(),
                right,
            )]))
        })?;
        let reading = Reading::new(&source);
        let table = Table::new(&reading, "a known-failures file", document.get_ref(), 0..0);
        let items = table
            .take("known")
            .and_then(|entry| entry.items("write each entry as a `[[known]]` table"));
        let known = items
            .unwrap_or_default()
            .iter()
            .filter_map(|item| item.table("an entry"))
            .map(read)
            .collect();
        table.finish();
        let mistakes = reading.into_mistakes();
        if mistakes.is_empty() {
            Ok(Self(known))
        } else {
            Err(LoadError::Mistakes(Mistakes(mistakes)))
        }
    }

    /// The entry for this scenario and this version of the client.
    #[must_use]
    pub fn find(&self, scenario_id: &str, client: &str, version: &str) -> Option<&KnownFailure> {
        self.0.iter().find(|known| {
            known.id == scenario_id
                && known.client == client
                && known.version.as_deref().is_none_or(|known| known == version)
        })
    }
}

impl KnownFailure {
    /// The reason, followed by the issue in brackets if the entry names one.
    #[must_use]
    pub fn explanation(&self) -> String {
        let issue = self.issue.as_ref().map(|issue| format!(" ({issue})")).unwrap_or_default();
        format!("{}{issue}", self.reason)
    }
}

fn read(table: Table<'_>) -> KnownFailure {
    let required = |key| table.required(key).and_then(|entry| entry.string()).unwrap_or_default();
    let optional = |key| table.take(key).and_then(|entry| entry.string());
    let known = KnownFailure {
        id: required("id"),
        client: required("client"),
        version: optional("version"),
        reason: required("reason"),
        issue: optional("issue"),
    };
    table.finish();
    known
}

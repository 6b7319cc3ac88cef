//! Known failures: a file that says which scenarios a client fails, and why. An entry that passes fails the run.

use std::path::Path;

use toml::de::DeTable;

use crate::event::{ScenarioResult, Verdict};
use crate::scenario::catalogue::read_source;
use crate::scenario::reader::{Reading, Table};
use crate::scenario::{LoadError, Mistake, Mistakes};

/// The entries of a file.
#[derive(Debug, Clone, Default)]
pub struct KnownFailures(Vec<Known>);

#[derive(Debug, Clone)]
struct Known {
    id: String,
    client: String,
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

    /// Turns a failure that is known into *known*, and a pass that is known to fail into a failure.
    pub fn apply(&self, result: &mut ScenarioResult, client: &str, version: &str) {
        let fits = |known: &&Known| {
            known.id == result.scenario.id
                && known.client == client
                && known.version.as_deref().is_none_or(|known| known == version)
        };
        let Some(known) = self.0.iter().find(fits) else { return };
        let issue = known.issue.as_ref().map(|issue| format!(" ({issue})")).unwrap_or_default();
        match result.verdict {
            Verdict::Failed | Verdict::Warned => {
                result.verdict = Verdict::Known;
                result.known = Some(format!("{}{issue}", known.reason));
            }
            Verdict::Passed => {
                result.verdict = Verdict::Failed;
                result.known = Some(format!(
                    "it is known to fail ({}{issue}) and passes: take the entry out",
                    known.reason
                ));
            }
            _ => {}
        }
    }
}

fn read(table: Table<'_>) -> Known {
    let required = |key| table.required(key).and_then(|entry| entry.string()).unwrap_or_default();
    let optional = |key| table.take(key).and_then(|entry| entry.string());
    let known = Known {
        id: required("id"),
        client: required("client"),
        version: optional("version"),
        reason: required("reason"),
        issue: optional("issue"),
    };
    table.finish();
    known
}

//! The work in both languages: users who sign up as far as the second authenticator.
//!
//! A scenario's `start` sends two requests, so it has six expectations.

use std::fs;
use std::io;
use std::path::PathBuf;

use tempfile::TempDir;

/// The number of scenarios.
pub(crate) const SCENARIOS: usize = 200;
/// The number of requests of each scenario.
pub(crate) const REQUESTS: usize = 8;

/// One user's sign-up in each language. PERSON is replaced with the user's number.
const SCENARIO: &str = include_str!("person.toml");
const HURL: &str = include_str!("person.hurl");

/// The expectations of each response.
const EXPECTATIONS: usize = 3;

/// The files of both programs, in a temporary folder.
#[derive(Debug)]
pub(crate) struct Work(TempDir);

impl Work {
    /// Writes all files.
    pub(crate) fn write() -> io::Result<Self> {
        let work = Self(tempfile::tempdir()?);
        fs::create_dir(work.scenarios())?;
        fs::create_dir(work.hurl_files())?;
        for person in 0..SCENARIOS {
            let scenario = SCENARIO.replace("PERSON", &person.to_string());
            fs::write(work.scenarios().join(format!("person-{person}.toml")), scenario)?;
            let file = HURL.replace("PERSON", &person.to_string());
            fs::write(work.hurl_files().join(format!("person-{person}.hurl")), file)?;
        }
        Ok(work)
    }

    pub(crate) fn summary(&self) -> String {
        let machine = std::thread::available_parallelism().map_or(1, usize::from);
        format!(
            "{SCENARIOS} scenarios x {REQUESTS} requests x {EXPECTATIONS} expectations, JUnit and HTML, {machine} cores"
        )
    }

    pub(crate) fn scenarios(&self) -> PathBuf {
        self.0.path().join("scenarios")
    }

    pub(crate) fn hurl_files(&self) -> PathBuf {
        self.0.path().join("hurl")
    }

    /// A new folder, because Hurl adds to existing reports.
    pub(crate) fn reports(&self, name: &str, round: usize) -> Result<PathBuf, String> {
        let folder = self.0.path().join(format!("reports-{name}-{round}"));
        fs::create_dir(&folder).map_err(|error| format!("{folder:?}: {error}"))?;
        Ok(folder)
    }
}

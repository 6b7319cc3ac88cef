//! Finds scenarios: in files, in folders, and built into the binary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::built_in::{self, is_shared};
use super::cross_file::{self, OrgMistake};
use super::file::{self, FindShared};
use super::mistake::{Mistake, Mistakes, Source};
use super::model::{OrgChoice, Scenario};
use super::reader::nearest;

/// Why scenarios could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Files have mistakes.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// A file or folder could not be read.
    #[error("{path} could not be read: {reason}")]
    Unreadable {
        /// The path.
        path: String,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// Neither a path nor the id or address of a built-in scenario.
    #[error("{0}")]
    Unknown(String),
}

/// The selected scenarios: paths, ids, addresses and folders of addresses. Nothing selects all built-in scenarios.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The words of the command line.
    pub words: Vec<String>,
}

/// Finds every mistake in an org. The harness itself does not know what an org may contain.
pub type CheckOrg = fn(&OrgChoice) -> Vec<OrgMistake>;

impl Selection {
    /// Reads the selected scenarios in the order of their addresses, each once.
    ///
    /// # Errors
    /// When a file is invalid or cannot be read, or a word is neither a path nor a known scenario.
    pub fn load(&self) -> Result<Vec<Scenario>, LoadError> {
        self.load_with(|_| Vec::new())
    }

    /// Does the same and checks the org of each scenario too.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(&self, check_org: CheckOrg) -> Result<Vec<Scenario>, LoadError> {
        let mut shelf = Shelf { scenarios: BTreeMap::new(), mistakes: Vec::new(), check_org };
        if self.words.is_empty() {
            shelf.add_built_in(|_| true);
        }
        for word in &self.words {
            if Path::new(word).exists() {
                shelf.add_path(Path::new(word))?;
            } else {
                shelf.add_named(word)?;
            }
        }
        shelf.finish()
    }
}

/// The scenarios so far, and the mistakes in the others.
#[derive(Debug)]
struct Shelf {
    /// With their sources, by file or address.
    scenarios: BTreeMap<String, (Scenario, Source)>,
    mistakes: Vec<Mistake>,
    check_org: CheckOrg,
}

impl Shelf {
    fn add_built_in(&mut self, wanted: impl Fn(&Scenario) -> bool) -> usize {
        let mut added = 0;
        for (address, text) in built_in::ALL.iter().filter(|(address, _)| !is_shared(address)) {
            let source = Source { name: format!("built in: {address}"), text: (*text).to_owned() };
            match file::read_scenario(&source, address, None, &built_in::shared) {
                Ok(scenario) if wanted(&scenario) => {
                    self.add(scenario, source);
                    added += 1;
                }
                Ok(_) => {}
                Err(mistakes) => self.add_mistakes(mistakes),
            }
        }
        added
    }

    fn add(&mut self, scenario: Scenario, source: Source) {
        let mistakes = (self.check_org)(&scenario.org);
        self.add_mistakes(
            mistakes.into_iter().map(|mistake| cross_file::wrong_org(&source, mistake)).collect(),
        );
        let key = scenario.path.as_ref().unwrap_or(&scenario.address).clone();
        self.scenarios.insert(key, (scenario, source));
    }

    /// Adds mistakes, each once: shared steps are read for every scenario that uses them.
    fn add_mistakes(&mut self, mistakes: Vec<Mistake>) {
        for mistake in mistakes {
            if !self.mistakes.contains(&mistake) {
                self.mistakes.push(mistake);
            }
        }
    }

    fn add_named(&mut self, word: &str) -> Result<(), LoadError> {
        let folder = format!("{}/", word.trim_end_matches('/'));
        let added = self.add_built_in(|scenario| {
            scenario.id == word || scenario.address == word || scenario.address.starts_with(&folder)
        });
        if added > 0 {
            return Ok(());
        }
        let addresses: Vec<_> =
            built_in::ALL.iter().map(|(address, _)| *address).filter(|a| !is_shared(a)).collect();
        let hint = nearest(word, &addresses).map_or_else(
            || "`idxlab run --dry-run` lists every id and name".to_owned(),
            |near| format!("did you mean `{near}`? `idxlab run --dry-run` lists every id and name"),
        );
        Err(LoadError::Unknown(format!(
            "`{word}` is neither a file, a folder nor a scenario; {hint}"
        )))
    }

    fn add_path(&mut self, path: &Path) -> Result<(), LoadError> {
        let root =
            if path.is_dir() { path } else { path.parent().unwrap_or_else(|| Path::new("")) };
        for file in &files(path)? {
            if is_in_shared(file) {
                let mistakes = file::read_shared(&read_source(file)?).err();
                self.add_mistakes(mistakes.unwrap_or_default());
            } else {
                self.add_file(file, root)?;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, root: &Path) -> Result<(), LoadError> {
        let source = read_source(path)?;
        let address = address_of(path, root);
        let folder = path.parent().unwrap_or_else(|| Path::new("")).to_path_buf();
        let find = |name: &str| find_shared_file(&folder, name).or_else(|| built_in::shared(name));
        match file::read_scenario(
            &source,
            &address,
            Some(source.name.clone()),
            &find as FindShared<'_>,
        ) {
            Ok(scenario) => self.add(scenario, source),
            Err(mistakes) => self.add_mistakes(mistakes),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Scenario>, LoadError> {
        let mut holders: BTreeMap<&str, &str> = BTreeMap::new();
        for (scenario, source) in self.scenarios.values() {
            if let Some(other) = holders.insert(&scenario.id, &source.name) {
                self.mistakes.push(cross_file::same_id(source, other));
            }
        }
        if !self.mistakes.is_empty() {
            return Err(LoadError::Mistakes(Mistakes(self.mistakes)));
        }
        Ok(self.scenarios.into_values().map(|(scenario, _)| scenario).collect())
    }
}

/// The ids of the built-in scenarios.
pub(crate) fn built_in_ids() -> BTreeSet<String> {
    built_in::ALL.iter().filter_map(|(_, text)| id_in(text)).collect()
}

/// The ids of the scenarios in a folder and a few levels of subfolders. Files that cannot be read have none.
pub(crate) fn ids_below(folder: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    add_ids_below(folder, 4, &mut ids);
    ids
}

/// Does not follow links, whose folders may contain each other.
fn add_ids_below(folder: &Path, levels: usize, ids: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if levels > 0 {
                add_ids_below(&path, levels - 1, ids);
            }
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            ids.extend(std::fs::read_to_string(&path).ok().as_deref().and_then(id_in));
        }
    }
}

fn id_in(text: &str) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    Some(document.get_ref().get("id")?.get_ref().as_str()?.to_owned())
}

/// Whether it is a file of shared steps: a file in a folder `shared`.
fn is_in_shared(path: &Path) -> bool {
    let absolute = std::path::absolute(path);
    let folder = absolute.as_deref().unwrap_or(path).parent();
    folder.and_then(Path::file_name).is_some_and(|name| name == "shared")
}

fn find_shared_file(folder: &Path, name: &str) -> Option<Source> {
    folder
        .ancestors()
        .map(|ancestor| ancestor.join("shared").join(format!("{name}.toml")))
        .find_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some(Source { name: path.display().to_string(), text })
        })
}

/// The file itself, or every TOML file in the folder, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let mut files = Vec::new();
    gather(path, &mut files)?;
    Ok(files)
}

/// Whether a file is an org document: TOML with at least one key, and none that only scenarios and shared steps have.
#[must_use]
pub fn is_org_document(path: &Path) -> bool {
    const KEYS: [&str; 4] = ["title", "level", "source", "step"];
    let text = std::fs::read_to_string(path).unwrap_or_default();
    DeTable::parse(&text).is_ok_and(|document| {
        let document = document.get_ref();
        !document.is_empty() && !KEYS.iter().any(|key| document.contains_key(*key))
    })
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let unreadable = |reason| LoadError::Unreadable { path: path.display().to_string(), reason };
    let mut entries: Vec<_> = std::fs::read_dir(path)
        .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        .map_err(unreadable)?
        .into_iter()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "toml") {
            gather(&entry, files)?;
        }
    }
    Ok(())
}

pub(crate) fn read_source(path: &Path) -> Result<Source, LoadError> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Source { name, text }),
        Err(reason) => Err(LoadError::Unreadable { path: name, reason }),
    }
}

fn address_of(path: &Path, root: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let parts: Vec<_> =
        relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

//! Finds and reads the workspace's files.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that do not contain our own source.
const EXCLUDED: [&str; 4] = ["target", "node_modules", ".git", "corpus"];

/// The folder of the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package is in a subfolder of the workspace")
        .to_owned()
}

/// All files below `folder` with one of the extensions, sorted. Paths are relative to the workspace.
pub fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(folder), extensions, &mut found);
    let mut found: Vec<PathBuf> = found
        .iter()
        .map(|path| path.strip_prefix(root()).expect("the file is below the root").to_owned())
        .collect();
    found.sort();
    found
}

/// The text of a file. The path is relative to the workspace.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

fn collect(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !EXCLUDED.contains(&name.as_ref()) {
                collect(&path, extensions, found);
            }
        } else if name
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extensions.contains(&extension))
        {
            found.push(path);
        }
    }
}

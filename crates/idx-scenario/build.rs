//! Builds the scenarios into the binary: a table of address and text for every file of `scenarios/`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../scenarios");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    gather(&root, &mut files)?;
    files.sort();

    let mut table = String::from(
        "/// Address and text of every file of `scenarios/`.\npub(crate) const ALL: &[(&str, &str)] = &[\n",
    );
    for file in &files {
        let address = file.strip_prefix(&root)?.with_extension("").display().to_string();
        writeln!(table, "    ({address:?}, include_str!({:?})),", file.canonicalize()?)?;
    }
    table.push_str("];\n");
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("built_in_scenarios.rs"), table)?;
    Ok(())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

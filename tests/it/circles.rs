//! No two source files depend on each other, directly or through others.

use std::collections::BTreeSet;

use idx_tests::modules::{Sources, Uses, circles, module_of, uses};
use idx_tests::workspace::{files, read};

/// The circular dependencies that remain, as the uses to remove: crate, file and used file. Remove lines here, never add any.
const REMAINING: &[(&str, &str, &str)] =
    &[("idx-wire", "field", "response"), ("idx-scenario", "catalogue", "file")];

#[test]
fn circular_dependency_between_files_is_refused() {
    let mut found = Vec::new();
    let mut count = 0;
    for name in crates() {
        let mut uses = uses(&sources(&name));
        count += uses.values().map(BTreeSet::len).sum::<usize>();
        remove_remaining(&name, &mut uses);
        for circle in circles(&uses) {
            let edges = circle.iter().flat_map(|from| {
                let inside = uses[from].iter().filter(|to| circle.contains(to));
                inside.map(move |to| format!("{} -> {}", shown(from), shown(to)))
            });
            found.push(format!("{name}: {}", edges.collect::<Vec<_>>().join(", ")));
        }
    }
    assert!(count > 500, "only {count} uses found");
    assert!(found.is_empty(), "circular dependencies: {found:#?}");
}

fn remove_remaining(name: &str, uses: &mut Uses) {
    for (_, from, to) in REMAINING.iter().filter(|(crate_name, ..)| *crate_name == name) {
        if let Some(used) = uses.get_mut(&path(from)) {
            used.remove(&path(to));
        }
    }
}

fn crates() -> BTreeSet<String> {
    let manifests = files("crates", &["toml"]);
    let names = manifests.iter().filter(|file| file.ends_with("Cargo.toml"));
    names
        .filter_map(|file| file.components().nth(1))
        .map(|name| name.as_os_str().to_string_lossy().into_owned())
        .collect()
}

fn sources(name: &str) -> Sources {
    let folder = format!("crates/{name}/src");
    let mut sources = Sources::new();
    for file in files(&folder, &["rs"]) {
        let relative = file.strip_prefix(&folder).expect("the file is in the folder");
        // `lib.rs` and `main.rs` are one module here.
        let module = module_of(&relative.to_string_lossy());
        sources.entry(module).or_default().push_str(&read(&file));
    }
    sources
}

fn path(shown: &str) -> Vec<String> {
    shown.split("::").map(str::to_owned).collect()
}

fn shown(module: &[String]) -> String {
    if module.is_empty() { "crate".to_owned() } else { module.join("::") }
}

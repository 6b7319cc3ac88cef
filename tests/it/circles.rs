//! No two source files depend on each other, directly or through others.

use std::collections::BTreeSet;

use idx_tests::modules::{Sources, Uses, circles, module_of, uses};
use idx_tests::workspace::{files, read};

/// Circular dependencies that are allowed for now, as the uses to remove: crate, file and used file. Remove lines here, never add any.
const REMAINING: &[(&str, &str, &str)] = &[];

#[test]
fn circular_dependency_between_files_is_refused() {
    let crates = crates();
    for (name, from, to) in REMAINING {
        assert!(crates.contains(*name), "{name}: {from} -> {to} names an unknown crate");
    }
    let mut found = Vec::new();
    let mut count = 0;
    for name in crates {
        let mut uses = uses(&sources(&name));
        count += uses.values().map(BTreeSet::len).sum::<usize>();
        remove_listed(&name, REMAINING, &mut uses);
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

#[test]
#[should_panic(expected = "field no longer uses response")]
fn listed_use_that_no_longer_exists_fails() {
    let mut uses = uses(&sources("idx-wire"));
    remove_listed("idx-wire", &[("idx-wire", "field", "response")], &mut uses);
}

/// Removes the listed uses of a crate. Fails if a line names a use that no longer exists.
fn remove_listed(name: &str, listed: &[(&str, &str, &str)], uses: &mut Uses) {
    for (_, from, to) in listed.iter().filter(|(crate_name, ..)| *crate_name == name) {
        let removed = uses.get_mut(&path(from)).is_some_and(|used| used.remove(&path(to)));
        assert!(removed, "{name}: {from} no longer uses {to}; remove this line from the list");
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

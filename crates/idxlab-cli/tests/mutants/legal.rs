//! `legal.toml`: the mutants that no check detects, and the reason why each is legal.

use std::collections::BTreeSet;

/// Fails if an undetected mutant is not listed, or if a listed mutant is detected or no longer exists.
pub(crate) fn compare(undetected: &BTreeSet<String>) {
    let table: toml::Table = include_str!("legal.toml").parse().expect("legal.toml is TOML");
    let groups = table["legal"].as_array().expect("[[legal]] is a list");
    let mut listed = BTreeSet::new();
    for group in groups {
        let why = group["why"].as_str().unwrap_or_default();
        assert!(why.len() > 20, "each group needs a reason: {group}");
        for name in group["mutants"].as_array().expect("mutants is a list") {
            let name = name.as_str().expect("a name is text").to_owned();
            assert!(listed.insert(name.clone()), "legal.toml lists {name} twice");
        }
    }
    let lines = |names: Vec<&String>| {
        names.into_iter().map(|name| format!("    {name:?},\n")).collect::<String>()
    };
    let unlisted = lines(undetected.difference(&listed).collect());
    let stale = lines(listed.difference(undetected).collect());
    assert!(
        unlisted.is_empty() && stale.is_empty(),
        "no check detects these mutants, and legal.toml does not list them:\n{unlisted}legal.toml lists these mutants, which are detected or do not exist:\n{stale}"
    );
}

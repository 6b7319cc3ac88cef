//! `legal.toml`: the survivors, and why each is no fault.

use std::collections::BTreeSet;

/// Fails when a mutant survives that is not in the table, or one stands there that is noticed.
pub(crate) fn compare(survivors: &BTreeSet<String>) {
    let table: toml::Table = include_str!("legal.toml").parse().expect("legal.toml is TOML");
    let groups = table["legal"].as_array().expect("[[legal]] is a list");
    let mut told = BTreeSet::new();
    for group in groups {
        let why = group["why"].as_str().unwrap_or_default();
        assert!(why.len() > 20, "every group says why: {group}");
        for name in group["mutants"].as_array().expect("mutants is a list") {
            let name = name.as_str().expect("a name is text").to_owned();
            assert!(told.insert(name.clone()), "{name} stands in legal.toml twice");
        }
    }
    let list = |names: Vec<&String>| {
        names.into_iter().map(|name| format!("    {name:?},\n")).collect::<String>()
    };
    let unknown = list(survivors.difference(&told).collect());
    let gone = list(told.difference(survivors).collect());
    assert!(
        unknown.is_empty() && gone.is_empty(),
        "these survive, and legal.toml does not say why:\n{unknown}these are noticed, or not made, and stand in legal.toml:\n{gone}"
    );
}

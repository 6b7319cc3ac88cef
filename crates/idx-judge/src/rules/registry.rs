//! The list of all rules.

use super::rule::Rule;
use super::{client, server};

/// Every rule, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    server::RULES.iter().chain(client::RULES).flat_map(|file| file.iter().copied())
}

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_unique_id_and_texts() {
        let mut ids = BTreeSet::new();
        for rule in all() {
            assert!(ids.insert(rule.id), "{} appears twice", rule.id);
            let (side, name) = rule.id.split_once('.').unwrap_or_default();
            assert!(
                ["server", "client"].contains(&side) && !name.is_empty(),
                "{} is not a valid id",
                rule.id
            );
            assert!(
                [rule.says, rule.reason, rule.source].iter().all(|text| text.len() > 5),
                "{} says too little",
                rule.id
            );
            let binds = [" must ", " should "].iter().any(|word| rule.says.contains(word));
            assert!(binds && rule.says.ends_with('.'), "{}: {}", rule.id, rule.says);
        }
    }

    #[test]
    fn rule_count_reaches_the_documented_minimum() {
        let count = |side: &str| all().filter(|rule| rule.id.starts_with(side)).count();
        assert!(count("server.") >= 40, "{} server rules", count("server."));
        assert!(count("client.") >= 30, "{} client rules", count("client."));
    }
}

//! The built-in scenarios are valid, selectable as documented, and different from each other.

use std::collections::BTreeMap;

use idx_scenario::Selection;

fn select(words: &[&str]) -> Vec<String> {
    let selection = Selection { words: words.iter().map(ToString::to_string).collect() };
    let scenarios = selection.load().unwrap_or_else(|error| panic!("{error}"));
    scenarios.into_iter().map(|scenario| scenario.address).collect()
}

#[test]
fn every_built_in_scenario_is_valid() {
    assert!(select(&[]).len() >= 25);
}

#[test]
fn scenario_is_found_by_id_address_and_folder() {
    assert_eq!(select(&["IDX-REG-SSR-1"]), ["sign-up/password-email-skip"]);
    assert_eq!(select(&["sign-up/password-email-skip"]), ["sign-up/password-email-skip"]);
    assert!(select(&["sign-up"]).contains(&"sign-up/password-email-skip".to_owned()));
    assert!(select(&["sign-up", "sign-up"]).len() == select(&["sign-up"]).len());
}

#[test]
fn unknown_argument_gets_the_nearest_match() {
    let selection = Selection { words: vec!["sign-up/password-email-skp".into()] };
    let error = selection.load().expect_err("the address is unknown").to_string();
    assert!(error.contains("did you mean `sign-up/password-email-skip`?"), "{error}");
}

#[test]
fn every_scenario_has_different_steps() {
    let mut seen = BTreeMap::new();
    for scenario in Selection::default().load().expect("the scenarios are valid") {
        let steps: Vec<_> = scenario
            .steps
            .iter()
            .map(|step| format!("{:?} {:?}", step.action, step.expect))
            .collect();
        let setting = format!("{:?} {:?} {}", scenario.org, scenario.client, scenario.newer_server);
        let content = format!("{setting} {}", steps.join("\n"));
        if let Some(other) = seen.insert(content, scenario.address.clone()) {
            panic!("{} equals {other}", scenario.address);
        }
    }
}

#[test]
fn every_scenario_has_a_title_and_a_source() {
    for scenario in Selection::default().load().expect("the scenarios are valid") {
        assert!(
            scenario.title.len() > 20 && !scenario.title.ends_with('.'),
            "{}: {:?}",
            scenario.address,
            scenario.title
        );
        assert!(!scenario.source.is_empty(), "{}", scenario.address);
    }
}

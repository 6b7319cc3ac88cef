//! The JSON Schemas say what the reader says: the same keys, the same actions, the same verdicts.

use std::collections::BTreeSet;

use idx_runner::event::Verdict;
use idx_runner::schema;
use idx_scenario::{LoadError, Selection};
use serde_json::Value;

/// A scenario in which every kind of table has a key that nothing is called like.
const STRANGE: &str = r#"
zzqq = 1
id = "TEST-SCHEMA"
title = "Every table has a strange key"
level = "must"
source = "the harness's own tests"

[[step]]
start = "register"
expect = { zzqq = 1, messages = [{ zzqq = 1 }], json = { "$.a" = { zzqq = 1, equals = 1 } } }

[[step]]
clock = { advance = "PT1S", zzqq = 1 }

[[step]]
faults = [{ zzqq = 1, fault = { kind = "delay" } }]
"#;

/// The keys that the reader knows of a kind of table, from what it says to a strange one.
fn known(what: &str) -> BTreeSet<String> {
    let file = std::env::temp_dir().join(format!(
        "idx-runner-schema-{}-{}.toml",
        std::process::id(),
        what.len()
    ));
    std::fs::write(&file, STRANGE).expect("the file can be written");
    let error = Selection { words: vec![file.display().to_string()] }
        .load()
        .expect_err("the keys are strange");
    std::fs::remove_file(&file).expect("the file can be removed");
    let LoadError::Mistakes(mistakes) = error else { panic!("{error}") };
    let said =
        mistakes.0.iter().find_map(|mistake| mistake.right.strip_prefix(&format!("{what} has: ")));
    let said = said.unwrap_or_else(|| panic!("nothing is said of {what}: {mistakes}"));
    said.split(", ").map(ToOwned::to_owned).collect()
}

fn schema(name: &str) -> Value {
    serde_json::from_str(schema::find(name).expect("the schema is there"))
        .expect("a schema is JSON")
}

fn properties(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let properties =
        schema.pointer(pointer).and_then(Value::as_object).expect("there are properties");
    properties.keys().cloned().collect()
}

#[test]
fn scenario_keys_match_the_schema() {
    let schema = schema("scenario");
    assert_eq!(properties(&schema, "/properties"), known("a scenario"));
    assert_eq!(properties(&schema, "/$defs/expectation/properties"), known("an expectation"));
    assert_eq!(properties(&schema, "/$defs/message/properties"), known("a message"));
    assert_eq!(properties(&schema, "/$defs/fault-rule/properties"), known("a rule of faults"));
    assert_eq!(properties(&schema, "/$defs/matcher/anyOf/1/properties"), known("a matcher"));
    assert_eq!(
        properties(&schema, "/$defs/step/properties/clock/properties"),
        known("a clock step")
    );
}

#[test]
fn report_verdicts_match_the_schema() {
    let schema = schema("report");
    let verdicts: Vec<_> = Verdict::ALL.iter().map(|verdict| Value::from(verdict.word())).collect();
    assert_eq!(schema.pointer("/$defs/verdict/enum"), Some(&Value::from(verdicts)));
}

#[test]
fn every_schema_is_found_by_its_name() {
    for (name, what, _) in schema::ALL {
        assert!(!what.is_empty() && schema(name)["title"].is_string());
    }
    assert_eq!(schema::find("nothing"), None);
}

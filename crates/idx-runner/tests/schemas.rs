//! The JSON Schemas have the keys and the verdicts of the code.

use std::collections::BTreeSet;

use idx_runner::event::Verdict;
use idx_runner::schema;
use idx_scenario::{LoadError, Selection};
use serde_json::Value;

/// A scenario with an unknown key in each type of table.
const UNKNOWN_KEYS: &str = r#"
zzqq = 1
id = "TEST-SCHEMA"
title = "Every table has an unknown key"
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

/// The valid keys of a table, as listed in the error for an unknown key.
fn valid_keys(table: &str) -> BTreeSet<String> {
    let file = std::env::temp_dir().join(format!(
        "idx-runner-schema-{}-{}.toml",
        std::process::id(),
        table.len()
    ));
    std::fs::write(&file, UNKNOWN_KEYS).expect("the file can be written");
    let error = Selection { words: vec![file.display().to_string()] }
        .load()
        .expect_err("the keys are unknown");
    std::fs::remove_file(&file).expect("the file can be removed");
    let LoadError::Mistakes(mistakes) = error else { panic!("{error}") };
    let keys =
        mistakes.0.iter().find_map(|mistake| mistake.right.strip_prefix(&format!("{table} has: ")));
    let keys = keys.unwrap_or_else(|| panic!("no keys of {table}: {mistakes}"));
    keys.split(", ").map(ToOwned::to_owned).collect()
}

fn schema(name: &str) -> Value {
    serde_json::from_str(schema::find(name).expect("the schema exists")).expect("a schema is JSON")
}

fn properties(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let properties =
        schema.pointer(pointer).and_then(Value::as_object).expect("the schema has properties");
    properties.keys().cloned().collect()
}

#[test]
fn scenario_keys_match_the_schema() {
    let schema = schema("scenario");
    assert_eq!(properties(&schema, "/properties"), valid_keys("a scenario"));
    assert_eq!(properties(&schema, "/$defs/expectation/properties"), valid_keys("an expectation"));
    assert_eq!(properties(&schema, "/$defs/message/properties"), valid_keys("a message"));
    assert_eq!(properties(&schema, "/$defs/fault-rule/properties"), valid_keys("a rule of faults"));
    assert_eq!(properties(&schema, "/$defs/matcher/anyOf/1/properties"), valid_keys("a matcher"));
    assert_eq!(
        properties(&schema, "/$defs/step/properties/clock/properties"),
        valid_keys("a clock step")
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

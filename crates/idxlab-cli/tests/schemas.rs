//! The published JSON Schemas and the readers accept the same documents. An independent validator applies the schemas.

use std::path::{Path, PathBuf};

use idx_runner::schema;
use idx_scenario::Selection;
use idx_server::{OrgDocument, org_schema};
use jsonschema::Validator;
use serde_json::{Value, json};
use tempfile::TempDir;

const ORGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/orgs");
const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
/// A key that is unknown in every table.
const UNKNOWN_KEY: &str = "zzqq";

#[test]
fn org_schema_and_reader_agree_on_every_preset_and_its_corruptions() {
    let folder = TempDir::new().expect("a folder can be created");
    let file = folder.path().join("org.toml");
    let reads = |_: &str, text: &str| {
        std::fs::write(&file, text).expect("the file can be written");
        OrgDocument::read_file(&file).is_ok()
    };
    let documents = documents_below(Path::new(ORGS));
    compare(&validator(&org_schema()), &documents, reads);
}

#[test]
fn scenario_schema_and_reader_agree_on_every_scenario_and_its_corruptions() {
    let folder = TempDir::new().expect("a folder can be created");
    for (name, text) in documents_below(&Path::new(SCENARIOS).join("shared")) {
        write(folder.path(), &format!("shared/{name}"), &text);
    }
    let reads = |name: &str, text: &str| {
        let file = write(folder.path(), name, text);
        Selection { words: vec![file.display().to_string()] }.load().is_ok()
    };
    let documents = documents_below(Path::new(SCENARIOS));
    let documents: Vec<_> =
        documents.into_iter().filter(|(name, _)| !name.starts_with("shared")).collect();
    let schema = schema::find("scenario").expect("the schema exists");
    let schema = serde_json::from_str(schema).expect("a schema is JSON");
    compare(&validator(&schema), &documents, reads);
}

/// Checks that the documents are valid, and that the schema and the reader agree on every corrupted document.
fn compare(
    validator: &Validator,
    documents: &[(String, String)],
    reads: impl Fn(&str, &str) -> bool,
) {
    let mut differences = Vec::new();
    for (name, text) in documents {
        let document: Value = toml::from_str(text).expect("the document is TOML");
        let errors: Vec<_> =
            validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert!(reads(name, text), "{name} is refused");
        let mut refused = 0;
        for (change, corrupted) in corruptions(&document) {
            let text = toml::to_string(&corrupted).expect("the document can be written");
            let (by_schema, by_reader) = (validator.is_valid(&corrupted), reads(name, &text));
            refused += usize::from(!by_reader);
            if by_schema != by_reader {
                let word = |accepts| if accepts { "accepts" } else { "refuses" };
                let (schema, reader) = (word(by_schema), word(by_reader));
                differences
                    .push(format!("{name}: {change}: the schema {schema}, the reader {reader}"));
            }
        }
        assert!(refused > 0, "no corruption of {name} is refused");
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Copies of the document: one for each table with an unknown key added, and one for each value with its type changed.
fn corruptions(document: &Value) -> Vec<(String, Value)> {
    let mut pointers = vec![String::new()];
    add_pointers(document, "", &mut pointers);
    let mut corruptions = Vec::new();
    for pointer in pointers {
        let value = document.pointer(&pointer).expect("the pointer exists");
        let mut change = |what: &str, other: Value| {
            let mut corrupted = document.clone();
            *corrupted.pointer_mut(&pointer).expect("the pointer exists") = other;
            corruptions.push((format!("{what} at {pointer:?}"), corrupted));
        };
        if let Value::Object(members) = value {
            let mut members = members.clone();
            members.insert(UNKNOWN_KEY.to_owned(), json!(1));
            change("an unknown key", Value::Object(members));
        }
        if !pointer.is_empty() {
            let other = if value.is_string() { json!(7) } else { json!(UNKNOWN_KEY) };
            change("another type", other);
        }
    }
    corruptions
}

fn add_pointers(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    let mut add = |key: &str, value: &Value| {
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        pointers.push(pointer.clone());
        add_pointers(value, &pointer, pointers);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| add(key, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| add(&index.to_string(), value));
        }
        _ => {}
    }
}

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).expect("the schema is valid")
}

/// The name and the text of each TOML file.
fn documents_below(folder: &Path) -> Vec<(String, String)> {
    let mut documents = Vec::new();
    add_documents(folder, "", &mut documents);
    assert!(!documents.is_empty(), "{} has no document", folder.display());
    documents
}

fn add_documents(folder: &Path, prefix: &str, documents: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("names are text");
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            add_documents(&path, &format!("{name}/"), documents);
        } else if name.ends_with(".toml") {
            let text = std::fs::read_to_string(&path).expect("the file can be read");
            documents.push((name, text));
        }
    }
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::create_dir_all(file.parent().expect("the file has a folder")).expect("it is created");
    std::fs::write(&file, text).expect("the file can be written");
    file
}

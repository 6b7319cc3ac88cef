//! Validates responses of the control API against the OpenAPI document that the server generates.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use hyper::Method;
use idxlab::Emulator;
use jsonschema::Validator;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::http::{Http, Reply};

const BASE: &str = "/_idxlab/api";

/// Panics if a response of the control API does not match its description. A URL outside the control API is not checked.
pub(crate) async fn check(method: &Method, url: &str, reply: &Reply) {
    let Some((_, call)) = url.split_once(BASE) else { return };
    // A preflight is not a call.
    if *method == Method::OPTIONS {
        return;
    }
    let path = call.split('?').next().unwrap_or_default();
    let operation = format!("{method} {path} with {}", reply.status);
    let document = document().await;
    let response = described(document, method, path, reply.status)
        .unwrap_or_else(|| panic!("{operation} is not described"));
    let Some(schema) = response.pointer("/content/application~1json/schema") else {
        assert!(reply.bytes.is_empty(), "{operation} has a body: {:?}", reply.bytes);
        return;
    };
    assert_eq!(reply.header("content-type"), "application/json", "{operation}");
    let validator = validator(document, schema);
    let body = reply.json();
    let errors: Vec<String> = validator
        .iter_errors(&body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{operation}: {errors:#?} in {body:#}");
}

/// The document of the built server. Every org serves the same document.
async fn document() -> &'static Value {
    static DOCUMENT: OnceCell<Value> = OnceCell::const_new();
    DOCUMENT
        .get_or_init(async || {
            let emulator = Emulator::start().await.expect("the emulator starts");
            let url = format!("{}/openapi.json", emulator.control_url());
            Http::default().exchange(Method::GET, &url, &[], "").await.json()
        })
        .await
}

/// The description of a response. A failed call of an unknown path or method has the common error.
fn described<'a>(
    document: &'a Value,
    method: &Method,
    path: &str,
    status: u16,
) -> Option<&'a Value> {
    let common = &document["components"]["responses"]["Error"];
    let paths = document["paths"].as_object().expect("an OpenAPI document has paths");
    let operation = paths
        .iter()
        .find(|(template, _)| matches(template, path))
        .and_then(|(_, operations)| operations.get(method.as_str().to_ascii_lowercase()));
    match operation {
        Some(operation) if status < 400 => operation["responses"].get(status.to_string()),
        Some(operation) => {
            let status = if status < 500 { "4XX".to_owned() } else { status.to_string() };
            let described = &operation["responses"][status]["$ref"];
            (described == "#/components/responses/Error").then_some(common)
        }
        None => matches!(status, 401 | 403 | 404 | 405).then_some(common),
    }
}

fn matches(template: &str, path: &str) -> bool {
    match template.split_once('{') {
        Some((start, _)) => path.strip_prefix(start).is_some_and(|id| !id.is_empty()),
        None => template == path,
    }
}

/// The validator of a schema. Building one takes longer than a call does.
fn validator(document: &Value, schema: &Value) -> Arc<Validator> {
    static BUILT: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let key = schema.to_string();
    let mut built = BUILT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let validator = built.entry(key).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["components"] = document["components"].clone();
        strict(&mut whole);
        Arc::new(jsonschema::validator_for(&whole).expect("the schema is valid"))
    });
    Arc::clone(validator)
}

/// Refuses every member that the schema does not describe.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(strict);
            if members.get("properties").is_some_and(Value::is_object) {
                members.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strict),
        _ => {}
    }
}

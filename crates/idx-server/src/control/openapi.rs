//! The OpenAPI 3.1 document of the control API, generated from the route table and the types of the calls.

use http::{Method, StatusCode};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::control::call::ControlCall;
use crate::control::error::ErrorDocument;

/// The base of every path.
const BASE: &str = "/_idxlab/api";

/// Describes calls by their method and their path below [`BASE`], such as `/orgs/{id}`.
pub(crate) fn describe<'a>(
    calls: impl Iterator<Item = (&'a Method, &'a str, ControlCall)>,
) -> Value {
    // Request schemas are inlined, so that a type in both directions can have a schema for each.
    let mut requests =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    requests.meta_schema = None;
    let mut requests = SchemaGenerator::new(requests);
    let mut responses = SchemaSettings::draft2020_12().for_serialize();
    responses.definitions_path = "/components/schemas".into();
    responses.meta_schema = None;
    let mut responses = SchemaGenerator::new(responses);

    let error = responses.subschema_for::<ErrorDocument>();
    let mut paths = Map::new();
    for (method, path, call) in calls {
        let operation = operation(method, path, &call, &mut requests, &mut responses);
        paths.entry(path).or_insert_with(|| json!({}))[method.as_str().to_ascii_lowercase()] =
            operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "idxlab control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Controls an emulated org: its messages, users, clock, faults and journal.",
        },
        "servers": [{"url": BASE}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": responses.take_definitions(true),
            "responses": {
                "Error": {
                    "description": "The call failed and has no effect.",
                    "content": {"application/json": {"schema": error}},
                },
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Required if the server has a control token.",
                },
            },
        },
    })
}

fn operation(
    method: &Method,
    path: &str,
    call: &ControlCall,
    requests: &mut SchemaGenerator,
    responses: &mut SchemaGenerator,
) -> Value {
    let mut operation = json!({
        "operationId": operation_id(method, path),
        "summary": call.summary,
        "responses": {"4XX": {"$ref": "#/components/responses/Error"}},
    });
    let parameters = parameters(path, &(call.query)(requests).to_value());
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(schema) = (call.request)(requests) {
        operation["requestBody"] =
            json!({"required": true, "content": {"application/json": {"schema": schema}}});
    }
    if call.status == StatusCode::CREATED {
        operation["responses"]["503"] = json!({"$ref": "#/components/responses/Error"});
    }
    match (call.response)(responses) {
        Some(schema) => {
            operation["responses"][call.status.as_str()] = json!({
                "description": call.status.canonical_reason(),
                "content": {"application/json": {"schema": schema}},
            });
        }
        None => operation["responses"]["204"] = json!({"description": "No Content"}),
    }
    operation
}

/// The parameters in the path and in the query. The members of the query's schema are the parameters.
fn parameters(path: &str, query: &Value) -> Vec<Value> {
    let mut parameters = Vec::new();
    if let Some((_, name)) = path.split_once('{') {
        parameters.push(json!({
            "name": name.trim_end_matches('}'),
            "in": "path",
            "required": true,
            "schema": {"type": "string"},
        }));
    }
    let members = query["properties"].as_object();
    for (name, schema) in members.into_iter().flatten() {
        parameters.push(json!({"name": name, "in": "query", "schema": schema}));
    }
    parameters
}

/// `get-orgs-id` for `GET /orgs/{id}`.
fn operation_id(method: &Method, path: &str) -> String {
    let mut id = method.as_str().to_ascii_lowercase();
    for word in path.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        id.push('-');
        id.push_str(word);
    }
    id
}

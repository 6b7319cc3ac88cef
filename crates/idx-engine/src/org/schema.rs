//! The JSON Schema of the org document, derived from its types.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{Schema, json_schema};
use serde_json::Value;

use crate::org::Org;

/// The JSON Schema (draft 2020-12) of an org document.
pub fn schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Org>();
    RecursiveTransform(refuse_null).transform(&mut schema);
    schema.insert("title".to_owned(), "Org document of idxlab".into());
    schema.to_value()
}

/// An absent key has its default value. TOML has no null, and the JSON form refuses it.
fn refuse_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
    }
    if let Some(Value::Array(alternatives)) = schema.get_mut("anyOf") {
        alternatives
            .retain(|alternative| *alternative != *json_schema!({"type": "null"}).as_value());
    }
}

//! The JSON Schema of plan files (draft 2020-12), made from the same records that read them.

use serde_json::{Value as Json, json};

use super::document::Document;
use super::field::{Definitions, Field};

/// The schema, for editors and `plancast schema`.
#[must_use]
pub fn schema() -> Json {
    let mut definitions = Definitions::new();
    let root = Document::schema(&mut definitions);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "plancast plan",
    });
    schema["$ref"] = root["$ref"].clone();
    schema["$defs"] = definitions
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect::<serde_json::Map<_, _>>()
        .into();
    schema
}

/// Names of what plan files have at their top.
#[must_use]
pub fn fields() -> Vec<String> {
    let schema = schema();
    let root = schema["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#')));
    root.and_then(|root| root["properties"].as_object()).into_iter().flat_map(|map| map.keys().cloned()).collect()
}

//! The document that describes the API: OpenAPI 3.1, made of the routes as they are declared.

use serde_json::{Map, Value, json};

use super::WORKBOOK;
use crate::web::route::{Content, Kind, Operation, Parameter, Place};

/// The shapes of answers, by name.
const SCHEMAS: &str = include_str!("schemas.json");

/// Describes these operations.
pub(super) fn document(operations: &[Operation]) -> Value {
    let paths: Map<String, Value> = operations
        .iter()
        .map(|operation| (operation.path.to_owned(), json!({"get": described(operation)})))
        .collect();
    let schemas: Value = serde_json::from_str(SCHEMAS).unwrap_or_default();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "daka",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Attendance from WeCom check-ins. Lists come in pages: send next_cursor as cursor until it is null. An answer has an ETag; If-None-Match spares what has not changed.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn described(operation: &Operation) -> Value {
    let parameters: Vec<Value> = operation.parameters.iter().map(parameter).collect();
    let problem = |says: &str| {
        let schema = json!({"$ref": "#/components/schemas/Problem"});
        json!({"description": says, "content": {"application/problem+json": {"schema": schema}}})
    };
    json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": operation.summary, "content": content(operation.content)},
            "304": {"description": "Unchanged since the ETag that If-None-Match names"},
            "400": problem("The question is wrong; detail says how"),
            "403": problem("The Host of the request is not this service's address"),
            "404": problem("What is asked for is not there"),
            "500": problem("The ledger or the program failed"),
            "503": problem("The ledger cannot be reached now; trying again may help"),
        },
    })
}

fn content(content: Content) -> Value {
    let named = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    match content {
        Content::PagesOf(name) => json!({"application/json": {"schema": {
            "type": "object",
            "required": ["items", "next_cursor"],
            "properties": {
                "items": {"type": "array", "items": named(name)},
                "next_cursor": {"type": ["string", "null"]},
            },
        }}}),
        Content::One(name) => json!({"application/json": {"schema": named(name)}}),
        Content::Workbook => {
            json!({WORKBOOK: {"schema": {"type": "string", "format": "binary"}}})
        }
    }
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": if parameter.place == Place::Path { "path" } else { "query" },
        "required": parameter.place == Place::Path,
        "description": parameter.says,
        "schema": schema(parameter.kind),
    })
}

fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Date => json!({"type": "string", "examples": ["2026-10-12", "today"]}),
        Kind::Month => json!({"type": "string", "examples": ["2026-10"]}),
        Kind::Whole(least, most) => {
            let bounds = [("minimum", least), ("maximum", most)];
            let mut schema = json!({"type": "integer"});
            if let Some(schema) = schema.as_object_mut() {
                let told = bounds.into_iter().filter_map(|(name, n)| Some((name, n?)));
                schema.extend(told.map(|(name, n)| (name.to_owned(), n.into())));
            }
            schema
        }
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Lang => json!({"type": "string", "examples": ["zh", "en"]}),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::web::api::OPERATIONS;

    /// Every name that the document refers to.
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        if let Some(name) = value["$ref"].as_str() {
            into.insert(name.strip_prefix("#/components/schemas/").unwrap().to_owned());
        }
        let fields = value.as_object().into_iter().flat_map(|map| map.values());
        for inner in fields.chain(value.as_array().into_iter().flatten()) {
            references(inner, into);
        }
    }

    #[test]
    fn every_shape_is_described_and_every_part_of_an_address_declared() {
        let document = document(&OPERATIONS);
        let mut wanted = BTreeSet::new();
        references(&document, &mut wanted);
        let schemas = document["components"]["schemas"].as_object().unwrap();
        assert_eq!(wanted, schemas.keys().cloned().collect());
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.len(), OPERATIONS.len());
        for operation in OPERATIONS {
            let in_path = operation.parameters.iter().filter(|p| p.place == Place::Path);
            let declared: Vec<String> = in_path.map(|p| format!("{{{}}}", p.name)).collect();
            assert_eq!(operation.path.matches('{').count(), declared.len(), "{}", operation.path);
            assert!(declared.iter().all(|part| operation.path.contains(part)));
        }
    }
}

//! OpenAPI 3.1 from the route table.

use serde_json::{Map, Value, json};

use crate::{App, Owns, Route};

/// The description of every route, below `/api/v1`.
pub fn describe(app: &App) -> Value {
    let mut paths = Map::new();
    for route in app.0.slices.iter().flat_map(|s| s.routes.iter().copied().flatten()) {
        let method = route.method.as_str().to_ascii_lowercase();
        let item = paths.entry(route.path.replace("{*", "{")).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(method, operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "yizhan 一站", "version": "1", "description": "One action is one route: HTML or JSON by Accept." },
        "servers": [{ "url": "/api/v1" }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "s" },
                "device": { "type": "http", "scheme": "bearer" }
            },
            "schemas": { "Problem": problem_schema() }
        }
    })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    if route.once {
        parameters
            .push(json!({ "name": "Idempotency-Key", "in": "header", "required": true, "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$" } }));
    }
    let problem = json!({ "description": "problem", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    let mut op = json!({
        "operationId": route.action,
        "summary": route.action,
        "x-duty": route.duty,
        "x-owns": format!("{:?}", route.owns),
        "x-rate": format!("{:?}", route.rate),
        "parameters": parameters,
        "responses": { "200": { "description": "answer" }, "default": problem }
    });
    let token_only = route.owns == Owns::TicketCode;
    if let Some(op) = op.as_object_mut() {
        let open = route.duty == "open" || token_only;
        op.insert("security".into(), if open { json!([]) } else { json!([{ "session": [] }, { "device": [] }]) });
        if route.method != http::Method::GET {
            op.insert("requestBody".into(), json!({ "content": { "application/json": { "schema": { "type": "object" } }, "application/x-www-form-urlencoded": { "schema": { "type": "object" } } } }));
        }
    }
    op
}

fn problem_schema() -> Value {
    json!({ "type": "object", "required": ["type", "title", "title_en", "status", "code", "trace"], "properties": {
        "type": { "type": "string" }, "title": { "type": "string" }, "title_en": { "type": "string" }, "status": { "type": "integer" },
        "code": { "type": "string" }, "trace": { "type": "string" }, "pointer": { "type": "string" } } })
}

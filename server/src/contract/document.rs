//! The description of the contract: as OpenAPI out of the code of its endpoints, and as a page to be read.
//!
//! The page is plain HTML with one style sheet of ours: no script, nothing from elsewhere.

mod page;

use super::{UPLOAD_PATH, described};
use axum::{
    Json, Router,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The methods that endpoints have.
const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// Made once: it never changes while the program runs.
static DOCUMENT: LazyLock<Value> = LazyLock::new(make);
static PAGE: LazyLock<String> = LazyLock::new(|| page::render(&DOCUMENT));

/// The contract as an OpenAPI 3.1 document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

fn make() -> Value {
    let (_, described) = described().split_for_parts();
    // A description is plain data; if it could not be written, every test of the contract would fail.
    let mut document = serde_json::to_value(described).unwrap_or_default();
    document["info"] = json!({
        "title": "AI OS Chat",
        "version": env!("CARGO_PKG_VERSION"),
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        "description": "The contract of AI OS, spoken by AI OS Chat. Times are in UTC. A request that cannot be done is answered with a sentence in `detail`.",
    });
    document["components"]["securitySchemes"]["token"] = json!({
        "type": "http", "scheme": "bearer",
        "description": "The token that the server was started with. Not needed where it listens on loopback without one.",
    });
    document["security"] = json!([{}, {"token": []}]);
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                complete(path, operation);
            }
        }
    }
    document
}

/// Adds what every endpoint may answer.
fn complete(path: &str, operation: &mut Value) {
    let refusal = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}});
    let mut add = |status: &str, description: &str| {
        operation["responses"][status] = json!({"description": description, "content": refusal.clone()});
    };
    add("500", "The history could not be read or written; nothing was changed");
    add("422", "The request is not of this form; nothing was changed");
    if operation.get("requestBody").is_some() {
        let mut content = refusal;
        content["text/plain"] = json!({"schema": {"type": "string"}});
        let limit = if path == UPLOAD_PATH { "50 MiB" } else { "1 MiB" };
        let description = format!("The body has more than {limit}; nothing was changed");
        operation["responses"]["413"] = json!({"description": description, "content": content});
    }
}

/// The routes of the description.
pub(super) fn routes() -> Router {
    Router::new()
        .route("/openapi.json", get(|| async { Json(document()) }))
        .route("/docs", get(page))
        .route("/docs/style.css", get(style))
}

async fn page() -> Response {
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let mut response = (StatusCode::OK, Html(PAGE.as_str())).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("document/style.css")).into_response()
}

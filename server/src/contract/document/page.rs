//! The description as a page.

use super::METHODS;
use serde_json::Value;
use std::fmt::{self, Display, Write};

/// Text that is no markup, whatever is in it.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => formatter.write_str("&amp;"),
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            '"' => formatter.write_str("&quot;"),
            character => formatter.write_char(character),
        })
    }
}

/// The text at a pointer, made harmless.
fn at<'a>(value: &'a Value, pointer: &str) -> Escaped<'a> {
    Escaped(value.pointer(pointer).and_then(Value::as_str).unwrap_or_default())
}

/// The whole page.
pub(super) fn render(document: &Value) -> String {
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut page, document);
    page
}

fn write(page: &mut String, document: &Value) -> fmt::Result {
    let title = at(document, "/info/title");
    write!(
        page,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}: REST</title><link rel=\"stylesheet\" href=\"/docs/style.css\"></head><body><main><h1>{title}: REST</h1><p>{}</p>\
         <p>Version {}. The same for programs: <a href=\"/openapi.json\">openapi.json</a>.</p>",
        at(document, "/info/description"),
        at(document, "/info/version"),
    )?;
    let operations = operations(document);
    page.push_str("<nav aria-label=\"Endpoints\"><ul>");
    for (number, (method, path, _)) in operations.iter().enumerate() {
        write!(page, "<li><a href=\"#e{number}\">{method} {}</a></li>", Escaped(path))?;
    }
    page.push_str("</ul></nav>");
    let mut tag = "";
    for (number, (method, path, operation)) in operations.iter().enumerate() {
        let its_tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default();
        if its_tag != tag {
            tag = its_tag;
            write!(page, "<h2>{}</h2>", Escaped(tag))?;
        }
        write!(page, "<section id=\"e{number}\"><h3><a href=\"#e{number}\">{method} {}</a></h3>", Escaped(path))?;
        write!(page, "<p>{}</p>", at(operation, "/summary"))?;
        endpoint(page, operation)?;
        page.push_str("</section>");
    }
    schemas(page, document)?;
    page.push_str("</main></body></html>\n");
    Ok(())
}

/// All endpoints, those of one tag together.
fn operations(document: &Value) -> Vec<(String, &str, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                operations.push((method.to_uppercase(), path.as_str(), operation));
            }
        }
    }
    operations
        .sort_by_key(|(_, _, operation)| operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default());
    operations
}

fn endpoint(page: &mut String, operation: &Value) -> fmt::Result {
    let parameters = operation["parameters"].as_array();
    let body = operation.pointer("/requestBody/content").and_then(Value::as_object);
    if parameters.is_some_and(|parameters| !parameters.is_empty()) || body.is_some() {
        page.push_str("<dl>");
        for parameter in parameters.into_iter().flatten() {
            write!(page, "<dt>{}</dt><dd>in the {}: ", at(parameter, "/name"), at(parameter, "/in"))?;
            kind(page, &parameter["schema"])?;
            write!(page, ". {}</dd>", at(parameter, "/description"))?;
        }
        for (media_type, content) in body.into_iter().flatten() {
            write!(page, "<dt>body</dt><dd>{}: ", Escaped(media_type))?;
            kind(page, &content["schema"])?;
            page.push_str("</dd>");
        }
        page.push_str("</dl>");
    }
    page.push_str("<dl>");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        write!(page, "<dt>{}</dt><dd>{}", Escaped(status), at(response, "/description"))?;
        for content in response["content"].as_object().into_iter().flatten().map(|(_, content)| content).take(1) {
            page.push_str(": ");
            kind(page, &content["schema"])?;
        }
        page.push_str("</dd>");
    }
    page.push_str("</dl>");
    Ok(())
}

fn schemas(page: &mut String, document: &Value) -> fmt::Result {
    page.push_str("<h2>Shapes</h2>");
    for (name, schema) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let name = Escaped(name);
        write!(
            page,
            "<section id=\"{name}\"><h3><a href=\"#{name}\">{name}</a></h3><p>{}</p><dl>",
            at(schema, "/description")
        )?;
        let required = schema["required"].as_array();
        for (field, shape) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.is_some_and(|required| required.iter().any(|name| name.as_str() == Some(field)));
            write!(page, "<dt>{}</dt><dd>", Escaped(field))?;
            kind(page, shape)?;
            let optional = if is_required { "" } else { ", optional" };
            write!(page, "{optional}. {}</dd>", at(shape, "/description"))?;
        }
        page.push_str("</dl></section>");
    }
    Ok(())
}

/// What a value is, in a word, with a link where it has a shape of its own.
fn kind(page: &mut String, schema: &Value) -> fmt::Result {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let name = Escaped(name);
        return write!(page, "<a href=\"#{name}\">{name}</a>");
    }
    if schema.get("items").is_some() {
        page.push_str("list of ");
        return kind(page, &schema["items"]);
    }
    match &schema["type"] {
        Value::String(name) => write!(page, "{}", Escaped(name)),
        Value::Array(names) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            write!(page, "{}", Escaped(&names.join(" or ")))
        }
        _ => page.write_str("any value"),
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use serde_json::json;

    #[test]
    fn nothing_in_a_description_is_markup() {
        let page = render(&json!({
            "info": {"title": "<script>alert(1)</script>", "description": "a & b"},
            "paths": {"/\"><b>": {"get": {"summary": "<i>", "tags": ["<u>"], "responses": {"200": {"description": "<s>"}}}}},
        }));
        for markup in ["<script", "<b>", "<i>", "<u>", "<s>"] {
            assert!(!page.contains(markup), "{markup}");
        }
    }
}

//! Words of a conversation in the next message.

/// A text as a quotation in markdown, with room to go on below it.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for line in text.trim().lines() {
        quoted.push_str("> ");
        quoted.push_str(line);
        quoted.push('\n');
    }
    quoted.push('\n');
    quoted
}

/// Puts what is selected on the page behind what is written in the field with this id, as a quotation; `otherwise` if nothing is selected.
pub fn quote_into(field: &str, otherwise: impl FnOnce() -> String) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};
        let selected = window().get_selection().ok().flatten().map(|selection| String::from(selection.to_string()));
        let text = selected.filter(|text| !text.trim().is_empty()).unwrap_or_else(otherwise);
        let field =
            document().get_element_by_id(field).and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
        let Some(field) = field else { return };
        let written = field.value();
        let between = if written.trim().is_empty() { "" } else { "\n\n" };
        field.set_value(&[written.trim_end(), between, &quoted(&text)].concat());
        // The field learns of it as if it were typed.
        if let Ok(event) = web_sys::Event::new("input") {
            drop(field.dispatch_event(&event));
        }
        drop(field.focus());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (field, otherwise);
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn every_line_of_a_quotation_is_marked() {
        assert_eq!(quoted("\na\n\n> b\n"), "> a\n> \n> > b\n\n");
    }
}

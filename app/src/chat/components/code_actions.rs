//! The buttons on code blocks, which are in the HTML that `aios_markdown` makes.

use crate::chat::utils::{clipboard::copy, code_file};
use leptos::ev;

/// Does what the button says that was pressed, if one was: copies the code beside it, or saves it as a file.
///
/// One listener on what is around all blocks serves them all, those too that come later.
pub fn on_click(event: ev::MouseEvent) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::{wasm_bindgen::JsCast, web_sys};
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(button) = target.and_then(|target| target.closest("[data-code]").ok().flatten()) else { return };
        let Some(figure) = button.closest("figure").ok().flatten() else { return };
        let Some(code) = figure.query_selector("code").ok().flatten().and_then(|code| code.text_content()) else {
            return;
        };
        if button.get_attribute("data-code").as_deref() == Some("copy") {
            copy(code);
            button.set_text_content(Some(crate::texts::texts().copied()));
        } else {
            code_file::save(&code, &code_file::name(&figure.get_attribute("data-language").unwrap_or_default()));
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, copy, code_file::save, code_file::name);
}

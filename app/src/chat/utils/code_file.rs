//! Code as a file.

/// What a file with code in this language is called. A language without an ending of its own here lends its name, if that looks like one.
pub fn name(language: &str) -> String {
    let ending = match language {
        "rust" => "rs",
        "python" => "py",
        "javascript" => "js",
        "typescript" => "ts",
        "bash" | "shell" | "zsh" | "execute" => "sh",
        "c++" => "cpp",
        "c#" | "csharp" => "cs",
        "kotlin" => "kt",
        "ruby" => "rb",
        "markdown" => "md",
        "yaml" => "yml",
        other if (1..=5).contains(&other.len()) && other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => other,
        _ => "txt",
    };
    format!("code.{ending}")
}

/// Lets the browser save a text.
pub fn save(text: &str, name: &str) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::{wasm_bindgen::JsCast, web_sys};
        let parts = js_sys::Array::of1(&text.into());
        let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) else { return };
        let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
        let link = leptos::prelude::document()
            .create_element("a")
            .ok()
            .and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
        if let Some(link) = link {
            link.set_href(&address);
            link.set_download(name);
            link.click();
        }
        // The download has begun, and holds what it saves.
        drop(web_sys::Url::revoke_object_url(&address));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (text, name);
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_file_has_the_ending_of_its_language() {
        for (language, expected) in [
            ("rust", "code.rs"),
            ("c++", "code.cpp"),
            ("toml", "code.toml"),
            ("", "code.txt"),
            ("../x", "code.txt"),
            ("haskell", "code.txt"),
        ] {
            assert_eq!(name(language), expected, "{language}");
        }
    }
}

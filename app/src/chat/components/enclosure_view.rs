//! A picture or another file that came with a message.

use super::icon::Icon;
use crate::chat::{types::chat::Enclosure, utils::numbers::size};
use crate::texts::texts;
use aios_protocol::import::FILES_PATH;
use leptos::prelude::*;

/// A picture if it is here, any other file as a download, and what is missing by its name.
#[component]
pub fn EnclosureView(
    /// The file.
    enclosure: Enclosure,
) -> impl IntoView {
    let Enclosure { name, text, is_picture, file } = enclosure;
    let texts = texts();
    let text = text.filter(|text| !text.trim().is_empty());
    let file = match file {
        Some(file) if file.is_picture => {
            let href = format!("{FILES_PATH}{}", file.hash);
            let source = href.clone();
            return view! {
                <figure class="picture">
                    <a href=href rel="external" target="_blank">
                        <img src=source loading="lazy" decoding="async" alt=name.clone()/>
                    </a>
                    <figcaption dir="auto">{name}</figcaption>
                </figure>
            }
            .into_any();
        }
        Some(file) => {
            let href = format!("{FILES_PATH}{}", file.hash);
            let label = size(file.size);
            view! { <a href=href rel="external" download=name.clone()>{texts.download()}</a> " " <span class="numbers">{label}</span> }.into_any()
        }
        None if text.is_some() => ().into_any(),
        None if is_picture => texts.no_picture().into_any(),
        None => texts.no_file().into_any(),
    };
    match text {
        Some(text) => view! {
            <details class="enclosure">
                <summary><Icon name="paperclip"/><span dir="auto">{name}</span></summary>
                {file}
                <pre dir="auto">{text}</pre>
            </details>
        }
        .into_any(),
        None => view! { <p class="enclosure"><Icon name="paperclip"/><span dir="auto">{name}</span><small>{file}</small></p> }.into_any(),
    }
}

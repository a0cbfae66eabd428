//! A document that the model wrote beside the conversation.

use super::icon::Icon;
use crate::chat::{services::markdown, utils::clipboard::copy};
use crate::texts::texts;
use leptos::prelude::*;

/// A version of a document, folded into a card.
#[component]
pub fn ArtifactView(
    /// What it is called.
    title: String,
    /// What it is written in.
    language: Option<String>,
    /// Its text.
    text: String,
    /// Which version it is, from 1, and how many there are.
    version: Option<(u32, u32)>,
    /// There is no later version.
    is_latest: bool,
) -> impl IntoView {
    let texts = texts();
    let version = match version {
        Some((version, of)) => Some(texts.version_of(version, of)),
        None if !is_latest => Some(texts.later_version().to_owned()),
        None => None,
    };
    let is_markdown = language.as_deref() == Some("markdown");
    let html = if is_markdown {
        markdown::render(&text)
    } else {
        let options = aios_markdown::Options { code_actions: true, ..Default::default() };
        markdown::code_block(language.as_deref().unwrap_or_default(), &text, &options)
    };
    let language = language.filter(|language| *language != title);
    view! {
        <details class="artifact">
            <summary>
                <Icon name="library"/>
                <span class="name" dir="auto">{title}</span>
                <small>{language} " " {version}</small>
            </summary>
            {is_markdown.then(|| view! {
                <button class="quiet" type="button" on:click=move |_| copy(text.clone())>
                    <Icon name="copy"/>
                    {texts.copy()}
                </button>
            })}
            <div class="prose" dir="auto" inner_html=html></div>
        </details>
    }
    .into_any()
}

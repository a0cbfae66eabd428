//! All keys.

use crate::{
    chat::utils::keys::{Area, COMMANDS, Command, strokes},
    texts::texts,
};
use leptos::prelude::*;
use leptos_meta::Title;

/// The page of `/keys`: what the table of keys has, as a page to read and print.
#[component]
pub fn KeysPage() -> impl IntoView {
    let texts = texts();
    view! {
        <Title text=texts.keys()/>
        <section class="keys-page">
            <h1>{texts.keys()}</h1>
            <p class="lead">{texts.keys_how()}" "<a href="/settings">{texts.settings()}</a></p>
            {[
                (Area::Anywhere, texts.keys_anywhere()),
                (Area::Conversation, texts.keys_conversation()),
                (Area::List, texts.keys_list()),
                (Area::Composer, texts.keys_composer()),
            ]
            .map(|(area, heading)| section(area, heading))
            .collect_view()}
        </section>
    }
}

fn section(area: Area, heading: &'static str) -> AnyView {
    let commands = COMMANDS.iter().filter(|command| command.area == area && !command.keys.is_empty());
    view! {
        <h2>{heading}</h2>
        <dl class="keys-list">{commands.map(line).collect_view()}</dl>
    }
    .into_any()
}

fn line(command: &Command) -> AnyView {
    let keys = strokes(command.keys, "Ctrl").into_iter().flatten().map(|key| view! { <kbd>{key}</kbd>" " });
    view! { <div><dt>{command.name.words(texts())}</dt><dd dir="ltr">{keys.collect_view()}</dd></div> }.into_any()
}

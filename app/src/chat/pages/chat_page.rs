//! A conversation, stored or new.

use super::not_found::NotFoundPage;
use crate::chat::{
    components::{
        conversation_header::ConversationHeader, icon::Icon, message_input::MessageInput, message_list::MessageList,
        outline::Outline, system_prompt_sidebar::SystemPromptSidebar,
    },
    hooks::use_chat::Chat,
    services::chat_api::{ApiError, fetch_conversation},
    types::chat::{OpenConversation, Place},
};
use crate::texts::{inert, texts};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};

/// The page of `/c/:session_id` and `/new`. `?turn=` is the id of the turn that it opens at, `?number=` counts from the first.
#[component]
pub fn ChatPage() -> impl IntoView {
    let parameters = use_params_map();
    let query = use_query_map();
    let address = Memo::new(move |_| {
        let session_id = parameters.read().get("session_id");
        let number = |name: &str| query.read().get(name).and_then(|number| number.parse::<i64>().ok());
        let counted = || number("number").and_then(|number| u32::try_from(number).ok()).map(Place::Number);
        (session_id, number("turn").map(Place::Turn).or_else(counted).unwrap_or_default())
    });
    let texts = texts();
    let conversation = Resource::new(
        move || address.get(),
        |(session_id, place)| async move {
            match session_id {
                Some(session_id) => fetch_conversation(session_id, place, None).await.map(Some),
                None => Ok(None),
            }
        },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match conversation.await {
                    Ok(Some(conversation)) => view! { <StoredConversation conversation/> }.into_any(),
                    Ok(None) => view! { <NewConversation/> }.into_any(),
                    Err(ApiError::NotFound(_)) => view! { <NotFoundPage/> }.into_any(),
                    Err(error) => view! {
                        <div class="problem" role="alert">
                            <p>{error.to_string()}</p>
                            <button type="button" on:click=move |_| conversation.refetch()>{texts.try_again()}</button>
                        </div>
                    }
                    .into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn StoredConversation(conversation: OpenConversation) -> impl IntoView {
    let texts = texts();
    let title = Chat::provide(Some(&conversation)).name;
    let OpenConversation { summary, system_prompt, presets, preset, turns, earlier_turns, later_turns, .. } =
        conversation;
    let count =
        earlier_turns.saturating_add(later_turns).saturating_add(u32::try_from(turns.len()).unwrap_or_default());
    let window_title =
        move || title.with(|title| if title.is_empty() { texts.untitled().to_owned() } else { title.clone() });
    view! {
        <Title text=window_title/>
        <div class="conversation">
            <ConversationHeader summary=summary.clone() title/>
            <button class="quiet instructions" type="button" popovertarget="system-prompt" aria-label=texts.instructions() title=texts.instructions()>
                <Icon name="sliders-horizontal"/>
            </button>
            <Outline session_id=summary.session_id.clone() turns=count/>
            <MessageList/>
            <MessageInput/>
            <SystemPromptSidebar
                session_id=summary.session_id
                prompt=system_prompt.unwrap_or_default()
                presets
                preset=preset.unwrap_or_default()
            />
        </div>
    }
}

/// A conversation that begins with its first message: then it has an address, and the page goes there.
#[component]
fn NewConversation() -> impl IntoView {
    let chat = Chat::provide(None);
    let navigate = use_navigate();
    let texts = texts();
    Effect::new(move || {
        if let Some(session_id) = chat.session_id.get() {
            navigate(
                &format!("/c/{session_id}"),
                NavigateOptions { replace: true, scroll: false, ..Default::default() },
            );
        }
    });
    view! {
        <Title text=texts.new_conversation()/>
        <div class="conversation new">
            {inert([
                "<header class=conversation-head><h1 class=title>",
                texts.new_conversation(),
                "</h1><p class=provenance>",
                texts.recall_answers(),
                "</p></header>",
            ])}
            <MessageList/>
            <MessageInput/>
        </div>
    }
}

//! The title of a conversation, where it came from, and what can be done with it.

use super::{icon::Icon, moment::Moment, source_mark::source_names};
use crate::chat::{
    hooks::use_library::Library,
    services::chat_api::{ApiError, ArchiveConversation, DeleteConversation, RenameConversation},
};
use aios_model::ConversationSummary;
use leptos::{form::ActionForm, prelude::*};

/// The head of a conversation. Renaming, archiving and deleting are plain forms: they work without JavaScript.
#[component]
pub fn ConversationHeader(
    /// The conversation.
    summary: ConversationSummary,
) -> impl IntoView {
    let rename = ServerAction::<RenameConversation>::new();
    let archive = ServerAction::<ArchiveConversation>::new();
    let delete = ServerAction::<DeleteConversation>::new();
    let library = Library::expect();
    let archived = RwSignal::new(summary.archived);
    Effect::new(move || {
        if rename.value().get().is_some_and(|result| result.is_ok()) {
            library.refresh();
        }
    });
    Effect::new(move || {
        if archive.value().get().is_some_and(|result| result.is_ok()) {
            archived.update(|archived| *archived = !*archived);
            library.refresh();
        }
    });
    let problem = move || {
        let failed = |value: Option<Result<(), ApiError>>| value.and_then(Result::err);
        failed(rename.value().get()).or_else(|| failed(archive.value().get())).or_else(|| failed(delete.value().get()))
    };
    let session_id = StoredValue::new(summary.session_id.clone());
    let (source, _) = source_names(&summary.source);
    let title = summary.display_name().unwrap_or_default().to_owned();
    let turns = if summary.turn_count == 1 { "1 turn".to_owned() } else { format!("{} turns", summary.turn_count) };
    view! {
        <header class="conversation-head" data-source=summary.source.to_string()>
            <ActionForm action=rename attr:class="title-form">
                <input type="hidden" name="session_id" value=session_id.get_value()/>
                <h1>
                    <input
                        class="title"
                        name="name"
                        value=title
                        placeholder="Untitled"
                        aria-label="Title"
                        maxlength="200"
                        autocomplete="off"
                        dir="auto"
                    />
                </h1>
                <button class="quiet save" type="submit">"Save"</button>
            </ActionForm>
            <details class="menu">
                <summary class="quiet button" aria-label="Actions" title="Actions">
                    <Icon name="ellipsis"/>
                </summary>
                <div class="menu-panel">
                    <ActionForm action=archive>
                        <input type="hidden" name="session_id" value=session_id.get_value()/>
                        <input type="hidden" name="archived" value=move || (!archived.get()).to_string()/>
                        <button class="wide" type="submit">
                            <Icon name="archive"/>
                            {move || if archived.get() { "Take out of the archive" } else { "Archive" }}
                        </button>
                    </ActionForm>
                    <details class="confirm">
                        <summary class="wide button">
                            <Icon name="trash-2"/>
                            "Delete…"
                        </summary>
                        <ActionForm action=delete>
                            <input type="hidden" name="session_id" value=session_id.get_value()/>
                            <p>"All of its turns go with it. An export that still has it can be imported again."</p>
                            <button class="danger wide" type="submit">"Delete for good"</button>
                        </ActionForm>
                    </details>
                </div>
            </details>
            <p class="provenance">
                <span class="source" data-source=summary.source.to_string()>{source}</span>
                <Moment time=summary.started/>
                <span>{turns}</span>
                {summary.model.map(|model| view! { <span class="model">{model}</span> })}
                {move || archived.get().then(|| view! { <span>"Archived"</span> })}
            </p>
            <p class="problem" role="alert">{move || problem().map(|error| error.to_string())}</p>
        </header>
    }
}

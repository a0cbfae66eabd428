//! The title of a conversation, where it came from, and what can be done with it.

use super::{
    icon::Icon,
    moment::Moment,
    server_form::{Outcome, ServerForm},
    source_mark::source_names,
};
use crate::chat::{
    hooks::use_library::Library,
    services::chat_api::{ArchiveConversation, DeleteConversation, RenameConversation},
};
use aios_model::ConversationSummary;
use leptos::{prelude::*, server_fn::ServerFn};

/// The head of a conversation. Renaming, archiving and deleting are plain forms: they work without JavaScript.
#[component]
pub fn ConversationHeader(
    /// The conversation.
    summary: ConversationSummary,
) -> impl IntoView {
    let (rename, archive) = (Outcome::new(), Outcome::new());
    let library = Library::expect();
    let archived = RwSignal::new(summary.archived);
    rename.when_done(move || library.refresh());
    archive.when_done(move || {
        archived.update(|archived| *archived = !*archived);
        library.refresh();
    });
    let problem = move || rename.problem().or_else(|| archive.problem());
    let session_id = StoredValue::new(summary.session_id.clone());
    let (source, _) = source_names(&summary.source);
    let title = summary.display_name().unwrap_or_default().to_owned();
    let turns = if summary.turn_count == 1 { "1 turn".to_owned() } else { format!("{} turns", summary.turn_count) };
    view! {
        <header class="conversation-head" data-source=summary.source.to_string()>
            <ServerForm path=RenameConversation::PATH outcome=rename class="title-form">
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
            </ServerForm>
            <details class="menu">
                <summary class="quiet button" aria-label="Actions" title="Actions">
                    <Icon name="ellipsis"/>
                </summary>
                <div class="menu-panel">
                    <ServerForm path=ArchiveConversation::PATH outcome=archive>
                        <input type="hidden" name="session_id" value=session_id.get_value()/>
                        <input type="hidden" name="archived" value=move || (!archived.get()).to_string()/>
                        <button class="wide" type="submit">
                            <Icon name="archive"/>
                            {move || if archived.get() { "Take out of the archive" } else { "Archive" }}
                        </button>
                    </ServerForm>
                    <details class="confirm">
                        <summary class="wide button">
                            <Icon name="trash-2"/>
                            "Delete…"
                        </summary>
                        <form method="post" action=DeleteConversation::PATH>
                            <input type="hidden" name="session_id" value=session_id.get_value()/>
                            <p>"All of its turns go with it. An export that still has it can be imported again."</p>
                            <button class="danger wide" type="submit">"Delete for good"</button>
                        </form>
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
            <p class="problem" role="alert">{problem}</p>
        </header>
    }
}

//! The title of a conversation, where it came from, and what can be done with it.

use super::{
    icon::Icon,
    moment::Moment,
    server_form::{Outcome, ServerForm},
    source_mark::source_names,
};
use crate::chat::{
    hooks::use_library::Library,
    services::chat_api::{ArchiveConversation, DeleteConversation, ManageConversations, RenameConversation},
};
use crate::texts::{inert, texts};
use aios_model::ConversationSummary;
use leptos::{prelude::*, server_fn::ServerFn};

/// The head of a conversation. Renaming, pinning, moving, archiving and deleting are plain forms: they work without JavaScript.
#[component]
pub fn ConversationHeader(
    /// The conversation.
    summary: ConversationSummary,
    /// Its title: changes when it is renamed elsewhere.
    title: RwSignal<String>,
) -> impl IntoView {
    let [rename, archive, pin, shift] = [(); 4].map(|()| Outcome::new());
    let library = Library::expect();
    let (archived, pinned) = (RwSignal::new(summary.archived), RwSignal::new(summary.pinned));
    for outcome in [rename, shift] {
        outcome.when_done(move || library.refresh());
    }
    pin.when_done(move || {
        pinned.update(|pinned| *pinned = !*pinned);
        library.refresh();
    });
    archive.when_done(move || {
        archived.update(|archived| *archived = !*archived);
        library.refresh();
    });
    let problem = move || [rename, archive, pin, shift].into_iter().find_map(Outcome::problem);
    let session_id = StoredValue::new(summary.session_id.clone());
    let (source, _) = source_names(&summary.source);
    let texts = texts();
    let turns = texts.turn_count(summary.turn_count);
    let formats = inert([
        "<select name=format><option value=markdown>Markdown</option><option value=html>",
        texts.format_html(),
        "</option><option value=text>",
        texts.format_text(),
        "</option><option value=json>JSON</option></select>",
    ]);
    view! {
        <header class="conversation-head" data-source=summary.source.to_string()>
            <ServerForm path=RenameConversation::PATH outcome=rename class="title-form">
                <input type="hidden" name="session_id" value=session_id.get_value()/>
                <h1>
                    <input
                        class="title"
                        name="name"
                        value=title.get_untracked()
                        prop:value=move || title.get()
                        placeholder=texts.untitled()
                        aria-label=texts.title_label()
                        maxlength="200"
                        autocomplete="off"
                        dir="auto"
                    />
                </h1>
                <button class="quiet save" type="submit">{texts.save()}</button>
            </ServerForm>
            <details class="menu">
                <summary class="quiet button" aria-label=texts.actions() title=texts.actions()>
                    <Icon name="ellipsis"/>
                </summary>
                <div class="menu-panel">
                    <ServerForm path=ManageConversations::PATH outcome=pin>
                        <input type="hidden" name="ids[0]" value=session_id.get_value()/>
                        <input type="hidden" name="action" value=move || if pinned.get() { "unpin" } else { "pin" }/>
                        <button class="wide" type="submit">
                            <Icon name="pin"/>
                            {move || if pinned.get() { texts.unpin() } else { texts.pin() }}
                        </button>
                    </ServerForm>
                    <ServerForm path=ManageConversations::PATH outcome=shift class="move">
                        <input type="hidden" name="ids[0]" value=session_id.get_value()/>
                        <input type="hidden" name="action" value="move"/>
                        <input name="project" aria-label=texts.project() placeholder=texts.project() maxlength="200" required autocomplete="off"/>
                        <button type="submit">{texts.move_verb()}</button>
                    </ServerForm>
                    <ServerForm path=ArchiveConversation::PATH outcome=archive>
                        <input type="hidden" name="session_id" value=session_id.get_value()/>
                        <input type="hidden" name="archived" value=move || (!archived.get()).to_string()/>
                        <button class="wide" type="submit">
                            <Icon name="archive"/>
                            {move || if archived.get() { texts.unarchive() } else { texts.archive_verb() }}
                        </button>
                    </ServerForm>
                    <form action=format!("/api/export/conversations/{}", session_id.get_value()) method="get">
                        <label>{texts.export_as()}" "{formats}</label>
                        <button class="wide" type="submit">{texts.export()}</button>
                    </form>
                    <form method="post" action=DeleteConversation::PATH>
                        <input type="hidden" name="session_id" value=session_id.get_value()/>
                        <button class="wide" type="submit">
                            <Icon name="trash-2"/>
                            {texts.delete()}
                        </button>
                    </form>
                </div>
            </details>
            <p class="provenance">
                <span class="source" data-source=summary.source.to_string()>{source}</span>
                <Moment time=summary.started/>
                <span>{turns}</span>
                {summary.model.map(|model| view! { <span class="model">{model}</span> })}
                {move || pinned.get().then(|| view! { <span>{texts.pinned()}</span> })}
                {move || archived.get().then(|| view! { <span>{texts.archived()}</span> })}
            </p>
            <p class="problem" role="alert">{problem}</p>
        </header>
    }
}

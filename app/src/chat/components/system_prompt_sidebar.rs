//! The instructions of a conversation.

use super::{
    icon::Icon,
    server_form::{Outcome, ServerForm},
};
use crate::chat::services::chat_api::SetSystemPrompt;
use leptos::{prelude::*, server_fn::ServerFn};

/// The panel at the right: what the model is told before the first word. A plain form.
#[component]
pub fn SystemPromptSidebar(
    /// The conversation.
    session_id: String,
    /// Its instructions now.
    prompt: String,
) -> impl IntoView {
    let outcome = Outcome::new();
    view! {
        <aside id="system-prompt" class="panel" popover="auto" aria-label="Instructions">
            <div class="panel-head">
                <h2>"Instructions"</h2>
                <button class="quiet" type="button" popovertarget="system-prompt" popovertargetaction="hide" aria-label="Close">
                    <Icon name="x"/>
                </button>
            </div>
            <ServerForm path=SetSystemPrompt::PATH outcome>
                <input type="hidden" name="session_id" value=session_id/>
                <label for="prompt">"What the model is told before your first word. It holds for this conversation, from the next answer on."</label>
                <textarea id="prompt" name="prompt" rows="14" dir="auto">{prompt}</textarea>
                <div class="panel-foot">
                    <button class="primary" type="submit" disabled=outcome.pending>"Save"</button>
                    <span role="status">
                        {move || outcome.last.get().map(|last| last.err().unwrap_or_else(|| "Saved.".to_owned()))}
                    </span>
                </div>
            </ServerForm>
        </aside>
    }
}

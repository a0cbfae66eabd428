//! The instructions of a conversation.

use super::{
    icon::Icon,
    server_form::{Outcome, ServerForm},
};
use crate::chat::services::chat_api::{ActOnPreset, SetSystemPrompt};
use crate::texts::texts;
use leptos::{prelude::*, server_fn::ServerFn};

/// The panel at the right: what the model is told before the first word. Two plain forms.
#[component]
pub fn SystemPromptSidebar(
    /// The conversation.
    session_id: String,
    /// Its instructions now.
    prompt: String,
    /// Instructions to choose from: number and name.
    presets: Vec<(i64, String)>,
    /// Those that it uses while it has none of its own; 0 for none.
    preset: i64,
) -> impl IntoView {
    let outcome = Outcome::new();
    let texts = texts();
    // Instructions are foreign text, and the server writes what is in a text area as it is: there it is escaped here.
    #[cfg(feature = "ssr")]
    let prompt = prompt.replace('&', "&amp;").replace('<', "&lt;");
    let conversation = session_id.clone();
    let options = presets.into_iter().map(move |(id, name)| {
        view! { <option value=id.to_string() selected=id == preset>{name}</option> }
    });
    let options = options.collect_view();
    view! {
        <aside id="system-prompt" class="panel" popover="auto" aria-label=texts.instructions()>
            <div class="panel-head">
                <h2>{texts.instructions()}</h2>
                <button class="quiet" type="button" popovertarget="system-prompt" popovertargetaction="hide" aria-label=texts.close()>
                    <Icon name="x"/>
                </button>
            </div>
            <ServerForm path=SetSystemPrompt::PATH outcome>
                <input type="hidden" name="session_id" value=conversation/>
                <label for="prompt">{texts.instructions_are()}</label>
                <textarea id="prompt" name="prompt" rows="14" dir="auto">{prompt}</textarea>
                <label for="preset-name">{texts.preset_name()}</label>
                <input id="preset-name" name="name" maxlength="100" dir="auto"/>
                <div class="panel-foot">
                    <button class="primary" type="submit" disabled=outcome.pending>{texts.save()}</button>
                    <span role="status">
                        {move || outcome.last.get().map(|last| last.err().unwrap_or_else(|| texts.saved().to_owned()))}
                    </span>
                </div>
            </ServerForm>
            <ServerForm path=ActOnPreset::PATH outcome>
                <input type="hidden" name="session_id" value=session_id/>
                <label for="preset">{texts.presets_are()}</label>
                <select id="preset" name="preset">
                    <option value="0">{texts.none()}</option>
                    {options}
                </select>
                <div class="panel-foot">
                    <button type="submit" name="act" value="use" disabled=outcome.pending>{texts.preset_use()}</button>
                    <button type="submit" name="act" value="default" disabled=outcome.pending>{texts.preset_default()}</button>
                    <button type="submit" name="act" value="delete" class="danger" disabled=outcome.pending>{texts.delete()}</button>
                </div>
            </ServerForm>
        </aside>
    }
}

//! Where a conversation came from.

use crate::texts::texts;
use aios_model::Source;
use leptos::prelude::*;

/// What people call a source, and its two letters.
pub fn source_names(source: &Source) -> (String, String) {
    let (name, mark) = match source.as_str() {
        "aios" => ("AI OS", "AI"),
        "chatgpt" => ("ChatGPT", "GP"),
        "claude" => ("Claude", "CL"),
        "gemini" => ("Gemini", "GE"),
        "copilot" => ("Copilot", "CO"),
        "chatbot-ui" => ("Chatbot UI", "CU"),
        "claude-code" => ("Claude Code", "CC"),
        "codex" => ("Codex", "CX"),
        "cursor" => ("Cursor", "CR"),
        "deepseek" => ("DeepSeek", "DS"),
        "grok" => ("Grok", "GK"),
        "le-chat" => ("Le Chat", "LE"),
        "librechat" => ("LibreChat", "LC"),
        "microsoft-copilot" => ("Microsoft Copilot", "MC"),
        "open-webui" => ("Open WebUI", "OW"),
        "openai" => ("OpenAI", "OA"),
        "other" => (texts().another_program(), "OT"),
        "perplexity" => ("Perplexity", "PX"),
        other => {
            let mark = other.chars().filter(|character| character.is_ascii_alphanumeric()).take(2).collect::<String>();
            return (other.to_owned(), mark.to_ascii_uppercase());
        }
    };
    (name.to_owned(), mark.to_owned())
}

/// The mark of a source: two letters in its hue.
#[component]
pub fn SourceMark(
    /// The source.
    source: Source,
) -> impl IntoView {
    let (name, mark) = source_names(&source);
    view! { <abbr class="source-mark" data-source=source.to_string() title=name>{mark}</abbr> }
}

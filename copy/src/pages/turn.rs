//! A turn as HTML.

use super::escaped::{Escaped, moment};
use aios_markdown::Options;
use aios_model::{Part, Rating, Role, StoredTurn, TurnStatus};
use std::fmt::Write as _;

pub(super) fn write(html: &mut String, turn: &StoredTurn) {
    let id = turn.id;
    let prose = |text: &str, side: &str| {
        let options = Options { id_prefix: format!("{side}{id}-"), ..Options::default() };
        format!(r#"<div class="prose" dir="auto">{}</div>"#, aios_markdown::blocks(text, options).concat())
    };
    // Writing to a string does not fail, here and below.
    let _ = write!(html, r#"<article class="turn" id="turn-{id}">"#);
    if !turn.user_message.is_empty() {
        let _ = write!(
            html,
            r#"<div class="question"><h2 class="visually-hidden">You said</h2>{}</div>"#,
            prose(&turn.user_message, "question")
        );
    }
    html.push_str(r#"<div class="answer"><h2 class="visually-hidden">Answer</h2>"#);
    for message in turn.messages.iter().filter(|message| !message.hidden) {
        message.parts.iter().for_each(|part| write_part(html, message.role, part, &prose));
    }
    html.push_str(&prose(&turn.assistant_message, "answer"));
    let note = match turn.status {
        TurnStatus::Complete => "",
        TurnStatus::Streaming => "It was still being written when this browser last heard of it.",
        TurnStatus::Stopped => "Stopped. What had come is kept.",
        TurnStatus::Interrupted => "Interrupted. What had come is kept.",
        TurnStatus::Failed => "The agent failed; what had come is kept.",
    };
    if !note.is_empty() {
        let _ = write!(html, r#"<p class="progress">{note}</p>"#);
    }
    html.push_str(r#"</div><div class="turn-actions">"#);
    for (rating, word, label, sign) in
        [(Rating::Up, "up", "Good answer", "👍"), (Rating::Down, "down", "Bad answer", "👎")]
    {
        let is_given = turn.rating == Some(rating);
        let _ = write!(
            html,
            r#"<form method="post" action="/api/fn/rate"><input type="hidden" name="turn_id" value="{id}"><input type="hidden" name="rating" value="{}"><button class="quiet" type="submit" aria-label="{label}" title="{label}" aria-pressed="{is_given}">{sign}</button></form>"#,
            if is_given { "" } else { word },
        );
    }
    let _ = write!(html, r#"<span class="facts">{}"#, moment(turn.timestamp));
    if let Some(model) = &turn.model {
        let _ = write!(html, r#"<span class="model">{}</span>"#, Escaped(model));
    }
    html.push_str("</span></div></article>");
}

/// What the two texts do not say.
fn write_part(html: &mut String, role: Role, part: &Part, prose: &impl Fn(&str, &str) -> String) {
    let mut step = |label: &str, body: String| {
        let label = Escaped(label);
        let _ = match body.is_empty() {
            true => write!(html, r#"<p class="step"><span dir="auto">{label}</span></p>"#),
            false => write!(
                html,
                r#"<details class="step"><summary><span dir="auto">{label}</span></summary>{body}</details>"#
            ),
        };
    };
    let plain = |text: &str| match text.trim().is_empty() {
        true => String::new(),
        false => format!(r#"<pre dir="auto">{}</pre>"#, Escaped(text)),
    };
    match part {
        Part::Reasoning { text, summary } => {
            let words =
                [summary.as_deref(), Some(text.as_str())].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
            step("Thought", prose(&words, "thought"));
        }
        Part::ToolCall { name, input, .. } => step(name, plain(input)),
        Part::ToolResult { output, error, .. } => step(if *error { "Failed" } else { "Result" }, plain(output)),
        Part::Citation { title, url, text } => {
            let title = title.as_deref().or(url.as_deref()).unwrap_or("Source");
            step(title, plain(text.as_deref().unwrap_or_default()));
        }
        Part::Artifact { title, language, text, .. } => {
            let title = title.as_deref().or(language.as_deref()).unwrap_or("Document");
            step(title, plain(text));
        }
        Part::Attachment { name, text, .. } => {
            step(&format!("{name} (the file is on the server)"), plain(text.as_deref().unwrap_or_default()));
        }
        Part::Image { description, .. } => {
            let name = description.as_deref().unwrap_or("Picture");
            step(&format!("{name} (the file is on the server)"), String::new());
        }
        Part::Unsupported { kind, text } => step(&format!("Not shown here: {kind}"), plain(text)),
        Part::Text { .. } | Part::Code { .. } if matches!(role, Role::User | Role::Assistant) => {}
        Part::Text { text } | Part::Code { text, .. } => step("Note", plain(text)),
    }
}

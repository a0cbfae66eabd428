//! A conversation as plain text: who said what when, and the words as they are.

use super::page::{Page, moment};
use crate::text::one_line;
use aios_model::Part;

/// The file.
pub(super) fn plain(page: &Page<'_>) -> String {
    let mut text = format!("{}\n{}\n\n", page.title, "=".repeat(page.title.chars().count().min(80)));
    for (name, value) in page.facts() {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(prompt) = &page.conversation.system_prompt {
        text.push_str(&format!("\n[Instructions]\n{}\n", prompt.trim_end()));
    }
    for entry in &page.entries {
        if let Some(detour) = entry.detour() {
            text.push_str(&format!("\n--- {detour} ---\n"));
        }
        let time = entry.created().map(|time| format!(", {}", moment(time))).unwrap_or_default();
        let mut question = entry.question().peekable();
        if question.peek().is_some() {
            text.push_str(&format!("\n[{}. You{time}]\n", entry.number));
            question.for_each(|part| write_part(&mut text, part));
        }
        let mut answer = entry.answer().peekable();
        if answer.peek().is_some() {
            text.push_str(&format!("\n[{}. {}]\n", entry.number, entry.answerer()));
            answer.for_each(|part| write_part(&mut text, part));
        }
        if let Some(verdict) = entry.verdict() {
            text.push_str(&format!("({verdict})\n"));
        }
    }
    text
}

fn write_part(text: &mut String, part: &Part) {
    let line = |words: &str| one_line(words, 300);
    let (heading, words) = match part {
        Part::Text { text } | Part::Code { text, .. } => (None, text.as_str()),
        Part::Reasoning { text, summary } => {
            (Some(format!("Thought: {}", line(summary.as_deref().unwrap_or_default()))), text.as_str())
        }
        Part::ToolCall { name, input, .. } => (Some(format!("Tool: {}", line(name))), input.as_str()),
        Part::ToolResult { output, error, .. } => {
            (Some(if *error { "Failed:" } else { "Result:" }.to_owned()), output.as_str())
        }
        Part::Image { reference, description, .. } => {
            (Some(format!("Picture: {}", line(description.as_deref().unwrap_or(reference)))), "")
        }
        Part::Attachment { name, text, .. } => {
            (Some(format!("File: {}", line(name))), text.as_deref().unwrap_or_default())
        }
        Part::Citation { title, url, text } => {
            let names: Vec<String> = [title, url].into_iter().flatten().map(|words| line(words)).collect();
            (Some(format!("Source: {}", names.join(", "))), text.as_deref().unwrap_or_default())
        }
        Part::Artifact { title, language, text, .. } => {
            let title = title.as_deref().or(language.as_deref()).unwrap_or_default();
            (Some(format!("Document: {}", line(title))), text.as_str())
        }
        Part::Unsupported { kind, text } => (Some(format!("Not shown here: {}", line(kind))), text.as_str()),
    };
    if let Some(heading) = heading {
        text.push_str(&format!("({})\n", heading.trim_end_matches([':', ' '])));
    }
    if !words.trim().is_empty() {
        text.push_str(words.trim_end());
        text.push('\n');
    }
}

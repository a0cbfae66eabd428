//! A conversation as a markdown file: facts in front (YAML), then the turns.

use super::page::{Entry, Page, fence, moment};
use crate::text::{escape_markdown, one_line};
use aios_model::Part;

/// The file. `link` says where the bytes of a reference lie beside it.
pub(super) fn markdown(page: &Page<'_>, link: &dyn Fn(&str) -> Option<String>) -> String {
    let mut text = String::from("---\n");
    let title = ("title", page.title.clone());
    for (name, value) in [title].into_iter().chain(page.facts()) {
        // A string of JSON is one of YAML.
        let value = serde_json::Value::String(value);
        text.push_str(&format!("{}: {value}\n", name.replace(' ', "_")));
    }
    text.push_str("---\n\n");
    text.push_str(&format!("# {}\n", escape_markdown(&page.title)));
    if let Some(prompt) = &page.conversation.system_prompt {
        text.push_str("\n## Instructions\n\n");
        text.push_str(prompt.trim_end());
        text.push('\n');
    }
    for entry in &page.entries {
        write_entry(&mut text, entry, link);
    }
    text
}

fn write_entry(text: &mut String, entry: &Entry<'_>, link: &dyn Fn(&str) -> Option<String>) {
    if let Some(detour) = entry.detour() {
        text.push_str(&format!("\n---\n\n*{detour}*\n"));
    }
    let time = entry.created().map(|time| format!(" · {}", moment(time))).unwrap_or_default();
    let mut question = entry.question().peekable();
    if question.peek().is_some() {
        text.push_str(&format!("\n## {}. You{time}\n", entry.number));
        question.for_each(|part| write_part(text, part, link));
    }
    let mut answer = entry.answer().peekable();
    if answer.peek().is_some() {
        text.push_str(&format!("\n## {}. {}\n", entry.number, escape_markdown(&entry.answerer())));
        answer.for_each(|part| write_part(text, part, link));
    }
    if let Some(verdict) = entry.verdict() {
        text.push_str(&format!("\n> {}\n", escape_markdown(&verdict)));
    }
}

fn write_part(text: &mut String, part: &Part, link: &dyn Fn(&str) -> Option<String>) {
    text.push('\n');
    match part {
        Part::Text { text: words } => text.push_str(words.trim_end()),
        Part::Code { language, text: code } => text.push_str(&fenced(language.as_deref(), code)),
        Part::Reasoning { text: words, summary } => {
            text.push_str(&format!(
                "> *{}*\n",
                escape_markdown(&one_line(summary.as_deref().unwrap_or("Thought"), 200))
            ));
            text.push_str(&quoted(words));
        }
        Part::ToolCall { name, input, .. } => {
            text.push_str(&format!("*Tool: {}*\n\n{}", escape_markdown(&one_line(name, 200)), fenced(None, input)));
        }
        Part::ToolResult { output, error, .. } => {
            let heading = if *error { "Failed" } else { "Result" };
            text.push_str(&format!("*{heading}*\n\n{}", fenced(None, output)));
        }
        Part::Image { reference, description, .. } => {
            let name = escape_markdown(&one_line(description.as_deref().unwrap_or("Picture"), 200));
            match link(reference) {
                Some(place) => text.push_str(&format!("![{name}](<{place}>)")),
                None => text.push_str(&format!("*Picture: {name} ({})*", escape_markdown(&one_line(reference, 200)))),
            }
        }
        Part::Attachment { name, reference, text: words, .. } => {
            let name = escape_markdown(&one_line(name, 200));
            match reference.as_deref().and_then(link) {
                Some(place) => text.push_str(&format!("[File: {name}](<{place}>)")),
                None => text.push_str(&format!("*File: {name}*")),
            }
            if let Some(words) = words.as_deref().filter(|words| !words.trim().is_empty()) {
                text.push_str(&format!("\n\n{}", fenced(None, words)));
            }
        }
        Part::Citation { title, url, text: words } => {
            let title = one_line(title.as_deref().or(url.as_deref()).unwrap_or("Source"), 300);
            text.push_str(&format!("- {}", escape_markdown(&title)));
            if let Some(url) = url.as_deref().filter(|url| **url != title) {
                text.push_str(&format!(" ({})", escape_markdown(&one_line(url, 1000))));
            }
            if let Some(words) = words {
                text.push_str(&format!("\n\n{}", quoted(words)));
            }
        }
        Part::Artifact { title, language, text: words, .. } => {
            let title = title.as_deref().or(language.as_deref()).unwrap_or("Document");
            let title = escape_markdown(&one_line(title, 200));
            text.push_str(&format!("*Document: {title}*\n\n{}", fenced(language.as_deref(), words)));
        }
        Part::Unsupported { kind, text: words } => {
            text.push_str(&format!("*Not shown here: {}*", escape_markdown(&one_line(kind, 200))));
            if !words.trim().is_empty() {
                text.push_str(&format!("\n\n{}", fenced(None, words)));
            }
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

fn fenced(language: Option<&str>, code: &str) -> String {
    let fence = fence(code);
    // The rest of the line behind a fence is its language: no line feed, no backtick.
    let language: String = language
        .unwrap_or_default()
        .chars()
        .take(40)
        .filter(|character| character.is_alphanumeric() || "+-#._".contains(*character))
        .collect();
    format!("{fence}{language}\n{}\n{fence}", code.trim_end_matches('\n'))
}

fn quoted(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("> {line}\n")).collect()
}

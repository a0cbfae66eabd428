//! Canvas: documents that the model writes and changes with the tool `canmore`.

use crate::{
    artifacts::{self, Action, Change, Edit, Unclear},
    lenient::{Flag, List, Text, lenient_object},
    provider::Notes,
};
use aios_model::Message;
use std::collections::HashMap;

lenient_object! {
    /// What the tool says of the document in its answer.
    struct RawCanvas<'de> {
        "textdoc_id" => id: Text<'de>,
        "textdoc_type" => kind: Text<'de>,
        "title" => title: Text<'de>,
    }
}

lenient_object! {
    /// The input of `create_textdoc`, `update_textdoc` and their like.
    struct RawInput<'de> {
        "name" => name: Text<'de>,
        "type" => kind: Text<'de>,
        "content" => content: Text<'de>,
        "updates" => updates: List<RawUpdate<'de>>,
    }
}

lenient_object! {
    struct RawUpdate<'de> {
        "pattern" => pattern: Text<'de>,
        "replacement" => replacement: Text<'de>,
        "multiple" => multiple: Flag,
    }
}

/// What is known of a document from the answer to a call.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Canvas {
    id: Option<String>,
    kind: Option<String>,
    title: Option<String>,
}

impl RawCanvas<'_> {
    /// What it says; `None` if that is nothing.
    pub(super) fn convert(&self) -> Option<Canvas> {
        let canvas = Canvas { id: self.id.owned(), kind: self.kind.owned(), title: self.title.owned() };
        (canvas.id.is_some() || canvas.title.is_some()).then_some(canvas)
    }
}

/// Puts the documents where they were written and changed. `answers` has what the tool answered, by the id of the call.
pub(super) fn follow(messages: &mut [Message], answers: &HashMap<String, Canvas>, notes: &mut Notes) {
    let unclear = artifacts::follow(
        messages,
        |tool| tool.starts_with("canmore."),
        |call, tool, input| {
            let tool = tool.strip_prefix("canmore.")?;
            let answer = call.and_then(|call| answers.get(call));
            match tool {
                "create_textdoc" => Some(created(call, answer, input)),
                "update_textdoc" => Some(updated(answer, input)),
                // Comments change nothing, and are words of their own.
                _ => None,
            }
        },
    );
    if unclear > 0 {
        notes.warnings.push(format!(
            "Changes of canvas documents could not be followed ({unclear} times); they were kept as they were written."
        ));
    }
}

fn created(call: Option<&str>, answer: Option<&Canvas>, input: &str) -> Result<Change, Unclear> {
    let raw: RawInput<'_> = crate::json::from_str(input).map_err(|_| Unclear::Lost)?;
    let text = raw.content.0.as_deref().ok_or(Unclear::Lost)?.to_owned();
    let kind = raw.kind.filled().or(answer.and_then(|answer| answer.kind.as_deref()));
    Ok(Change {
        id: answer.and_then(|answer| answer.id.clone()).or_else(|| call.map(str::to_owned)),
        title: raw.name.owned().or_else(|| answer?.title.clone()),
        language: kind.and_then(language),
        action: Action::Write(text),
        rest: None,
    })
}

fn updated(answer: Option<&Canvas>, input: &str) -> Result<Change, Unclear> {
    let raw: RawInput<'_> = crate::json::from_str(input).map_err(|_| Unclear::Lost)?;
    let edit = |update: &RawUpdate<'_>| {
        Some(Edit::Pattern {
            pattern: update.pattern.0.as_deref()?.to_owned(),
            replacement: update.replacement.0.as_deref()?.to_owned(),
            everywhere: update.multiple.set(),
        })
    };
    let edits: Option<Vec<Edit>> = raw.updates.0.iter().map(edit).collect();
    Ok(Change {
        id: answer.and_then(|answer| answer.id.clone()),
        title: answer.and_then(|answer| answer.title.clone()),
        language: answer.and_then(|answer| language(answer.kind.as_deref()?)),
        action: Action::Edit(edits.filter(|edits| !edits.is_empty()).ok_or(Unclear::Lost)?),
        rest: None,
    })
}

/// The language of a document of some type: `document`, `code/python`, ….
fn language(kind: &str) -> Option<String> {
    match kind.split_once('/') {
        None if kind == "document" => Some("markdown".to_owned()),
        Some(("code", "react")) => Some("jsx".to_owned()),
        Some(("code", "other")) | None => None,
        Some((_, language)) => Some(language.chars().take(30).collect::<String>().to_lowercase()),
    }
}

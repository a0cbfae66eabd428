use super::{
    edit::{self, Edits},
    target::{Pointer, Target},
    tool::{self, Call, Details, Markdown, words},
};
use crate::{
    lenient::{Json, List, Text, TextOr, lenient_object},
    provider::Notes,
};
use aios_model::Part;
use memchr::memrchr;
use std::collections::HashMap;

lenient_object! {
    /// All fields of all kinds of part; which are there depends on `kind`.
    struct RawPart<'de> {
        "kind" => kind: Text<'de>,
        "value" => value: TextOr<'de, List<Text<'de>>>,
        "content" => content: Markdown<'de>,
        "id" => id: Text<'de>,
        "generatedTitle" => generated_title: Text<'de>,
        "inlineReference" => inline_reference: Pointer<'de>,
        "name" => name: Text<'de>,
        "uri" => uri: Pointer<'de>,
        "originalUri" => original_uri: Pointer<'de>,
        "editKind" => edit_kind: Text<'de>,
        "edits" => edits: List<Edits<'de>>,
        "title" => title: Markdown<'de>,
        "message" => message: Markdown<'de>,
        "description" => description: Text<'de>,
        "systemMessage" => system_message: Text<'de>,
        "stopReason" => stop_reason: Text<'de>,
        "questions" => questions: List<RawQuestion<'de>>,
        "data" => data: Json,
        "multiDiffData" => multi_diff: RawMultiDiff<'de>,
        "treeData" => tree: RawTree<'de>,
        "label" => label: Text<'de>,
        "children" => children: List<RawTree<'de>>,
        "invocationMessage" => invocation_message: Markdown<'de>,
        "pastTenseMessage" => past_tense_message: Markdown<'de>,
        "resultDetails" => result_details: Details<'de>,
        "resultError" => result_error: Json,
        "isConfirmed" => is_confirmed: Json,
        "toolCallId" => tool_call_id: Text<'de>,
        "toolId" => tool_id: Text<'de>,
        "toolSpecificData" => tool_specific: tool::RawSpecific<'de>,
    }
}

lenient_object! {
    struct RawQuestion<'de> {
        "title" => title: Text<'de>,
        "message" => message: Markdown<'de>,
    }
}

lenient_object! {
    struct RawMultiDiff<'de> {
        "title" => title: Text<'de>,
        "resources" => resources: List<RawDiff<'de>>,
    }
}

lenient_object! {
    struct RawDiff<'de> {
        "originalUri" => original: Pointer<'de>,
        "modifiedUri" => modified: Pointer<'de>,
    }
}

lenient_object! {
    /// Files that an answer proposes: the top of a tree of folders.
    struct RawTree<'de> {
        "label" => label: Text<'de>,
        "children" => children: List<RawTree<'de>>,
    }
}

/// An answer that is put together from its parts in their order.
pub(super) struct Response<'n> {
    parts: Vec<Part>,
    /// Text that goes on: adjacent pieces of markdown belong together, often in the middle of a sentence.
    text: String,
    /// The beginning of a fence that VS Code put around a reference to a file; it may prove empty.
    fence: Option<String>,
    /// Edits stand where the code of the open fence would.
    fence_replaced: bool,
    /// The id of the thought that goes on.
    thought: Option<String>,
    notes: &'n mut Notes,
}

/// Puts an answer together. `calls` are the calls of tools as the model made them.
pub(super) fn convert(raw: &[TextOr<'_, RawPart<'_>>], calls: &[Call<'_>], notes: &mut Notes) -> Vec<Part> {
    let invocations: Vec<&RawPart<'_>> = raw.iter().filter_map(invocation).collect();
    let mut response =
        Response { parts: Vec::new(), text: String::new(), fence: None, fence_replaced: false, thought: None, notes };
    // Ids of calls and of what is shown of them are often of two kinds; then they belong together by their order, if all of them fit.
    let by_order = calls.len() == invocations.len()
        && calls.iter().zip(&invocations).all(|(call, shown)| call.is_of(shown.tool_id.as_str()));
    let mut shown = 0;
    // What the id of a call begins with may be the id of what is shown.
    let by_id: HashMap<&str, &Call<'_>> = calls
        .iter()
        .flat_map(|call| [call.id, call.id.split("__vscode").next().unwrap_or_default()].map(|id| (id, call)))
        .filter(|(id, _)| !id.is_empty())
        .collect();
    for part in raw {
        match part {
            TextOr::Text(text) => response.markdown(text),
            TextOr::Other(part) if invocation_kind(part) => {
                let call = by_id.get(part.tool_call_id.as_str()).copied();
                let call = call.or_else(|| by_order.then(|| &calls[shown]));
                shown += 1;
                response.flush();
                tool::convert(part, call, &mut response.parts);
            }
            TextOr::Other(part) => response.part(part),
            TextOr::Nothing => {}
        }
    }
    if let Some(fence) = response.fence.take().filter(|_| !response.fence_replaced) {
        response.text.push_str(&fence);
    }
    response.flush();
    response.parts
}

fn invocation<'a, 'de>(part: &'a TextOr<'de, RawPart<'de>>) -> Option<&'a RawPart<'de>> {
    if let TextOr::Other(part) = part { invocation_kind(part).then_some(part) } else { None }
}

fn invocation_kind(part: &RawPart<'_>) -> bool {
    matches!(part.kind.as_str(), "toolInvocationSerialized" | "toolInvocation")
}

impl Response<'_> {
    fn part(&mut self, part: &RawPart<'_>) {
        match part.kind.as_str() {
            "markdownContent" | "markdownVuln" => self.markdown(words(&part.content)),
            "inlineReference" => self.inline(part),
            "thinking" => self.thinking(part),
            "codeblockUri" => self.codeblock_uri(),
            kind @ ("textEditGroup" | "notebookEditGroup" | "textEdit" | "notebookEdit" | "workspaceEdit") => {
                self.edits(edit::convert(kind, &part.uri, &part.edits.0));
            }
            kind @ "externalEdit" => {
                let names = [&part.original_uri, &part.uri].map(Target::of);
                let names: Vec<String> = names.into_iter().flatten().map(|target| target.name).collect();
                let input = format!("{} {}", part.edit_kind.filled().unwrap_or("edit"), names.join(" → "));
                self.edits((!names.is_empty()).then(|| Part::ToolCall { id: None, name: kind.to_owned(), input }));
            }
            kind @ "multiDiffData" => {
                let names = part.multi_diff.resources.0.iter().filter_map(|diff| {
                    Target::of(&diff.modified).or_else(|| Target::of(&diff.original)).map(|target| target.name)
                });
                let lines: Vec<String> = part.multi_diff.title.owned().into_iter().chain(names).collect();
                self.other(kind, lines.join("\n"));
            }
            kind @ ("confirmation"
            | "elicitation"
            | "elicitation2"
            | "elicitationSerialized"
            | "planReview"
            | "warning"
            | "info"
            | "systemNotification"
            | "hook"
            | "pullRequest"
            | "treeData") => {
                self.other(kind, everything(part));
            }
            kind @ "questionCarousel" => self.other(kind, questions(part)),
            // Said while it ran, buttons, and marks for the program itself.
            "prepareToolInvocation"
            | "progressMessage"
            | "progressTask"
            | "progressTaskSerialized"
            | "progressTaskResult"
            | "undoStop"
            | "command"
            | "extensions"
            | "mcpServersStarting"
            | "clearToPreviousToolInvocation"
            | "externalEdits"
            | "usage"
            | "move"
            | "disabledClaudeHooks"
            | "autoModeResolution"
            | "voiceProgress"
            | "reference"
            | "codeCitation"
            | "usedContext" => {}
            "" if !matches!(part.value, TextOr::Nothing) => self.markdown(&joined(&part.value)),
            "" if !matches!(part.inline_reference, TextOr::Nothing) => self.inline(part),
            // The oldest form of proposed files.
            "" if part.label.filled().is_some() || part.tree.label.filled().is_some() => {
                self.other("treeData", everything(part));
            }
            kind => {
                self.notes.unknown("Copilot part of an answer", if kind.is_empty() { "(none)" } else { kind });
                self.other(kind, everything(part));
            }
        }
    }

    /// Ends the text that goes on.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.parts.push(Part::text(text));
        }
    }

    fn markdown(&mut self, piece: &str) {
        let Some(fence) = self.fence.take() else { return self.text.push_str(piece) };
        let ticks: String = fence.trim_start().chars().take_while(|character| *character == '`').collect();
        let after = piece.trim_start().strip_prefix(ticks.as_str());
        match after.filter(|after| after.is_empty() || after.starts_with(['\n', '\r'])) {
            // Nothing is in the fence.
            Some(after) => self.text.push_str(after),
            None => {
                self.text.push_str(&fence);
                self.text.push_str(piece);
            }
        }
    }

    fn inline(&mut self, part: &RawPart<'_>) {
        let target = Target::of(&part.inline_reference);
        let name = part.name.owned();
        let target = match (target, name) {
            (Some(target), Some(name)) => Some(Target { name, ..target }),
            (target, name) => target.or_else(|| name.map(|name| Target { name, url: None })),
        };
        if let Some(target) = target {
            self.markdown(&target.inline());
        }
    }

    fn thinking(&mut self, part: &RawPart<'_>) {
        let piece = joined(&part.value);
        let id = part.id.owned();
        if piece.is_empty() {
            // An empty thought ends the one before.
            self.thought = None;
            return;
        }
        let goes_on = id.is_some() && id == self.thought && self.text.trim().is_empty();
        match self.parts.last_mut() {
            Some(Part::Reasoning { text, .. }) if goes_on => text.push_str(&piece),
            _ => {
                self.flush();
                self.parts.push(Part::Reasoning { text: piece, summary: part.generated_title.owned() });
            }
        }
        self.thought = id;
    }

    /// A reference to a file stands right behind the beginning of a fence, and then the code, or edits and nothing.
    fn codeblock_uri(&mut self) {
        let text = self.text.trim_end();
        // The beginning of a fence is short.
        let window = text.len().saturating_sub(256);
        let begin = match memrchr(b'\n', &text.as_bytes()[window..]) {
            Some(line) => window + line + 1,
            None if window == 0 => 0,
            None => return,
        };
        let line = text[begin..].trim();
        if line.starts_with("```") && !line.trim_start_matches('`').contains('`') {
            self.fence = Some(self.text.split_off(begin));
            self.fence_replaced = false;
        }
    }

    fn edits(&mut self, part: Option<Part>) {
        self.flush();
        self.fence_replaced = true;
        self.parts.extend(part);
    }

    fn other(&mut self, kind: &str, text: String) {
        self.flush();
        self.parts.push(Part::Unsupported { kind: kind.to_owned(), text });
    }
}

/// Text, or pieces of it.
fn joined(value: &TextOr<'_, List<Text<'_>>>) -> String {
    match value {
        TextOr::Text(text) => text.to_string(),
        TextOr::Other(List(pieces)) => pieces.iter().map(Text::as_str).collect(),
        TextOr::Nothing => String::new(),
    }
}

/// All words of a part, as lines.
fn everything(part: &RawPart<'_>) -> String {
    let value = joined(&part.value);
    let words = [
        words(&part.title),
        words(&part.message),
        words(&part.content),
        value.as_str(),
        part.description.as_str(),
        part.stop_reason.as_str(),
        part.system_message.as_str(),
        part.label.as_str(),
    ];
    let mut lines: Vec<String> = words.into_iter().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    lines.dedup();
    let mut files: Vec<(usize, &RawTree<'_>)> = part.children.0.iter().rev().map(|file| (1, file)).collect();
    if part.tree.label.filled().is_some() {
        files.push((0, &part.tree));
    }
    while let Some((depth, file)) = files.pop() {
        lines.push(format!("{}{}", "  ".repeat(depth), file.label.as_str()));
        files.extend(file.children.0.iter().rev().map(|file| (depth + 1, file)));
    }
    lines.extend(Target::of(&part.uri).and_then(|target| target.url));
    lines.join("\n")
}

/// Questions of the model to the person, and the answers.
fn questions(part: &RawPart<'_>) -> String {
    let mut lines = vec![everything(part)];
    for question in &part.questions.0 {
        lines.extend([question.title.as_str(), words(&question.message)].map(str::to_owned));
    }
    lines.extend(part.data.0.clone());
    lines.retain(|line| !line.trim().is_empty());
    lines.dedup();
    lines.join("\n")
}

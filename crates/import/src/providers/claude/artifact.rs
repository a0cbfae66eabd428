//! Artifacts: documents beside the conversation. In 2024 they were written inside of the text, then with the tool `artifacts`, and since 2025 with tools
//! for files.

use crate::{
    artifacts::{self, Action, Change, Edit, Unclear, language_of_name},
    lenient::{Text, lenient_object},
    provider::Notes,
};
use aios_model::{Message, Part};

lenient_object! {
    /// The input of any of the tools.
    struct RawInput<'de> {
        "command" => command: Text<'de>,
        "id" => id: Text<'de>,
        "path" => path: Text<'de>,
        "type" => kind: Text<'de>,
        "title" => title: Text<'de>,
        "language" => language: Text<'de>,
        "description" => description: Text<'de>,
        "content" => content: Text<'de>,
        "file_text" => file_text: Text<'de>,
        "old_str" => old: Text<'de>,
        "new_str" => new: Text<'de>,
    }
}

/// Puts the documents where they were written and changed.
pub(super) fn follow(messages: &mut [Message], notes: &mut Notes) {
    let unclear = artifacts::follow(
        messages,
        |tool| matches!(tool, "artifacts" | "create_file" | "str_replace"),
        |call, tool, input| match tool {
            "artifacts" => Some(artifact(call, input)),
            "create_file" | "str_replace" => Some(file(tool, input)),
            _ => None,
        },
    );
    if unclear > 0 {
        notes.warnings.push(format!(
            "Changes of artifacts could not be followed ({unclear} times); they were kept as they were written."
        ));
    }
}

fn artifact(call: Option<&str>, input: &str) -> Result<Change, Unclear> {
    let raw: RawInput<'_> = crate::json::from_str(input).map_err(|_| Unclear::Lost)?;
    let (action, made) = match raw.command.as_str() {
        "update" => (Action::Edit(vec![replacement(&raw)?]), None),
        _ => (Action::Write(raw.content.0.as_deref().ok_or(Unclear::Lost)?.to_owned()), call),
    };
    Ok(Change {
        id: Some(raw.id.owned().or_else(|| made.map(str::to_owned)).ok_or(Unclear::Lost)?),
        title: raw.title.owned(),
        language: language(raw.kind.as_str(), raw.language.as_str()),
        action,
        rest: None,
    })
}

fn file(tool: &str, input: &str) -> Result<Change, Unclear> {
    let raw: RawInput<'_> = crate::json::from_str(input).map_err(|_| Unclear::Lost)?;
    let path = raw.path.owned().ok_or(Unclear::Lost)?;
    let action = if tool == "create_file" {
        Action::Write(raw.file_text.0.as_deref().ok_or(Unclear::Lost)?.to_owned())
    } else {
        // What a program or the person put there is not in the export.
        Action::EditIfKnown(vec![replacement(&raw)?])
    };
    let name = path.rsplit('/').next().unwrap_or(&path);
    let rest = |description: &str| serde_json::json!({ "description": description, "path": path }).to_string();
    Ok(Change {
        title: Some(name.to_owned()).filter(|name| !name.is_empty()),
        language: language_of_name(name),
        action,
        rest: raw.description.filled().map(rest),
        id: Some(path),
    })
}

fn replacement(raw: &RawInput<'_>) -> Result<Edit, Unclear> {
    let text = |text: &Text<'_>| text.0.as_deref().map(str::to_owned);
    let old = text(&raw.old).ok_or(Unclear::Lost)?;
    // Without a new text, the old one goes.
    Ok(Edit::Once { old, new: text(&raw.new).unwrap_or_default() })
}

/// What a document of some type is written in.
fn language(kind: &str, language: &str) -> Option<String> {
    let named = language.trim().to_lowercase();
    match kind {
        _ if !named.is_empty() => Some(named.chars().take(30).collect()),
        "application/vnd.ant.react" => Some("jsx".to_owned()),
        "application/vnd.ant.mermaid" => Some("mermaid".to_owned()),
        "text/markdown" => Some("markdown".to_owned()),
        "text/html" => Some("html".to_owned()),
        "image/svg+xml" => Some("svg".to_owned()),
        _ => None,
    }
}

const OPENING: &str = "<antArtifact";
const CLOSING: &str = "</antArtifact>";

/// What the model thought before it wrote an artifact; it was never shown.
const THINKING: [&str; 2] = ["<antThinking>", "</antThinking>"];

/// Takes the artifacts and the thoughts about them out of the texts that they are written in. An artifact without an end goes to the end of the text: the
/// answer was cut off there.
pub(super) fn take_out(parts: Vec<Part>) -> Vec<Part> {
    let mut taken = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Part::Text { text } if text.contains(OPENING) => split(&text, &mut taken),
            part => taken.push(part),
        }
    }
    let mut apart = Vec::with_capacity(taken.len());
    for part in taken {
        match part {
            Part::Text { text } if text.contains(THINKING[0]) => split_thoughts(&text, &mut apart),
            part => apart.push(part),
        }
    }
    apart
}

/// A tag in code, or without an end, is one that is spoken of.
fn split_thoughts(text: &str, parts: &mut Vec<Part>) {
    let mut said = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(THINKING[0]) {
        said.push_str(before);
        rest = behind;
        match behind.split_once(THINKING[1]).filter(|_| !before.ends_with('`')) {
            Some((thought, behind)) => {
                if !said.trim().is_empty() {
                    parts.push(Part::text(said.trim_end()));
                }
                said.clear();
                if !thought.trim().is_empty() {
                    parts.push(Part::Reasoning { text: thought.trim().to_owned(), summary: None });
                }
                rest = behind;
            }
            None => said.push_str(THINKING[0]),
        }
    }
    said.push_str(rest);
    if !said.trim().is_empty() {
        parts.push(Part::text(said));
    }
}

fn split(text: &str, parts: &mut Vec<Part>) {
    let mut said = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(OPENING) {
        let behind = &rest[at + OPENING.len()..];
        let opened = end_of_tag(behind).and_then(|end| {
            let (attributes, behind) = (&behind[..end], &behind[end + 1..]);
            let attribute = |name: &str| attribute(attributes, name);
            Some((attribute("identifier")?, attribute("title"), attribute("type"), attribute("language"), behind))
        });
        let Some((id, title, kind, named, behind)) = opened else {
            said.push_str(&rest[..at + OPENING.len()]);
            rest = behind;
            continue;
        };
        said.push_str(&rest[..at]);
        let (content, behind) = behind.split_once(CLOSING).unwrap_or((behind, ""));
        rest = behind;
        if !said.trim().is_empty() {
            parts.push(Part::text(std::mem::take(&mut said).trim_end()));
        }
        let content = content.strip_prefix('\n').unwrap_or(content);
        parts.push(Part::Artifact {
            id: id.to_owned(),
            title: title.map(str::to_owned),
            language: language(kind.unwrap_or_default(), named.unwrap_or_default()),
            text: content.strip_suffix('\n').unwrap_or(content).to_owned(),
        });
    }
    said.push_str(rest);
    if !said.trim().is_empty() {
        parts.push(Part::text(said));
    }
}

/// Where the sign is that ends a tag: a title may have one too. Tags are short.
fn end_of_tag(attributes: &str) -> Option<usize> {
    let mut quote = None;
    attributes.char_indices().take(2000).find_map(|(at, character)| {
        match (quote, character) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        None
    })
}

/// The value of an attribute, if it has one.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let places = attributes.match_indices(name).filter(|(at, _)| attributes[..*at].ends_with(char::is_whitespace));
    let values = places.filter_map(|(at, _)| {
        let value = attributes[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        value[1..].split(quote).next()
    });
    values.map(str::trim).find(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::take_out;
    use aios_model::Part;

    #[test]
    fn artifacts_are_taken_out_of_the_text_around_them() {
        let text = "Here:\n\n<antArtifact identifier=\"a-1\" type=\"application/vnd.ant.code\" language=\"Python\" title=\"It > me\">\nprint(1)\n</antArtifact>\n\nDone. <antArtifact x> <antArtifact identifier='b' type='image/svg+xml'><svg>";
        let artifact = |id: &str, title: Option<&str>, language: &str, text: &str| Part::Artifact {
            id: id.into(),
            title: title.map(str::to_owned),
            language: Some(language.into()),
            text: text.into(),
        };
        let parts = take_out(vec![Part::text(text), Part::text("as it is")]);
        assert_eq!(
            parts,
            [
                Part::text("Here:"),
                artifact("a-1", Some("It > me"), "python", "print(1)"),
                Part::text("\n\nDone. <antArtifact x>"),
                artifact("b", None, "svg", "<svg>"),
                Part::text("as it is"),
            ]
        );
    }

    #[test]
    fn thoughts_about_artifacts_are_reasoning() {
        let text = "Well. <antThinking>A table\nis best.</antThinking> <antArtifact identifier='b' type='text/markdown'>x</antArtifact>\n\nA `<antThinking>` tag.";
        let thought = |text: &str| Part::Reasoning { text: text.to_owned(), summary: None };
        let parts = take_out(vec![Part::text(text)]);
        assert!(matches!(&parts[2], Part::Artifact { text, .. } if text == "x"), "{parts:?}");
        assert_eq!(parts[..2], [Part::text("Well."), thought("A table\nis best.")]);
        assert_eq!(parts[3..], [Part::text("\n\nA `<antThinking>` tag.")]);
    }
}

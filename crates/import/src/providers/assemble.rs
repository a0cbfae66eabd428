//! What the providers' files do alike when they put a conversation together.

use crate::{
    provider::Notes,
    providers::fallback_id,
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role, Timestamp};
use sha2::{Digest, Sha256};
use std::{collections::HashSet, fmt::Write};

/// A conversation of these nodes: in the canonical order, with the times of its messages where `head` has none, the text of a system message that it begins
/// with as its instructions, and an id of its content if that of `head` is empty.
pub(super) fn assemble(head: Conversation, nodes: Vec<Node>, active: Option<&str>, notes: &mut Notes) -> Conversation {
    let tree = tree::arrange(nodes, active);
    if tree.circles > 0 {
        notes
            .warnings
            .push(format!("Messages answer each other in a circle ({} times); each circle was cut.", tree.circles));
    }
    let times = || tree.messages.iter().filter_map(|message| message.created);
    let (first, last) = (times().min(), times().max());
    let source_id = if head.source_id.trim().is_empty() {
        fallback_id(head.title.as_deref().unwrap_or_default(), head.created.or(first), &tree.messages)
    } else {
        head.source_id
    };
    Conversation {
        source_id,
        created: head.created.or(first),
        updated: head.updated.or(last),
        system_prompt: head.system_prompt.or_else(|| instructions(&tree.messages)),
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..head
    }
}

/// The text of a system message before everything else.
fn instructions(messages: &[Message]) -> Option<String> {
    let first = messages.first().filter(|message| message.role == Role::System)?;
    first.parts.iter().find_map(|part| match part {
        Part::Text { text } if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    })
}

/// A message, hidden if it is the system's; `None` if nothing is in it.
pub(super) fn message(id: &str, role: Role, created: Option<Timestamp>, parts: Vec<Part>) -> Option<Message> {
    (!parts.is_empty()).then(|| Message {
        id: id.to_owned(),
        parent: None,
        role,
        created,
        model: None,
        hidden: role == Role::System,
        parts,
        rating: None,
        feedback: None,
    })
}

/// A text part, unless there is nothing but white space.
pub(super) fn text(text: &str) -> Option<Part> {
    (!text.trim().is_empty()).then(|| Part::text(text))
}

/// Messages that follow each other. Those without an id of their own get one of their words and of all before: the same message at the same place has the same
/// id in every export, and what is added later changes none.
pub(super) fn chain(messages: Vec<Message>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(messages.len());
    let mut taken = HashSet::new();
    for mut message in messages {
        let parent = nodes.last().map(|node| node.id.clone());
        if message.id.trim().is_empty() || taken.contains(&message.id) {
            message.id = chained_id(parent.as_deref(), &message);
        }
        taken.insert(message.id.clone());
        nodes.push(Node { id: message.id.clone(), parent, created: message.created, message: Some(message) });
    }
    nodes
}

fn chained_id(above: Option<&str>, message: &Message) -> String {
    let mut hash = Sha256::new();
    hash.update(above.unwrap_or_default());
    hash_words(&mut hash, message);
    format!("message-{}", hex(hash))
}

/// An id for a conversation without one that is always exported whole: another word makes another conversation.
pub(super) fn content_id(messages: &[Message]) -> String {
    let mut hash = Sha256::new();
    messages.iter().for_each(|message| hash_words(&mut hash, message));
    format!("content-{}", hex(hash))
}

/// Who said it and its words, whatever else this version makes of it.
fn hash_words(hash: &mut Sha256, message: &Message) {
    hash.update([0xff, message.role as u8]);
    for part in &message.parts {
        let words = match part {
            Part::Text { text }
            | Part::Reasoning { text, .. }
            | Part::Code { text, .. }
            | Part::Artifact { text, .. }
            | Part::Unsupported { text, .. } => text,
            Part::ToolCall { input, .. } => input,
            Part::ToolResult { output, .. } => output,
            Part::Image { reference, .. } => reference,
            Part::Attachment { name, .. } => name,
            Part::Citation { .. } => continue,
        };
        hash.update(words);
        // No text has this byte, so that no two sequences of words are the same.
        hash.update([0xff]);
    }
}

/// The first half of a hash, as text.
fn hex(hash: Sha256) -> String {
    hash.finalize()[..16].iter().fold(String::with_capacity(32), |mut id, byte| {
        // Writing into a string cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// A picture that an export names by an address: what is kept of it is a name, since nothing is ever loaded from there.
pub(super) fn picture(address: &str, description: Option<String>) -> Part {
    if let Some(data) = address.strip_prefix("data:") {
        let media_type = data.split([';', ',']).next().filter(|media_type| media_type.contains('/'));
        let reference = format!("image-{}", hex(Sha256::new().chain_update(data)));
        return Part::Image { reference, media_type: media_type.map(str::to_owned), description };
    }
    Part::Image { reference: last_segment(address).to_owned(), media_type: None, description }
}

/// The last piece of the path of an address.
pub(super) fn last_segment(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or("image")
}

/// How much of the title of a source is shown, in characters.
const LONGEST_LABEL: usize = 200;

/// A link in markdown that cannot be anything else, whatever its label and address are; `None` unless it leads to the web. Without a label it is named by the
/// host.
pub(super) fn link(label: &str, address: &str) -> Option<String> {
    let address = address.trim();
    let is_of = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if !is_of("https://") && !is_of("http://") {
        return None;
    }
    let host = address.split("//").nth(1)?.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    let label = if label.trim().is_empty() { host } else { label };
    let mut markdown = format!("[{}](", escaped(label));
    if address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/:.-_?=&%#+~".contains(&byte)) {
        // Nearly always.
        return Some(markdown + address + ")");
    }
    for character in address.chars() {
        match character {
            '(' | ')' | '<' | '>' | '\\' | '"' | '\'' | '`' | ' ' => {
                markdown.push_str(&format!("%{:02X}", u32::from(character)));
            }
            // As browsers do.
            _ if character.is_whitespace() || character.is_control() => {}
            _ => markdown.push(character),
        }
    }
    markdown.push(')');
    Some(markdown)
}

/// Words that are nothing but words in markdown, and none of ChatGPT's marks for citations.
pub(super) fn escaped(words: &str) -> String {
    let mut markdown = String::with_capacity(words.len());
    for character in words.trim().chars().take(LONGEST_LABEL) {
        match character {
            '\\' | '[' | ']' | '<' | '>' | '`' | '*' | '_' | '!' | '~' | '&' => markdown.extend(['\\', character]),
            '\u{e200}'..='\u{e206}' | '【' => markdown.push(' '),
            _ if character.is_control() => markdown.push(' '),
            _ => markdown.push(character),
        }
    }
    markdown
}

/// Characters that HTML escapes in attributes, as they were.
pub(super) fn unescape(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [
            ("&quot;", '"'),
            ("&#34;", '"'),
            ("&#x27;", '\''),
            ("&#39;", '\''),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&amp;", '&'),
        ];
        let (entity, character) = known.into_iter().find(|(entity, _)| rest.starts_with(entity)).unwrap_or(("&", '&'));
        text.push(character);
        rest = &rest[entity.len()..];
    }
    text.push_str(rest);
    text
}

/// The value of an attribute of a tag of markup, as it stands there; `attributes` is what is between the name of the tag and its end.
pub(super) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '/');
        let (found, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        if found.trim() == name {
            return Some(value);
        }
        rest = after;
    }
}

/// How many bytes a collector has taken, and when it has to stop.
#[derive(Default)]
pub(super) struct Room {
    bytes: usize,
    told: bool,
}

impl Room {
    /// Whether there is room for an element of this length. Says once if there is not.
    pub fn take(&mut self, length: usize, notes: &mut Notes) -> bool {
        if self.bytes.saturating_add(length) <= crate::MAXIMUM_ELEMENT {
            self.bytes += length;
            return true;
        }
        if !std::mem::replace(&mut self.told, true) {
            notes.warnings.push(format!(
                "From here on messages were left out: a conversation of this kind is read up to {} MiB. Split the file to have the rest.",
                crate::MAXIMUM_ELEMENT >> 20
            ));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{attribute, chain, link, message, picture, unescape};
    use aios_model::{Part, Role};

    #[test]
    fn ids_come_of_the_words_and_of_all_before() {
        let said = |text: &str| message("", Role::User, None, vec![Part::text(text)]).unwrap();
        let ids = |texts: &[&str]| -> Vec<String> {
            chain(texts.iter().map(|text| said(text)).collect()).into_iter().map(|node| node.id).collect()
        };
        let (short, long) = (ids(&["a", "a"]), ids(&["a", "a", "b"]));
        assert_eq!(short, long[..2]);
        assert_ne!(short[0], short[1]);
        assert_ne!(ids(&["b", "a"])[1], short[1]);
        assert_eq!(chain(vec![said("a"), said("b")])[1].parent.as_deref(), Some(&*short[0]));
    }

    #[test]
    fn attributes_and_entities_are_read() {
        let tag = r#" type="tool_calls" id="a" arguments="{&quot;q&quot;: &quot;&amp;lt;&quot;}" empty="">"#;
        assert_eq!(unescape(attribute(tag, "arguments").unwrap()), r#"{"q": "&lt;"}"#);
        assert_eq!((attribute(tag, "empty"), attribute(tag, "none")), (Some(""), None));
        assert_eq!(unescape("a & b &x; &"), "a & b &x; &");
    }

    #[test]
    fn a_link_is_nothing_else() {
        assert_eq!(
            link("a]b", "https://x.example/(1) \"t\"").as_deref(),
            Some("[a\\]b](https://x.example/%281%29%20%22t%22)")
        );
        let label = link("\u{e200}a*b*【\n", " https://x.example/\n(a) b ");
        assert_eq!(label.as_deref(), Some("[ a\\*b\\* ](https://x.example/%28a%29%20b)"));
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        for url in
            ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "ht", "https://", "//x.example"]
        {
            assert_eq!(link("t", url), None, "{url}");
        }
        assert_eq!(link("", "HTTPS://x.example/?a=b").as_deref(), Some("[x.example](HTTPS://x.example/?a=b)"));
    }

    #[test]
    fn no_address_is_kept_of_a_picture() {
        let Part::Image { reference, .. } = picture("https://a.example/files/b.png?token=1", None) else { panic!() };
        assert_eq!(reference, "b.png");
        let Part::Image { reference, media_type, .. } = picture("data:image/png;base64,AAAA", None) else { panic!() };
        assert_eq!((reference.len(), media_type.as_deref()), (38, Some("image/png")));
    }
}

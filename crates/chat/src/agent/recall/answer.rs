//! What Recall says, as markdown.

use crate::text::{escape_markdown, one_line, path_segment};
use aios_model::{ConversationSummary, SearchHit, Timestamp};

/// What was found in one conversation, best first.
pub(super) struct Found {
    pub(super) conversation: ConversationSummary,
    pub(super) hits: Vec<SearchHit>,
    /// Its first turn, with the time and the user's words, if its name was found: quoted if nothing else in it was.
    pub(super) opening: Option<(i64, Timestamp, String)>,
}

/// The most characters of a title.
const MAXIMUM_TITLE: usize = 120;

/// The most characters of a conversation's first words.
const MAXIMUM_OPENING: usize = 240;

/// The answer, in the pieces in which it is sent: what was searched, then a piece for each conversation.
pub(super) fn pieces(words: &[String], found: &[Found]) -> Vec<String> {
    const NATURE: &str = "*Recall searches your own history. It is not a language model and has made nothing up.*";
    let words: Vec<String> = words.iter().map(|word| format!("**{}**", escape_markdown(word))).collect();
    let words = words.join(", ");
    if words.is_empty() {
        return vec![format!("There is no word in your message that I could look for.\n\n{NATURE}\n")];
    }
    if found.is_empty() {
        return vec![
            format!("I looked for {words} and found nothing in your history.\n\n"),
            "Try fewer or other words: I find words as they were written, not what they mean.\n\n".into(),
            format!("{NATURE}\n"),
        ];
    }
    let places = found.iter().map(|found| found.hits.len().max(1)).sum();
    let count = |number: usize, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let head = format!(
        "I looked for {words} and found {} in {}:\n\n",
        count(places, "place", "places"),
        count(found.len(), "conversation", "conversations"),
    );
    let groups = found.iter().map(group);
    [head].into_iter().chain(groups).chain([format!("{NATURE}\n")]).collect()
}

fn group(found: &Found) -> String {
    let conversation = &found.conversation;
    let title = one_line(conversation.display_name().unwrap_or("Untitled conversation"), MAXIMUM_TITLE);
    let address = format!("/c/{}", path_segment(&conversation.session_id));
    let mut text = format!(
        "### [{}]({address})\n\n{} · {}\n\n",
        escape_markdown(&title),
        source_name(conversation.source.as_str()),
        period(conversation.started, conversation.last_updated),
    );
    let mut add = |quote: String, turn_id: i64, time: Timestamp| {
        text.push_str(&format!("> {quote}\n>\n> [{}]({address}#turn-{turn_id})\n\n", day(time)));
    };
    for hit in &found.hits {
        add(quote(hit), hit.turn_id, hit.timestamp);
    }
    if let (true, Some((turn_id, time, words))) = (found.hits.is_empty(), &found.opening) {
        add(escape_markdown(&one_line(words, MAXIMUM_OPENING)), *turn_id, *time);
    }
    text
}

/// The words around the hit, on one line, with the hit itself in bold. Marks of markdown that would only be noise on one line are left out:
/// asterisks of emphasis, and the rules of tables.
fn quote(hit: &SearchHit) -> String {
    let mut text = String::new();
    for part in &hit.snippet {
        let plain = part.text.replace("**", "");
        let line: String =
            plain.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
        let inner = line.trim();
        if inner.is_empty() {
            text.push(' ');
            continue;
        }
        // Bold has to begin and end at a word.
        let begin = &line[..line.len() - line.trim_start().len()];
        let end = &line[line.trim_end().len()..];
        let mark = if part.hit { "**" } else { "" };
        text.push_str(&format!("{begin}{mark}{}{mark}{end}", escape_markdown(inner)));
    }
    let is_rule = |word: &str| word.contains("\\-") && word.chars().all(|character| "\\|-:".contains(character));
    text.split_whitespace().filter(|word| !is_rule(word)).collect::<Vec<_>>().join(" ")
}

/// What people call a source; sources that this program does not know are called by their name, which is safe by its making.
fn source_name(source: &str) -> &str {
    match source {
        "chatgpt" => "ChatGPT",
        "claude" => "Claude",
        "gemini" => "Gemini",
        "copilot" => "Copilot",
        "aios" => "AI OS",
        other => other,
    }
}

/// The days from first to last, one if they are the same.
fn period(from: Timestamp, to: Timestamp) -> String {
    let (from, to) = (day(from), day(to));
    if from == to { from } else { format!("{from} to {to}") }
}

fn day(time: Timestamp) -> String {
    let (year, month, day) = time.date();
    format!("{year:04}-{month:02}-{day:02}")
}

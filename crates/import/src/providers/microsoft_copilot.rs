//! Microsoft Copilot's activity as the privacy dashboard exports it: rows of comma-separated values, newest first.
//!
//! ```text
//! Conversation,Time,Author,Message
//! "Title","2026-03-01T10:00:00","AI","Text with ""quotes"",
//! and breaks"
//! ```
//!
//! A conversation has a title and no id: rows with the same title are one, wherever they stand.

use crate::{
    lenient::Shape,
    provider::{Collector, Context, Cut, Kind, Provider},
    providers::assemble::{self, Room, assemble, chain},
};
use aios_model::{Conversation, Message, Role, Source, Timestamp};
use std::{
    collections::{HashMap, VecDeque},
    mem,
};

pub(crate) struct MicrosoftCopilot;

const SOURCE: Source = Source::new("microsoft-copilot");

const HEADER: [&str; 4] = ["Conversation", "Time", "Author", "Message"];

impl Provider for MicrosoftCopilot {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Microsoft Copilot"
    }

    fn mark(&self) -> &'static [u8] {
        b"Conversation,Time,Author,Message"
    }

    fn recognise(&self, _: &Shape) -> Option<Kind> {
        None
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::<Rows>::default())
    }

    fn cut(&self, head: &[u8]) -> Option<Cut> {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let line = text.split(|byte| *byte == b'\n').next()?;
        let is_header = fields(&String::from_utf8_lossy(line)).iter().map(|name| name.trim()).eq(HEADER);
        is_header.then_some(Cut::At(b"\n"))
    }
}

/// The rows of a file, by the title of their conversation.
#[derive(Default)]
struct Rows {
    /// A row whose last field may go on in the next line.
    open: Vec<u8>,
    /// A quotation mark is open in it.
    is_quoted: bool,
    titles: HashMap<String, usize>,
    conversations: VecDeque<(String, Vec<Message>)>,
    /// The order of the rows, as far as times tell it.
    latest: Option<Timestamp>,
    rising: usize,
    falling: usize,
    room: Room,
}

impl Collector for Rows {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        if !self.room.take(element.len(), context.notes) {
            return Ok(true);
        }
        let line = if self.is_quoted { element } else { element.strip_prefix(b"\n").unwrap_or(element) };
        // A quotation mark inside of a field is written twice, so that it changes nothing here.
        let marks = memchr::memchr_iter(b'"', line).count();
        self.is_quoted ^= marks % 2 == 1;
        self.open.extend_from_slice(line);
        if !self.is_quoted {
            self.row(context);
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended {
            return None;
        }
        if !self.open.is_empty() {
            context.notes.warnings.push("The last row is not whole; what is there of it was kept.".to_owned());
            self.row(context);
        }
        let (title, mut messages) = self.conversations.pop_front()?;
        if self.falling >= self.rising {
            // Rows with the same time are newest first as well.
            messages.reverse();
        }
        messages.sort_by_key(|message| (message.created.is_none(), message.created));
        let title = Some(title).filter(|title| !title.is_empty());
        Some(assemble(Conversation { title, ..Conversation::new(SOURCE, "") }, chain(messages), None, context.notes))
    }

    fn beside(&self) -> &'static str {
        "activity of Microsoft Copilot without a word"
    }
}

impl Rows {
    /// Takes the row that is whole now.
    fn row(&mut self, context: &mut Context<'_>) {
        let row = mem::take(&mut self.open);
        self.is_quoted = false;
        let row = String::from_utf8_lossy(&row).replace('\0', "");
        if row.trim().is_empty() {
            return;
        }
        let mut fields = fields(row.strip_suffix('\r').unwrap_or(&row)).into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let (title, time, author, said) = (next(), next(), next(), next());
        let role = match author.trim().to_ascii_lowercase().as_str() {
            "human" | "user" | "you" => Role::User,
            "ai" | "copilot" | "assistant" | "bot" => Role::Assistant,
            other => {
                context.notes.unknown("Microsoft Copilot author", other);
                Role::Assistant
            }
        };
        let created = Timestamp::parse(&time).ok();
        if let (Some(before), Some(now)) = (self.latest, created) {
            self.rising += usize::from(now > before);
            self.falling += usize::from(now < before);
        }
        self.latest = created.or(self.latest);
        let title = title.trim().to_owned();
        let count = self.conversations.len();
        let at = *self.titles.entry(title.clone()).or_insert(count);
        if at == count {
            self.conversations.push_back((title, Vec::new()));
        }
        let parts = assemble::text(&said).into_iter().collect();
        self.conversations[at].1.extend(assemble::message("", role, created, parts));
    }
}

/// The fields of a row, by RFC 4180.
fn fields(row: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = row.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                push(&mut fields, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            '\r' if quoted && characters.peek() == Some(&'\n') => {}
            _ => push(&mut fields, character),
        }
    }
    fields
}

fn push(fields: &mut [String], character: char) {
    if let Some(last) = fields.last_mut() {
        last.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::fields;
    use proptest::prelude::*;

    #[test]
    fn fields_may_have_quotation_marks_commas_and_breaks() {
        assert_eq!(fields("a,\"b \"\"c\"\", d\r\ne\",,f"), ["a", "b \"c\", d\ne", "", "f"]);
    }

    proptest! {
        #[test]
        fn what_was_quoted_is_read(texts in proptest::collection::vec("[a\",\n]{0,8}", 1..5)) {
            let row: Vec<String> = texts.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\""))).collect();
            prop_assert_eq!(fields(&row.join(",")), texts);
        }
    }
}

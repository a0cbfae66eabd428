//! What the formats for people show of a conversation: the turns of the branch that was seen last, or of all.

use aios_model::{Conversation, ConversationSummary, Feedback, Message, Part, Rating, Role, Timestamp, Turn, turns};

/// A conversation to be read from top to bottom.
pub(super) struct Page<'a> {
    pub conversation: &'a Conversation,
    pub title: String,
    pub started: Timestamp,
    pub updated: Timestamp,
    pub session_id: &'a str,
    pub entries: Vec<Entry<'a>>,
    /// Turns of other branches that are left out.
    pub left_out: usize,
}

/// A turn of it.
pub(super) struct Entry<'a> {
    /// From 1.
    pub number: usize,
    /// It does not go on from the entry before but from this one, or begins anew (0).
    pub branches_from: Option<usize>,
    turn: Turn<'a>,
}

impl<'a> Page<'a> {
    pub fn new(summary: &'a ConversationSummary, conversation: &'a Conversation, branches: bool) -> Page<'a> {
        let tree = turns(conversation);
        let total = tree.turns.len();
        let mut is_shown = vec![branches; total];
        let mut at = tree.active.or(total.checked_sub(1));
        while let Some(index) = at {
            is_shown[index] = true;
            at = tree.turns[index].parent;
        }
        let mut numbers = vec![0; total];
        let mut entries: Vec<Entry<'a>> = Vec::new();
        for (index, turn) in tree.turns.into_iter().enumerate().filter(|(index, _)| is_shown[*index]) {
            let follows = turn.parent.map_or(0, |parent| numbers[parent]);
            numbers[index] = entries.len() + 1;
            let branches_from = (follows != entries.len()).then_some(follows);
            entries.push(Entry { number: numbers[index], branches_from, turn });
        }
        let left_out = total - entries.len();
        let title = crate::text::one_line(summary.display_name().unwrap_or("Untitled conversation"), 200);
        Page {
            conversation,
            title,
            started: summary.started,
            updated: summary.last_updated,
            session_id: &summary.session_id,
            entries,
            left_out,
        }
    }

    /// What is said about it before its first turn: names and values, each on one line.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let conversation = self.conversation;
        let mut facts = vec![
            ("source", conversation.source.to_string()),
            ("id", self.session_id.to_owned()),
            ("started", moment(self.started)),
            ("updated", moment(self.updated)),
        ];
        let further = [("model", &conversation.model), ("project", &conversation.project)];
        facts.extend(further.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
        if self.left_out > 0 {
            facts.push(("other branches", format!("{} more turns are not in this file", self.left_out)));
        }
        for (_, value) in &mut facts {
            *value = crate::text::one_line(value, 500);
        }
        facts
    }
}

impl<'a> Entry<'a> {
    pub fn created(&self) -> Option<Timestamp> {
        self.turn.created()
    }

    /// The name of the model on one line, or what stands for it.
    pub fn answerer(&self) -> String {
        crate::text::one_line(self.turn.model().unwrap_or("Answer"), 100)
    }

    /// What the person said and sent.
    pub fn question(&self) -> impl Iterator<Item = &'a Part> {
        self.visible().filter(|message| message.role == Role::User).flat_map(|message| &message.parts)
    }

    /// The answer, with what it did on the way.
    pub fn answer(&self) -> impl Iterator<Item = &'a Part> {
        self.visible().filter(|message| message.role != Role::User).flat_map(|message| &message.parts)
    }

    /// What was thought of the answer, on one line.
    pub fn verdict(&self) -> Option<String> {
        let rated = self.turn.messages.iter().rev().find(|message| message.rating.is_some())?;
        let mut verdict = match rated.rating? {
            Rating::Up => "Good answer".to_owned(),
            Rating::Down => "Bad answer".to_owned(),
        };
        let Feedback { reason, comment } = rated.feedback.clone().unwrap_or_default();
        for words in [reason, comment].into_iter().flatten() {
            verdict.push_str(": ");
            verdict.push_str(&crate::text::one_line(&words, 2000));
        }
        Some(verdict)
    }

    fn visible(&self) -> impl Iterator<Item = &'a Message> {
        let messages: Vec<&'a Message> = self.turn.messages.iter().filter(|message| !message.hidden).copied().collect();
        messages.into_iter()
    }

    /// Why it does not go on from the entry before, as a sentence.
    pub fn detour(&self) -> Option<String> {
        Some(match self.branches_from? {
            0 => "Another branch, from the beginning.".to_owned(),
            number => format!("Another branch, which goes on from turn {number}."),
        })
    }
}

/// To the second, in UTC.
pub(super) fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} {} UTC", &text[..10], &text[11..19])
}

/// A fence that the text between does not close.
pub(super) fn fence(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

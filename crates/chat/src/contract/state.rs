//! What AI OS's sidebar shows as the state: what a model is told before the next message.

use super::{Contract, Slice};
use crate::{Error, text::one_line};
use aios_protocol::agents::DatabaseMode;
use std::fmt::Write as _;

/// What is remembered for a question, at most.
const MEMORIES: u32 = 5;

/// Characters of each.
const CHARACTERS: usize = 200;

/// How much is in the history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HistoryTotals {
    /// Conversations, the archived ones included.
    pub conversations: u64,
    /// Turns in them.
    pub turns: u64,
}

impl Contract {
    /// How much is in the history.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn history_totals(&self) -> Result<HistoryTotals, Error> {
        let none = HistoryTotals { conversations: 0, turns: 0 };
        Ok(self.0.chat.totals().await?.iter().fold(none, |sum, total| HistoryTotals {
            conversations: sum.conversations + total.active + total.archived,
            turns: sum.turns + total.turns,
        }))
    }

    /// What the history says about `query`: the title of each conversation, and the words there.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn memories(&self, query: &str) -> Result<Vec<(String, String)>, Error> {
        let hits = self.0.chat.search(query, MEMORIES).await?;
        Ok(hits
            .into_iter()
            .map(|hit| {
                let words: String = hit.snippet.iter().map(|part| part.text.as_str()).collect();
                let name = hit.conversation.display_name().unwrap_or("Unnamed").to_owned();
                (one_line(&name, CHARACTERS), one_line(&words, CHARACTERS))
            })
            .collect())
    }

    /// The state as text: who answers, in which history and conversation, with which instructions, and what the history says about `query`.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn state(&self, query: Option<&str>) -> Result<String, Error> {
        let chat = &self.0.chat;
        let mut state = String::from("== STATE ==\n");
        // Writing to a String cannot fail.
        let mut line = |text: std::fmt::Arguments<'_>| {
            let _ = writeln!(state, "{text}");
        };
        line(format_args!("model: {}", self.models().await.current));
        let HistoryTotals { conversations, turns } = self.history_totals().await?;
        let history = match chat.mode() {
            DatabaseMode::Personal => "personal",
            DatabaseMode::Demo => "demo",
        };
        line(format_args!("history: {history}, {conversations} conversations, {turns} turns"));
        let mut instructions = chat.default_system_prompt().map(str::to_owned);
        if let Some(session_id) = self.current_session() {
            let slice = Slice { limit: Some(0), offset: None };
            match self.find(&session_id, slice).await? {
                Some((details, _)) => {
                    let stored = chat.get(&session_id, Some(0)).await?;
                    let name = stored.summary.display_name().map(|name| one_line(name, CHARACTERS)).unwrap_or_default();
                    line(format_args!("conversation: {name} ({session_id}), {} turns", details.total_turns));
                    if let Some(summary) = details.summary {
                        line(format_args!("summary: {summary}"));
                    }
                    instructions = stored.system_prompt.or(instructions);
                }
                None => line(format_args!("conversation: new ({session_id})")),
            }
        }
        if let Some(instructions) = instructions {
            line(format_args!("\n== INSTRUCTIONS ==\n{instructions}"));
        }
        if let Some(query) = query.map(str::trim).filter(|query| !query.is_empty()) {
            line(format_args!("\n== ASSESS ==\n{}", one_line(query, CHARACTERS)));
            for (name, words) in self.memories(query).await? {
                line(format_args!("- {name}: {words}"));
            }
        }
        Ok(state)
    }
}

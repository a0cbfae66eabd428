//! Lists and conversations with what AI OS shows of them.

use super::{Contract, sessions::valid_session_id};
use crate::Error;
use aios_model::{ConversationSummary, StoredTurn};
use aios_store::{
    Connection,
    contract::{self, Details, Line, Slice, TurnDetails},
    conversations::{self, ListQuery, MAXIMUM_PAGE},
    search,
};
use std::collections::{HashMap, HashSet};

/// Turns that are looked through for the conversations that a search finds.
const MAXIMUM_HITS: u32 = 200;

/// The most characters that are searched for.
const MAXIMUM_QUERY: usize = 1000;

/// A line of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct ContractLine {
    /// What our own list shows.
    pub summary: ConversationSummary,
    /// What AI OS shows beside it.
    pub line: Line,
}

/// A conversation, or a piece of it.
#[derive(Clone, PartialEq, Debug)]
pub struct ContractConversation {
    /// Its line.
    pub summary: ConversationSummary,
    /// What AI OS shows beside it.
    pub details: Details,
    /// The turns that were asked for, oldest first.
    pub turns: Vec<StoredTurn>,
    /// What AI OS shows beside them, by their ids.
    pub turn_details: HashMap<i64, TurnDetails>,
}

impl Contract {
    /// The latest conversations, or with `search` those that say it, best first. At most 1,000.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn list(&self, archived: bool, limit: u32, search: Option<&str>) -> Result<Vec<ContractLine>, Error> {
        let query = search.map(str::trim).filter(|query| !query.is_empty());
        let query = query.map(|query| query.chars().take(MAXIMUM_QUERY).collect::<String>());
        let read = move |connection: &Connection| {
            let limit = limit.min(MAXIMUM_PAGE);
            let found = match query {
                Some(query) => found(connection, &query, archived, limit)?,
                None if limit == 0 => Vec::new(),
                None => {
                    let query = ListQuery { archived, limit, ..ListQuery::default() };
                    conversations::list(connection, &query)?.conversations
                }
            };
            let ids: Vec<&str> = found.iter().map(|summary| summary.session_id.as_str()).collect();
            let mut lines = contract::lines(connection, &ids)?;
            let both = |summary: ConversationSummary| {
                lines.remove(&summary.session_id).map(|line| ContractLine { summary, line })
            };
            Ok(found.into_iter().filter_map(both).collect())
        };
        Ok(self.0.chat.database().read(read).await?)
    }

    /// A conversation with a piece of its active branch.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn conversation(&self, session_id: &str, slice: Slice) -> Result<ContractConversation, Error> {
        let id = session_id.to_owned();
        let read = move |connection: &Connection| {
            let Some(summary) = conversations::get_summary(connection, &id)? else { return Ok(None) };
            let Some((details, turns)) = contract::conversation(connection, &id, slice)? else { return Ok(None) };
            let ids: Vec<i64> = turns.iter().map(|turn| turn.id).collect();
            let turn_details = contract::turn_details(connection, &ids)?;
            Ok(Some(ContractConversation { summary, details, turns, turn_details }))
        };
        let found = self.0.chat.database().read(read).await?;
        found.ok_or_else(|| Error::NotFound { session_id: session_id.to_owned() })
    }

    /// A piece of a conversation; `None` if there is no such conversation.
    pub(super) async fn find(
        &self,
        session_id: &str,
        slice: Slice,
    ) -> Result<Option<(Details, Vec<StoredTurn>)>, Error> {
        let id = valid_session_id(session_id)?.to_owned();
        Ok(self.0.chat.database().read(move |connection| contract::conversation(connection, &id, slice)).await?)
    }
}

/// The conversations that say something, best first.
fn found(
    connection: &Connection,
    query: &str,
    archived: bool,
    limit: u32,
) -> Result<Vec<ConversationSummary>, aios_store::Error> {
    let mut seen = HashSet::new();
    let mut conversations: Vec<_> = search::search(connection, query, MAXIMUM_HITS)?
        .into_iter()
        .map(|hit| hit.conversation)
        .filter(|conversation| conversation.archived == archived && seen.insert(conversation.session_id.clone()))
        .collect();
    conversations.truncate(limit as usize);
    Ok(conversations)
}

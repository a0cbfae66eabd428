//! What storing a conversation needs that can be made from it alone, while the one before is written.

use super::origin::Positions;
use crate::{
    Error,
    encoding::{Placed, Texts, encode},
    error::During,
};
use aios_model::{Conversation, Turn, TurnTree, content_hash, turns};

/// So many conversations are prepared before they are written.
#[cfg(not(target_family = "wasm"))]
const AHEAD: usize = 16;

/// A conversation that is ready to be stored.
pub(super) struct Prepared<'a> {
    pub conversation: &'a Conversation,
    pub tree: TurnTree<'a>,
    pub hash: String,
    pub positions: Positions<'a>,
    /// For each turn of the tree.
    pub said: Vec<Said>,
}

/// What a turn's row holds of its messages.
pub(super) struct Said {
    pub model: Option<String>,
    pub source_message_ids: String,
    pub user_message: String,
    pub assistant_message: String,
    pub messages_json: String,
}

impl<'a> Prepared<'a> {
    pub fn of(conversation: &'a Conversation) -> Result<Prepared<'a>, Error> {
        let tree = turns(conversation);
        let positions = Positions::new(conversation);
        let said = tree.turns.iter().map(|turn| Said::of(turn, &positions)).collect::<Result<_, _>>()?;
        Ok(Prepared { conversation, tree, hash: content_hash(conversation), positions, said })
    }
}

impl Said {
    fn of(turn: &Turn<'_>, positions: &Positions<'_>) -> Result<Said, Error> {
        let (user_message, assistant_message) = (turn.user_text(), turn.assistant_text());
        let texts = Texts { user: &user_message, assistant: &assistant_message };
        let messages: Vec<_> =
            turn.messages.iter().map(|message| Placed { position: positions.of(message), message: *message }).collect();
        let messages_json = encode(&messages, texts, false)?;
        let ids: Vec<&str> = turn.messages.iter().map(|message| message.id.as_str()).collect();
        Ok(Said {
            model: turn.model().map(str::to_owned),
            source_message_ids: serde_json::to_string(&ids).during("storing a conversation")?,
            user_message,
            assistant_message,
            messages_json,
        })
    }
}

/// Prepares conversations one after the other and gives each to `store`, in their order, until that fails.
///
/// A thread of its own prepares a few ahead: that is a third of the time of an import, and SQLite does the rest on one thread.
pub(super) fn each_prepared<T>(
    conversations: &[Conversation],
    mut store: impl FnMut(Prepared<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    #[cfg(not(target_family = "wasm"))]
    if conversations.len() > 1 {
        let (ready, prepared) = std::sync::mpsc::sync_channel(AHEAD);
        return std::thread::scope(|scope| {
            let prepare = move || {
                // Nobody takes more when one could not be stored.
                let _ = conversations.iter().try_for_each(|conversation| ready.send(Prepared::of(conversation)));
            };
            let name = "store-prepare".to_owned();
            std::thread::Builder::new()
                .name(name)
                .spawn_scoped(scope, prepare)
                .map_err(|source| Error::Thread { source })?;
            prepared.into_iter().map(|prepared| store(prepared?)).collect()
        });
    }
    conversations.iter().map(|conversation| store(Prepared::of(conversation)?)).collect()
}

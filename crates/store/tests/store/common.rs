//! What the scenarios share.

use aios_model::{Conversation, Message, Role, Source, Timestamp};
use aios_store::{Connection, imports, schema, search};

/// A moment.
pub fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(milliseconds)
}

/// An empty database.
pub fn connection() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection).unwrap();
    connection
}

/// Brings the search index up to date, as the database does it by itself.
pub fn index(connection: &Connection) {
    let mut words = search::KnownWords::default();
    while search::index_pending(connection, &mut words).unwrap() {}
}

/// Rows of a table.
pub fn row_count(connection: &Connection, table: &str) -> i64 {
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

/// Everything that has to hold in any database, whatever was done to it.
pub fn check(connection: &Connection) {
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    index(connection);
    for index in ["search_texts", "search_names", "search_word_parts"] {
        let check = format!("INSERT INTO {index} ({index}) VALUES ('integrity-check')");
        connection.execute(&check, []).unwrap_or_else(|error| panic!("{index}: {error}"));
    }
    let wrong = |what: &str, sql: &str| {
        let count: i64 = connection.query_row(&format!("SELECT count(*) FROM {sql}"), [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{what}");
    };
    wrong(
        "what is finished is in the index, and nothing else",
        "(WITH finished AS (SELECT convo_turns.id FROM convo_turns JOIN convos ON convos.id = convo_id
                WHERE status <> 'streaming' AND trashed IS NULL)
            SELECT * FROM (SELECT id FROM finished EXCEPT SELECT turn_id FROM search_turns)
            UNION ALL SELECT * FROM (SELECT turn_id FROM search_turns EXCEPT SELECT id FROM finished))",
    );
    wrong(
        "names are in the index, and nothing else",
        "(WITH named AS (SELECT id FROM convos WHERE name IS NOT NULL AND trashed IS NULL)
            SELECT * FROM (SELECT id FROM named EXCEPT SELECT id FROM search_names_docsize)
            UNION ALL SELECT * FROM (SELECT id FROM search_names_docsize EXCEPT SELECT id FROM named))",
    );
    wrong(
        "ratings are counted",
        "convos WHERE rated <> (SELECT count(*) FROM message_ratings JOIN convo_turns ON convo_turns.id = turn_id
            WHERE convo_id = convos.id)",
    );
    wrong("foreign keys", "pragma_foreign_key_check");
    wrong(
        "depth is that of the parent and one",
        "convo_turns AS turn LEFT JOIN convo_turns AS parent ON parent.id = turn.parent_id
        WHERE turn.turn_index IS NOT iif(turn.parent_id IS NULL, 0, parent.turn_index + 1)
            OR parent.convo_id <> turn.convo_id",
    );
    wrong(
        "turns are counted",
        "convos WHERE turn_count <> (SELECT count(*) FROM convo_turns WHERE convo_id = convos.id)",
    );
    wrong(
        "the active turn is one of the conversation",
        "convos LEFT JOIN convo_turns AS turn ON turn.id = active_turn
        WHERE active_turn IS NOT NULL AND turn.convo_id IS NOT convos.id",
    );
}

/// A message of a straight conversation: `q1`, `a1`, `q2`, `a2`, ….
pub fn message(id: &str, parent: Option<&str>, text: &str) -> Message {
    let role = if id.starts_with('q') { Role::User } else { Role::Assistant };
    Message { created: Some(at(1000)), ..Message::text(id, parent, role, text) }
}

/// A conversation of ChatGPT with messages given as (id, parent, text).
pub fn conversation(source_id: &str, messages: &[(&str, Option<&str>, &str)]) -> Conversation {
    let mut conversation = Conversation::new(Source::new("chatgpt"), source_id);
    conversation.title = Some("Title".to_owned());
    conversation.created = Some(at(500));
    conversation.updated = Some(at(2000));
    conversation.messages = messages.iter().map(|(id, parent, text)| message(id, *parent, text)).collect();
    conversation
}

/// Stores a conversation.
pub fn save(connection: &Connection, conversation: &Conversation) -> imports::SavedConversation {
    imports::save_conversation(connection, conversation, imports::SaveOptions::default(), at(9_000_000)).unwrap()
}

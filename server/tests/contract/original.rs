//! A data folder with a `state.db` that the original AI OS made.

use aios_chat::{Chat, Config, contract::Contract};
use aios_store::Connection;
use std::path::Path;

/// The original's tables as its `chat/schema.py` makes them.
const SCHEMA: &str = "
    CREATE TABLE convos (
        id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT UNIQUE NOT NULL, channel TEXT DEFAULT 'react', name TEXT,
        started TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_updated TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        archived BOOLEAN DEFAULT FALSE, weight REAL DEFAULT 0.5, turn_count INTEGER DEFAULT 0, indexed BOOLEAN DEFAULT FALSE,
        state_snapshot_json TEXT, summary TEXT, source TEXT DEFAULT 'aios'
    );
    CREATE INDEX idx_convos_updated ON convos (last_updated DESC);
    CREATE TABLE convo_turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT, convo_id INTEGER NOT NULL, turn_index INTEGER NOT NULL,
        timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, user_message TEXT, assistant_message TEXT, feed_type TEXT,
        context_level INTEGER DEFAULT 0, metadata_json TEXT, state_snapshot_json TEXT,
        FOREIGN KEY (convo_id) REFERENCES convos (id) ON DELETE CASCADE
    );
    CREATE INDEX idx_turns_convo ON convo_turns (convo_id, turn_index);
    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);
    INSERT INTO settings VALUES ('kept', 'yes');
";

const ROWS: &str = "
    INSERT INTO convos (id, session_id, name, weight, turn_count, summary, state_snapshot_json)
        VALUES (1, 'react_20260131_120000', 'Sky', 0.7, 1, 'Blue.', '{\"mood\":\"calm\"}');
    INSERT INTO convo_turns (convo_id, turn_index, user_message, assistant_message, feed_type, context_level, metadata_json)
        VALUES (1, 0, 'Why is the sky blue?', 'Rayleigh.', 'conversational', 2, '{\"tool\":\"none\"}');
";

fn open(data: &Path) -> Contract {
    Contract::new(Chat::open(Config { data: data.to_owned(), ..Config::default() }).unwrap())
}

fn count(path: &Path, table: &str) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn it_is_gone_on_with_and_stays_as_it_was() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("state.db");
    // The original is running: what it wrote last lies in the log beside the file.
    let running = Connection::open(&path).unwrap();
    running.execute_batch(&format!("PRAGMA journal_mode = WAL; {SCHEMA}")).unwrap();
    running.execute_batch(&format!("PRAGMA wal_checkpoint(TRUNCATE); {ROWS}")).unwrap();
    assert!(data.path().join("state.db-wal").metadata().unwrap().len() > 0);
    let before = std::fs::read(&path).unwrap();

    let contract = open(data.path());
    let found = contract.conversation("react_20260131_120000", Default::default()).await.unwrap();
    assert_eq!((found.details.weight, found.details.summary.as_deref()), (0.7, Some("Blue.")));
    assert_eq!(found.details.state_snapshot.as_deref(), Some(r#"{"mood":"calm"}"#));
    let turn = &found.turn_details[&found.turns[0].id];
    assert_eq!((turn.feed_type.as_deref(), turn.context_level), (Some("conversational"), 2));
    assert_eq!(turn.metadata.as_deref(), Some(r#"{"tool":"none"}"#));
    contract.chat().add_turn("react_20260131_120000", "And red?", "Dust.").await.unwrap();
    drop(contract);

    // Once more: what was added is there, and the original is not taken again.
    let contract = open(data.path());
    let found = contract.conversation("react_20260131_120000", Default::default()).await.unwrap();
    assert_eq!(
        found.turns.iter().map(|turn| turn.user_message.as_str()).collect::<Vec<_>>(),
        ["Why is the sky blue?", "And red?"]
    );
    drop(contract);
    assert_eq!(count(&data.path().join("personal.db"), "settings WHERE key = 'kept'"), 1);
    assert_eq!(std::fs::read(&path).unwrap(), before, "the file of the original is as it was");
    drop(running);
    assert_eq!(count(&path, "convo_turns"), 1);
}

#[tokio::test]
async fn one_without_conversations_and_one_of_somebody_else_begin_an_empty_history() {
    for sql in [SCHEMA, "CREATE TABLE other (a)", ""] {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("state.db");
        std::fs::write(&path, "").unwrap();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let contract = open(data.path());
        assert!(contract.list(false, 10, None).await.unwrap().is_empty());
        contract.chat().add_turn("s", "q", "a").await.unwrap();
        assert_eq!(contract.list(false, 10, None).await.unwrap().len(), 1);
        assert!(!data.path().join(".state.db.copying").exists());
    }
}

#[tokio::test]
async fn a_damaged_one_is_an_error_and_no_empty_history() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("state.db"), "SQLite format 3\0 and then nothing that makes sense").unwrap();
    assert!(Chat::open(Config { data: data.path().to_owned(), ..Config::default() }).is_err());
    assert!(!data.path().join("personal.db").exists());
}

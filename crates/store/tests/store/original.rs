//! A database made by the original AI OS.

use crate::common::{at, check, index, row_count};
use aios_model::{Source, Timestamp};
use aios_store::{
    Connection, Database,
    conversations::{self, ListQuery, Window},
    search,
    turns::{self, NewTurn},
};

/// The original's tables as its `chat/schema.py` makes them, with rows as its functions write them.
const ORIGINAL: &str = "
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
    CREATE TABLE facts (id INTEGER PRIMARY KEY, convo_id INTEGER REFERENCES convos (id), text TEXT);
    INSERT INTO convos (id, session_id, name, started, last_updated, archived, turn_count, source, weight, summary) VALUES
        (3, 'react_20260131_120000', 'Sky', '2026-01-31 12:00:00', '2026-01-31T12:05:00.250000', 0, 2, 'aios', 0.7, 'Blue.'),
        (5, 'imported_x', NULL, '2025-05-05 05:05:05', '2025-05-05T05:05:05+02:00', 1, 1, 'chatgpt', 0.5, NULL),
        (6, 'react_broken', '', 'yesterday', NULL, NULL, 9, NULL, NULL, NULL);
    INSERT INTO convo_turns (id, convo_id, turn_index, timestamp, user_message, assistant_message, metadata_json) VALUES
        (11, 3, 1, '2026-01-31T12:05:00.250000', 'And red?', 'Dust.', NULL),
        (10, 3, 0, '2026-01-31 12:00:00', 'Why is the sky blue?', 'Rayleigh.', '{\"a\":1}'),
        (12, 5, 0, '2025-05-05 05:05:05', NULL, 'An answer alone', NULL);
    INSERT INTO facts VALUES (1, 3, 'kept');
";

#[test]
fn it_is_opened_migrated_listed_searched_and_continued() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    Connection::open(&path).unwrap().execute_batch(ORIGINAL).unwrap();
    let database = Database::open(&path).unwrap();
    database
        .write_blocking(|connection| {
            let list = conversations::list(connection, &ListQuery::default())?;
            let ids: Vec<_> = list.conversations.iter().map(|line| line.session_id.as_str()).collect();
            assert_eq!(ids, ["react_20260131_120000", "react_broken"]);
            let sky = conversations::get(connection, "react_20260131_120000", Window::default())?.unwrap();
            assert_eq!(
                (sky.summary.name.as_deref(), sky.summary.preview.as_str()),
                (Some("Sky"), "Why is the sky blue?")
            );
            assert_eq!(sky.summary.last_updated, Timestamp::parse("2026-01-31T12:05:00.250Z").unwrap());
            assert_eq!(sky.summary.started, Timestamp::parse("2026-01-31T12:00:00Z").unwrap());
            let turns: Vec<_> = sky.turns.iter().map(|turn| (turn.id, turn.parent_id, turn.timestamp)).collect();
            assert_eq!(turns, [(10, None, sky.summary.started), (11, Some(10), sky.summary.last_updated)]);
            let imported = conversations::get(connection, "imported_x", Window::default())?.unwrap();
            assert!(imported.summary.archived);
            assert_eq!(imported.summary.source, Source::new("chatgpt"));
            assert_eq!(imported.summary.last_updated, Timestamp::parse("2025-05-05T03:05:05Z").unwrap());
            assert_eq!((imported.turns[0].user_message.as_str(), imported.turns.len()), ("", 1));
            let broken = conversations::get(connection, "react_broken", Window::default())?.unwrap();
            assert_eq!((broken.summary.turn_count, broken.summary.name), (0, None));
            let added =
                turns::add_turn(connection, "react_20260131_120000", &NewTurn::new("And green?", "A flash."), at(7))?;
            assert_eq!(turns::get_turn(connection, added.turn_id)?.unwrap().parent_id, Some(11));
            index(connection);
            assert_eq!(search::search(connection, "rayleigh", 9)?[0].turn_id, 10);
            assert_eq!(search::search(connection, "flash", 9)?.len(), 1);
            let kept: (f64, String) = connection
                .query_row("SELECT weight, summary FROM convos WHERE id = 3", [], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap();
            assert_eq!(kept, (0.7, "Blue.".to_owned()));
            let metadata: String = connection
                .query_row("SELECT metadata_json FROM convo_turns WHERE id = 10", [], |row| row.get(0))
                .unwrap();
            assert_eq!(metadata, r#"{"a":1}"#);
            assert_eq!(row_count(connection, "facts"), 1);
            assert_eq!(row_count(connection, "sqlite_schema WHERE name LIKE 'original%' OR name LIKE 'idx_%'"), 0);
            check(connection);
            Ok(())
        })
        .unwrap();
    drop(database);
    // A second time it is ours already.
    let database = Database::open(&path).unwrap();
    database.read_blocking(|connection| conversations::list(connection, &ListQuery::default())).unwrap();
}

#[test]
fn an_early_one_without_the_later_columns_is_opened_as_well() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE convos (id INTEGER PRIMARY KEY, session_id TEXT, name TEXT, last_updated TIMESTAMP);
            INSERT INTO convos VALUES (1, 'a', 'n', '2026-01-31');",
        )
        .unwrap();
    aios_store::schema::migrate(&mut connection).unwrap();
    let summary = conversations::get_summary(&connection, "a").unwrap().unwrap();
    assert_eq!(summary.started, Timestamp::parse("2026-01-31").unwrap());
    assert_eq!(summary.source, Source::AIOS);
    check(&connection);
}

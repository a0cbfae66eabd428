//! Migrations.

use crate::common::{check, connection, row_count};
use aios_store::{Connection, Database, Error, imports, schema};

#[test]
fn sqlite_is_one_without_the_bug_that_corrupts_a_write_ahead_log() {
    let version: Vec<u32> = Database::sqlite_version().split('.').map(|part| part.parse().unwrap()).collect();
    assert!(version >= vec![3, 51, 3], "{version:?}");
}

#[test]
fn an_empty_database_gets_every_version_and_a_second_time_nothing() {
    let mut connection = connection();
    let version = |connection: &Connection| -> u32 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    };
    let definitions = |connection: &Connection| -> Vec<String> {
        let mut statement =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(version(&connection), schema::VERSION);
    let before = definitions(&connection);
    schema::migrate(&mut connection).unwrap();
    assert_eq!((version(&connection), definitions(&connection)), (schema::VERSION, before));
    check(&connection);
}

#[test]
fn a_file_of_a_later_program_is_refused_and_left_alone() {
    let mut connection = connection();
    connection.pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
    let refused = schema::migrate(&mut connection);
    assert!(matches!(refused, Err(Error::Newer { found, known }) if found == known + 1));
    assert_eq!(row_count(&connection, "convos"), 0);
}

#[test]
fn a_file_of_another_program_is_refused() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.pragma_update(None, "application_id", 42).unwrap();
    assert!(matches!(schema::migrate(&mut connection), Err(Error::Foreign { application_id: 42 })));
}

#[test]
fn foreign_keys_are_checked_after_a_migration() {
    let orphan = connection().execute("INSERT INTO convo_turns (convo_id, turn_index, timestamp) VALUES (7, 0, 0)", []);
    assert!(orphan.unwrap_err().to_string().contains("FOREIGN KEY"));
}

#[test]
fn what_imports_of_the_first_version_brought_is_known_as_theirs() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("../../migrations/0001_conversations.sql")).unwrap();
    connection
        .execute_batch(
            "PRAGMA user_version = 1;
            INSERT INTO convo_imports (id, started) VALUES ('later', 20), ('first', 10);
            INSERT INTO convos (id, session_id, started, last_updated, turn_count, source, source_id, import_id) VALUES
                (1, 'a', 1, 1, 2, 'chatgpt', 'x', 'first'), (2, 'b', 1, 1, 1, 'aios', NULL, NULL);
            INSERT INTO convo_turns (convo_id, turn_index, timestamp, source_message_ids) VALUES
                (1, 0, 1, '[\"m\"]'), (1, 0, 1, NULL), (2, 0, 1, NULL)",
        )
        .unwrap();
    schema::migrate(&mut connection).unwrap();
    check(&connection);
    let page = imports::batches::list(&connection, None, 9).unwrap();
    let brought: Vec<_> =
        page.batches.iter().map(|batch| (batch.id.as_str(), batch.conversations, batch.turns)).collect();
    assert_eq!(brought, [("later", 0, 0), ("first", 1, 1)]);
}

#[test]
fn storing_a_turn_makes_no_table_of_the_states_that_it_may_have() {
    let connection = connection();
    connection.execute("INSERT INTO convos (session_id, started, last_updated) VALUES ('a', 0, 0)", []).unwrap();
    let insert = |status: &str| {
        let sql = "INSERT INTO convo_turns (convo_id, turn_index, timestamp, status) VALUES (1, 0, 0, ?1)";
        connection.execute(sql, [status])
    };
    for status in ["streaming", "complete", "stopped", "interrupted", "failed"] {
        insert(status).unwrap();
    }
    assert!(insert("done").unwrap_err().to_string().contains("CHECK"));
    let mut program = connection
        .prepare("EXPLAIN INSERT INTO convo_turns (convo_id, turn_index, timestamp) VALUES (1, 0, 0)")
        .unwrap();
    let steps = program.query_map([], |row| row.get(1)).unwrap();
    let steps: Vec<String> = steps.map(Result::unwrap).collect();
    assert!(steps.len() > 10 && !steps.iter().any(|step| step == "OpenEphemeral"), "{steps:?}");
}

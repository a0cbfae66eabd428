use aios_store::{
    Connection,
    search::{self, KnownWords},
};
use serde_json::json;
use std::{error::Error, path::Path};

/// Brings the search index of a history up to date, as its writer does when nobody writes, and prints how much is in it as JSON.
pub fn index(history: &Path) -> Result<(), Box<dyn Error>> {
    let connection = Connection::open(history)?;
    let mut words = KnownWords::default();
    let mut is_any = true;
    while is_any {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        is_any = search::index_pending(&connection, &mut words)?;
        connection.execute_batch("COMMIT")?;
    }
    let turns: i64 = connection.query_row("SELECT count(*) FROM search_turns", [], |row| row.get(0))?;
    println!("{}", json!({ "turns": turns }));
    Ok(())
}

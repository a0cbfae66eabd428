use aios_store::{Database, search};
use serde_json::json;
use std::{error::Error, path::Path, thread, time::Duration};

/// How often it is looked whether it is done.
const LOOKS: Duration = Duration::from_millis(20);

/// Waits until the search index of a history is up to date, which its writer sees to when nobody writes, and prints how much is in it as JSON.
pub fn index(history: &Path) -> Result<(), Box<dyn Error>> {
    let database = Database::open(history)?;
    while database.read_blocking(|connection| search::pending(connection, 1))? > 0 {
        thread::sleep(LOOKS);
    }
    let count = "SELECT count(*) FROM search_turns";
    let turns: i64 =
        database.read_blocking(|connection| Ok(connection.query_row(count, [], |row| row.get(0)).ok()))?.unwrap_or(0);
    println!("{}", json!({ "turns": turns }));
    Ok(())
}

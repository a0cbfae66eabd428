//! Instructions to choose from, and what a person prefers.

use crate::{Error, error::During};
use rusqlite::{Connection, OptionalExtension};

/// Instructions under a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preset {
    /// Its number, never given twice.
    pub id: i64,
    /// What a person calls it; unique, case aside.
    pub name: String,
    /// What the model is told.
    pub prompt: String,
}

/// Something that a person prefers; each has one value or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Preference {
    /// The number of the preset of conversations that have none.
    DefaultPreset,
    /// The model that answers where none was used before.
    DefaultModel,
    /// What a model is told when it is to summarise.
    SummaryPrompt,
}

impl Preference {
    fn name(self) -> &'static str {
        match self {
            Preference::DefaultPreset => "default_preset",
            Preference::DefaultModel => "default_model",
            Preference::SummaryPrompt => "summary_prompt",
        }
    }
}

/// All presets, by name.
///
/// # Errors
/// What SQLite says.
pub fn list(connection: &Connection) -> Result<Vec<Preset>, Error> {
    const OPERATION: &str = "listing presets";
    let mut statement = connection
        .prepare_cached("SELECT id, name, prompt FROM presets ORDER BY name COLLATE NOCASE")
        .during(OPERATION)?;
    let rows = statement.query_map([], |row| Ok(Preset { id: row.get(0)?, name: row.get(1)?, prompt: row.get(2)? }));
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// Keeps instructions under a name, in the place of those that had it, and returns their number.
///
/// # Errors
/// What SQLite says.
pub fn save(connection: &Connection, name: &str, prompt: &str) -> Result<i64, Error> {
    const OPERATION: &str = "saving a preset";
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO presets (name, prompt) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET name = excluded.name, prompt = excluded.prompt RETURNING id",
        )
        .during(OPERATION)?;
    statement.query_row((name, prompt), |row| row.get(0)).during(OPERATION)
}

/// Deletes a preset; conversations that use it have none from now on. `false` if there is no such preset.
///
/// # Errors
/// What SQLite says.
pub fn delete(connection: &Connection, id: i64) -> Result<bool, Error> {
    let deleted = connection.execute("DELETE FROM presets WHERE id = ?1", [id]).during("deleting a preset")?;
    Ok(deleted > 0)
}

/// Lets a conversation use a preset, or none. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn choose(connection: &Connection, session_id: &str, id: Option<i64>) -> Result<bool, Error> {
    let sql = "UPDATE convos SET preset_id = ?2 WHERE session_id = ?1";
    Ok(connection.execute(sql, (session_id, id)).during("choosing a preset")? > 0)
}

/// The preset that a conversation uses: its own, else the default.
///
/// # Errors
/// What SQLite says.
pub fn of_conversation(connection: &Connection, session_id: &str) -> Result<Option<Preset>, Error> {
    const OPERATION: &str = "reading the preset of a conversation";
    let mut statement = connection
        .prepare_cached(
            "SELECT presets.id, presets.name, presets.prompt FROM presets
            WHERE id = (SELECT preset_id FROM convos WHERE session_id = ?1)
                OR (id = (SELECT value FROM preferences WHERE name = 'default_preset')
                    AND NOT EXISTS (SELECT 1 FROM presets AS own
                        WHERE own.id = (SELECT preset_id FROM convos WHERE session_id = ?1)))",
        )
        .during(OPERATION)?;
    let read = |row: &rusqlite::Row<'_>| Ok(Preset { id: row.get(0)?, name: row.get(1)?, prompt: row.get(2)? });
    statement.query_row([session_id], read).optional().during(OPERATION)
}

/// What is preferred, if anything is.
///
/// # Errors
/// What SQLite says.
pub fn preference(connection: &Connection, preference: Preference) -> Result<Option<String>, Error> {
    const OPERATION: &str = "reading a preference";
    let mut statement = connection.prepare_cached("SELECT value FROM preferences WHERE name = ?1").during(OPERATION)?;
    statement.query_row([preference.name()], |row| row.get(0)).optional().during(OPERATION)
}

/// Prefers something, or with `None` nothing.
///
/// # Errors
/// What SQLite says.
pub fn prefer(connection: &Connection, preference: Preference, value: Option<&str>) -> Result<(), Error> {
    let sql = match value {
        Some(_) => {
            "INSERT INTO preferences (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value"
        }
        None => "DELETE FROM preferences WHERE name = ?1 AND ?2 IS NULL",
    };
    connection.execute(sql, (preference.name(), value)).during("keeping a preference")?;
    Ok(())
}

/// The models that are kept at hand, by id.
///
/// # Errors
/// What SQLite says.
pub fn favourites(connection: &Connection) -> Result<Vec<String>, Error> {
    const OPERATION: &str = "listing favourite models";
    let mut statement =
        connection.prepare_cached("SELECT model FROM favourite_models ORDER BY model").during(OPERATION)?;
    let rows = statement.query_map([], |row| row.get(0));
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// Keeps a model at hand, or no longer.
///
/// # Errors
/// What SQLite says.
pub fn set_favourite(connection: &Connection, model: &str, is_favourite: bool) -> Result<(), Error> {
    let sql = match is_favourite {
        true => "INSERT INTO favourite_models (model) VALUES (?1) ON CONFLICT DO NOTHING",
        false => "DELETE FROM favourite_models WHERE model = ?1",
    };
    connection.execute(sql, [model]).during("keeping a model at hand")?;
    Ok(())
}

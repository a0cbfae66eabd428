//! Which conversations are exported, a few at a time.

use crate::{Error, error::During, ratings};
use aios_model::{Rating, Source, Timestamp};
use rusqlite::{Connection, ToSql};

/// What the conversations have in common; a field that says nothing leaves all in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    /// Only those that are put away, or only the others.
    pub archived: Option<bool>,
    /// Held at one of these; anywhere if empty.
    pub sources: Vec<Source>,
    /// Filed under this project.
    pub project: Option<String>,
    /// Whose latest answer is of this model.
    pub model: Option<String>,
    /// Only those kept at the top, or only the others.
    pub pinned: Option<bool>,
    /// With an answer that has this rating.
    pub rating: Option<Rating>,
    /// Something was said at this moment or later.
    pub since: Option<Timestamp>,
    /// Nothing was said at this moment or later.
    pub until: Option<Timestamp>,
}

/// A conversation that is to be exported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selected {
    /// Its number: where the next page goes on.
    pub number: i64,
    /// Its id.
    pub session_id: String,
}

/// At most `limit` conversations with numbers above `after`, in the order of their numbers: what is said meanwhile does not move any.
///
/// # Errors
/// What SQLite says.
pub fn select(connection: &Connection, selection: &Selection, after: i64, limit: u32) -> Result<Vec<Selected>, Error> {
    const OPERATION: &str = "choosing conversations to export";
    let mut conditions = vec!["id > ?".to_owned()];
    let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(after)];
    let mut with = |condition: &str, value: Box<dyn ToSql>| {
        conditions.push(condition.to_owned());
        values.push(value);
    };
    if let Some(archived) = selection.archived {
        with("archived = ?", Box::new(archived));
    }
    if !selection.sources.is_empty() {
        let sources: Vec<&str> = selection.sources.iter().map(Source::as_str).collect();
        let sources = serde_json::to_string(&sources).during(OPERATION)?;
        with("source IN (SELECT value FROM json_each(?))", Box::new(sources));
    }
    if let Some(project) = &selection.project {
        with("project = ?", Box::new(project.clone()));
    }
    if let Some(model) = &selection.model {
        with("model = ?", Box::new(model.clone()));
    }
    if let Some(pinned) = selection.pinned {
        with("pinned = ?", Box::new(pinned));
    }
    if let Some(rating) = selection.rating {
        let rated = "EXISTS (SELECT 1 FROM convo_turns JOIN message_ratings ON turn_id = convo_turns.id \
             WHERE convo_id = convos.id AND rating = ?)";
        with(rated, Box::new(ratings::word(rating)));
    }
    if let Some(since) = selection.since {
        with("last_updated >= ?", Box::new(since.milliseconds()));
    }
    if let Some(until) = selection.until {
        with("last_updated < ?", Box::new(until.milliseconds()));
    }
    values.push(Box::new(limit));
    let sql = format!("SELECT id, session_id FROM convos WHERE {} ORDER BY id LIMIT ?", conditions.join(" AND "));
    let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
    let rows = statement.query_map(rusqlite::params_from_iter(values.iter()), |row| {
        Ok(Selected { number: row.get(0)?, session_id: row.get(1)? })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

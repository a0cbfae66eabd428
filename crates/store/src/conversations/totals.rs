//! How much there is.

use crate::{Error, error::During};
use aios_model::Source;
use rusqlite::Connection;

/// What is not in the trash, for queries that read all conversations. The trash is small and has an index, while whether one conversation is there
/// stands at the end of its row, behind what is long.
const NOT_IN_TRASH: &str = "id NOT IN (SELECT id FROM convos WHERE trashed IS NOT NULL)";

/// How many conversations of one source there are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceTotal {
    /// The source.
    pub source: Source,
    /// Those that are not put away.
    pub active: u64,
    /// Those put away.
    pub archived: u64,
    /// Turns in all of them, every branch included.
    pub turns: u64,
}

/// How many conversations are in a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProjectTotal {
    /// The project's name.
    pub project: String,
    /// Those that are not put away.
    pub active: u64,
    /// Those put away.
    pub archived: u64,
}

/// How many conversations of a source began in a week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WeekTotal {
    /// The source.
    pub source: Source,
    /// The week, counted from the one that begins on Monday 1970-01-05 in UTC.
    pub week: i32,
    /// The conversations.
    pub conversations: u64,
}

/// How many conversations there are, put away or not, of one source or of all.
///
/// # Errors
/// What SQLite says.
pub fn count(connection: &Connection, archived: bool, source: Option<&Source>) -> Result<u64, Error> {
    let totals = totals(connection)?;
    let totals = totals.iter().filter(|total| source.is_none_or(|source| *source == total.source));
    Ok(totals.map(|total| if archived { total.archived } else { total.active }).sum())
}

/// How many conversations each source has, sources by name.
///
/// # Errors
/// What SQLite says.
pub fn totals(connection: &Connection) -> Result<Vec<SourceTotal>, Error> {
    const OPERATION: &str = "counting conversations";
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT source, sum(archived = 0), sum(archived = 1), sum(turn_count) FROM convos WHERE {NOT_IN_TRASH}
            GROUP BY source ORDER BY source"
        ))
        .during(OPERATION)?;
    let rows = statement.query_map([], |row| {
        let source: String = row.get(0)?;
        let (active, archived, turns): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(SourceTotal {
            source: Source::from_name(&source),
            active: active.unsigned_abs(),
            archived: archived.unsigned_abs(),
            turns: turns.unsigned_abs(),
        })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// The projects with how many conversations are in each, by name. A project without conversations is none.
///
/// # Errors
/// What SQLite says.
pub fn projects(connection: &Connection) -> Result<Vec<ProjectTotal>, Error> {
    const OPERATION: &str = "counting conversations by project";
    let mut statement = connection
        .prepare_cached(
            "SELECT project, sum(archived = 0), sum(archived = 1) FROM convos INDEXED BY convos_by_project
            WHERE trashed IS NULL AND project IS NOT NULL GROUP BY project ORDER BY project",
        )
        .during(OPERATION)?;
    let rows = statement.query_map([], |row| {
        let (active, archived): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(ProjectTotal { project: row.get(0)?, active: active.unsigned_abs(), archived: archived.unsigned_abs() })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// How many conversations of each source began in each week, archived ones included; weeks without any are left out.
///
/// # Errors
/// What SQLite says.
pub fn weeks(connection: &Connection) -> Result<Vec<WeekTotal>, Error> {
    const OPERATION: &str = "counting conversations by week";
    // Monday 1970-01-05 is four days after the epoch. Division cuts towards zero; 200,000 weeks make every dividend positive.
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT source, (started - 345600000 + 120960000000000) / 604800000 - 200000 AS week, count(*)
             FROM convos WHERE {NOT_IN_TRASH} GROUP BY source, week ORDER BY week, source"
        ))
        .during(OPERATION)?;
    let rows = statement.query_map([], |row| {
        let source: String = row.get(0)?;
        let (week, conversations): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(WeekTotal {
            source: Source::from_name(&source),
            week: i32::try_from(week).unwrap_or_default(),
            conversations: conversations.unsigned_abs(),
        })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

//! The list of conversations.

use super::{SUMMARY_COLUMNS, summary};
use crate::{Error, error::During};
use aios_model::{ConversationPage, ListCursor, Source};
use rusqlite::{Connection, ToSql};

/// The most lines that a page of the list has.
pub const MAXIMUM_PAGE: u32 = 1000;

/// Which conversations to list: those that all of the filters let through. What is in the trash is in no list.
#[derive(Clone, PartialEq, Debug)]
pub struct ListQuery {
    /// Those put away, or the others.
    pub archived: bool,
    /// Only those held there.
    pub source: Option<Source>,
    /// Only those whose latest answer is of this model, by its exact name.
    pub model: Option<String>,
    /// Only those in this project, by its exact name.
    pub project: Option<String>,
    /// Only those that are kept at the top.
    pub pinned: bool,
    /// Only those with a rated answer.
    pub rated: bool,
    /// Lines on the page: 1 to [`MAXIMUM_PAGE`], nearer values are taken instead of others.
    pub limit: u32,
    /// Go on after this line; the first page if `None`.
    pub after: Option<ListCursor>,
}

impl Default for ListQuery {
    fn default() -> ListQuery {
        ListQuery {
            archived: false,
            source: None,
            model: None,
            project: None,
            pinned: false,
            rated: false,
            limit: 50,
            after: None,
        }
    }
}

/// One page of the list, latest first, in one query on an index: of several filters, that of the one which is likely to let the fewest through.
///
/// # Errors
/// What SQLite says.
pub fn list(connection: &Connection, query: &ListQuery) -> Result<ConversationPage, Error> {
    const OPERATION: &str = "listing conversations";
    let limit = query.limit.clamp(1, MAXIMUM_PAGE) as usize;
    // One more than asked for tells whether there is a next page.
    let more = limit as i64 + 1;
    let source = query.source.as_ref().map(Source::as_str);
    let after = query.after.as_ref().map(|after| (after.last_updated.milliseconds(), &after.session_id));
    let mut parameters: Vec<(&str, &dyn ToSql)> = vec![(":archived", &query.archived), (":more", &more)];
    if let Some(source) = &source {
        parameters.push((":source", source));
    }
    if let Some(model) = &query.model {
        parameters.push((":model", model));
    }
    if let Some(project) = &query.project {
        parameters.push((":project", project));
    }
    if let Some((time, session_id)) = &after {
        parameters.extend([(":time", time as &dyn ToSql), (":session_id", session_id)]);
    }
    let mut statement = connection.prepare_cached(&sql(query)).during(OPERATION)?;
    let rows = statement.query_map(parameters.as_slice(), |row| summary(row, 0)).during(OPERATION)?;
    let mut conversations = rows.collect::<rusqlite::Result<Vec<_>>>().during(OPERATION)?;
    let is_end = conversations.len() <= limit;
    conversations.truncate(limit);
    let next = conversations
        .last()
        .filter(|_| !is_end)
        .map(|last| ListCursor { last_updated: last.last_updated, session_id: last.session_id.clone() });
    Ok(ConversationPage { conversations, next })
}

/// The query. The index is named: without statistics SQLite would take any of those that fit.
fn sql(query: &ListQuery) -> String {
    let filters = [
        (query.pinned, "convos_pinned", "pinned = 1"),
        (query.rated, "convos_rated", "rated > 0"),
        (query.project.is_some(), "convos_by_project", "project = :project"),
        (query.model.is_some(), "convos_by_model", "model = :model"),
        (query.source.is_some(), "convos_by_source_and_time", "source = :source"),
        (query.after.is_some(), "convos_by_time", "(last_updated, session_id) < (:time, :session_id)"),
    ];
    let asked = || filters.iter().filter(|(is_asked, _, _)| *is_asked);
    let index = asked().map(|(_, index, _)| *index).next().unwrap_or("convos_by_time");
    let conditions: String = asked().map(|(_, _, condition)| format!(" AND {condition}")).collect();
    format!(
        "SELECT {SUMMARY_COLUMNS} FROM convos INDEXED BY {index} WHERE trashed IS NULL AND archived = :archived{conditions}
        ORDER BY last_updated DESC, session_id DESC LIMIT :more"
    )
}

#[cfg(test)]
mod tests {
    use super::{ListQuery, sql};
    use aios_model::{ListCursor, Source, Timestamp};
    use rusqlite::Connection;

    #[test]
    fn no_combination_of_filters_sorts_or_reads_the_whole_table() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut connection).unwrap();
        for bits in 0u32..64 {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let cursor = ListCursor { last_updated: Timestamp::from_milliseconds(1), session_id: "a".to_owned() };
            let query = ListQuery {
                source: has(0).then(|| Source::new("claude")),
                model: has(1).then(|| "m".to_owned()),
                project: has(2).then(|| "p".to_owned()),
                pinned: has(3),
                rated: has(4),
                after: has(5).then_some(cursor),
                ..ListQuery::default()
            };
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", sql(&query))).unwrap();
            let plan: Vec<String> = statement.raw_query().mapped(|row| row.get(3)).collect::<Result<_, _>>().unwrap();
            assert!(plan.len() == 1 && plan[0].starts_with("SEARCH convos USING INDEX convos_"), "{query:?}: {plan:?}");
            // The filter of the index is looked up, not looked through.
            let filter = [(2, "project=?"), (1, "model=?"), (0, "source=?")];
            let looked_up = filter.iter().find(|(bit, _)| has(*bit)).filter(|_| !has(3) && !has(4));
            assert!(looked_up.is_none_or(|(_, filter)| plan[0].contains(filter)), "{query:?}: {plan:?}");
            assert_eq!(has(5), plan[0].contains("last_updated"), "{query:?}: {plan:?}");
        }
    }
}

//! Makes the lists in which conversations are put in order, and does what their forms say.

use super::chat_api::ApiError;
use crate::chat::{
    components::source_mark::source_names,
    types::shelf::{Chip, Shelf, ShelfLine},
    utils::{dates, numbers::grouped},
};
use crate::texts::texts;
use aios_chat::{Chat, ListQuery, Management};
use aios_model::{ConversationSummary, ListCursor, Source, Timestamp};

/// Lines of a page.
const LINES: u32 = 200;

/// Which list, and how far it is read.
pub struct Wanted {
    /// `trash`, `archive`, or anything else for the others.
    pub which: String,
    /// Only those held there.
    pub source: Option<String>,
    /// Only those in this project.
    pub project: Option<String>,
    /// Go on after this moment in milliseconds and this id.
    pub after: Option<(i64, String)>,
}

/// One page of a list.
pub async fn shelf(chat: &Chat, wanted: Wanted) -> Result<Shelf, ApiError> {
    let after = wanted.after.clone().map(|(time, id)| (Timestamp::from_milliseconds(time), id));
    if wanted.which == "trash" {
        let page = chat.trash(after, LINES).await?;
        let line = |line: aios_chat::Trashed| {
            // The grace period is 30 days.
            let goes = Timestamp::from_milliseconds(line.moved.milliseconds() + 30 * 24 * 60 * 60 * 1000);
            let about = about(&line.summary);
            let about = if line.is_branch { texts().shelf_branch(&about) } else { about };
            let about = texts().shelf_goes(&about, &dates::day(goes, 0, texts()));
            ShelfLine { about, ..shelf_line(&line.summary) }
        };
        let next = page.next.map(|(time, id)| address(&wanted, Some((time, &id))));
        return Ok(Shelf { lines: page.lines.into_iter().map(line).collect(), next, ..Shelf::default() });
    }
    let archived = wanted.which == "archive";
    let query = ListQuery {
        archived,
        source: wanted.source.as_deref().map(Source::from_name),
        project: wanted.project.clone(),
        limit: LINES,
        after: after.map(|(last_updated, session_id)| ListCursor { last_updated, session_id }),
        ..ListQuery::default()
    };
    let page = chat.list(query).await?;
    let projects = chat.projects().await?;
    let chips = chips(chat, &wanted, archived, &projects).await?;
    Ok(Shelf {
        lines: page.conversations.iter().map(shelf_line).collect(),
        chips,
        projects: projects.into_iter().map(|total| total.project).collect(),
        next: page.next.map(|next| address(&wanted, Some((next.last_updated, &next.session_id)))),
    })
}

async fn chips(
    chat: &Chat,
    wanted: &Wanted,
    archived: bool,
    projects: &[aios_chat::ProjectTotal],
) -> Result<Vec<Chip>, ApiError> {
    let count = |active: u64, put_away: u64| if archived { put_away } else { active };
    let chip = |name: String, count: u64, source: Option<&str>, project: Option<&str>| {
        let is_on = (wanted.source.as_deref(), wanted.project.as_deref()) == (source, project);
        let filter = Wanted {
            which: wanted.which.clone(),
            source: source.map(str::to_owned),
            project: project.map(str::to_owned),
            after: None,
        };
        let count = grouped(u32::try_from(count).unwrap_or(u32::MAX));
        Chip { name: format!("{name} {count}"), href: address(&filter, None), is_on }
    };
    let totals = chat.totals().await?;
    let all = totals.iter().map(|total| count(total.active, total.archived)).sum();
    let sources = totals.iter().filter(|total| count(total.active, total.archived) > 0).map(|total| {
        let count = count(total.active, total.archived);
        chip(source_names(&total.source).0, count, Some(total.source.as_str()), None)
    });
    let in_projects = projects.iter().filter(|total| count(total.active, total.archived) > 0).map(|total| {
        let count = count(total.active, total.archived);
        chip(texts().in_project(&total.project), count, None, Some(&total.project))
    });
    let chips: Vec<Chip> =
        std::iter::once(chip(texts().all().to_owned(), all, None, None)).chain(sources).chain(in_projects).collect();
    Ok(chips)
}

fn shelf_line(summary: &ConversationSummary) -> ShelfLine {
    ShelfLine {
        id: summary.session_id.clone(),
        name: summary.display_name().unwrap_or(texts().untitled()).to_owned(),
        about: about(summary),
    }
}

fn about(summary: &ConversationSummary) -> String {
    let texts = texts();
    let (source, _) = source_names(&summary.source);
    let day = dates::day(summary.last_updated, 0, texts);
    let line = texts.shelf_line(&source, &day, &texts.turn_count(summary.turn_count));
    if summary.pinned { texts.shelf_pinned(&line) } else { line }
}

/// The address of a list.
fn address(wanted: &Wanted, after: Option<(Timestamp, &str)>) -> String {
    let path = match wanted.which.as_str() {
        which @ ("trash" | "archive") => which,
        _ => "conversations",
    };
    let encoded = super::import_list::encoded;
    let mut parameters = Vec::new();
    let filters = [("source", &wanted.source), ("project", &wanted.project)];
    parameters.extend(
        filters
            .into_iter()
            .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={}", encoded(value)))),
    );
    parameters.extend(after.map(|(time, id)| format!("before={}&id={}", time.milliseconds(), encoded(id))));
    if parameters.is_empty() { format!("/{path}") } else { format!("/{path}?{}", parameters.join("&")) }
}

/// Does what a form says to the conversations that were chosen.
pub async fn manage(chat: &Chat, action: &str, ids: Vec<String>, project: String, moment: i64) -> Result<(), ApiError> {
    let what = match action {
        "pin" => Management::Pin(true),
        "unpin" => Management::Pin(false),
        "archive" => Management::Archive(true),
        "unarchive" => Management::Archive(false),
        "move" => Management::Move(Some(project)),
        "delete" => Management::Delete,
        "restore" => Management::Restore,
        "undo" => {
            chat.restore_moment(Timestamp::from_milliseconds(moment)).await?;
            return Ok(());
        }
        "empty" => {
            chat.empty_trash().await?;
            return Ok(());
        }
        _ => return Err(ApiError::Refused("This can not be done to conversations. Nothing was changed.".to_owned())),
    };
    chat.manage(ids, what).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Wanted, address};
    use aios_model::Timestamp;

    #[test]
    fn a_filter_is_kept_on_the_next_page_whatever_it_is_called() {
        let wanted =
            Wanted { which: "archive".to_owned(), source: None, project: Some("a&b ü".to_owned()), after: None };
        let next = address(&wanted, Some((Timestamp::from_milliseconds(-7), "x/y")));
        assert_eq!(next, "/archive?project=a%26b%20%C3%BC&before=-7&id=x%2Fy");
    }
}

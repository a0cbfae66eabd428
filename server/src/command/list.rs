//! `list`.

use super::{
    Error,
    output::{self, plain, print},
    with_chat,
};
use crate::settings::arguments::{ListOptions, SharedOptions};
use aios_chat::{Chat, ListQuery};
use aios_model::{ConversationSummary, Source, Timestamp};

/// How many lines are read at a time.
const PAGE: u32 = 500;

/// Lists conversations page by page, so that the memory does not grow with the history.
pub(super) fn run(shared: SharedOptions, options: ListOptions) -> Result<(), Error> {
    with_chat(shared, async |chat| {
        let mut left = options.limit.unwrap_or(usize::MAX);
        let mut pages = Pages::of(&options);
        let mut separator = "[\n";
        while left > 0 {
            let conversations = pages.next(chat, PAGE.min(u32::try_from(left).unwrap_or(PAGE))).await?;
            left = left.saturating_sub(conversations.len());
            let mut text = String::new();
            for conversation in &conversations {
                if options.json {
                    text.push_str(separator);
                    text.push_str(&output::json(conversation)?);
                    separator = ",\n";
                } else {
                    text.push_str(&line(conversation));
                }
            }
            print(&text)?;
            if pages.is_end() {
                break;
            }
        }
        match (options.json, separator) {
            (true, "[\n") => print("[]\n"),
            (true, _) => print("\n]\n"),
            (false, _) => Ok(()),
        }
    })
}

/// What is listed, and how far that is.
enum Pages {
    History(Box<ListQuery>),
    Trash(Option<(Timestamp, String)>),
}

impl Pages {
    fn of(options: &ListOptions) -> Pages {
        if options.trash {
            return Pages::Trash(None);
        }
        Pages::History(Box::new(ListQuery {
            archived: options.archived,
            source: options.source.as_deref().map(Source::from_name),
            project: options.project.clone(),
            pinned: options.pinned,
            ..ListQuery::default()
        }))
    }

    async fn next(&mut self, chat: &Chat, limit: u32) -> Result<Vec<ConversationSummary>, Error> {
        match self {
            Pages::History(query) => {
                query.limit = limit;
                let page = chat.list((**query).clone()).await?;
                query.after = page.next;
                Ok(page.conversations)
            }
            Pages::Trash(after) => {
                let page = chat.trash(after.take(), limit).await?;
                *after = page.next;
                Ok(page.lines.into_iter().map(|line| line.summary).collect())
            }
        }
    }

    fn is_end(&self) -> bool {
        match self {
            Pages::History(query) => query.after.is_none(),
            Pages::Trash(after) => after.is_none(),
        }
    }
}

/// `2026-01-31 12:00  ID  12 turns  chatgpt  Name`; the time is UTC.
fn line(conversation: &ConversationSummary) -> String {
    let time = conversation.last_updated.to_string();
    let (date, time) = (time.get(..10).unwrap_or_default(), time.get(11..16).unwrap_or_default());
    format!(
        "{date} {time}  {}  {:>5} turns  {:<10}  {}\n",
        plain(&conversation.session_id),
        conversation.turn_count,
        plain(conversation.source.as_str()),
        plain(conversation.display_name().unwrap_or("(no name)")),
    )
}

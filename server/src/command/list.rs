//! `list`.

use super::{
    Error,
    output::{self, plain, print},
    with_chat,
};
use crate::settings::arguments::{ListOptions, SharedOptions};
use aios_chat::ListQuery;
use aios_model::ConversationSummary;

/// How many lines are read at a time.
const PAGE: u32 = 500;

/// Lists conversations page by page, so that the memory does not grow with the history.
pub(super) fn run(shared: SharedOptions, options: ListOptions) -> Result<(), Error> {
    with_chat(shared, async |chat| {
        let mut left = options.limit.unwrap_or(usize::MAX);
        let mut query = ListQuery { archived: options.archived, ..ListQuery::default() };
        let mut separator = "[\n";
        while left > 0 {
            query.limit = PAGE.min(u32::try_from(left).unwrap_or(PAGE));
            let page = chat.list(query.clone()).await?;
            left = left.saturating_sub(page.conversations.len());
            let mut text = String::new();
            for conversation in &page.conversations {
                if options.json {
                    text.push_str(separator);
                    text.push_str(&output::json(conversation)?);
                    separator = ",\n";
                } else {
                    text.push_str(&line(conversation));
                }
            }
            print(&text)?;
            query.after = page.next;
            if query.after.is_none() {
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

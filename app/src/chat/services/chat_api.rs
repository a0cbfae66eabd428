//! The server functions. Each parses, asks `aios_chat::Chat`, and answers; the operation itself lives there.
#![expect(missing_docs, reason = "`#[server]` makes a struct of the arguments, which the function documents")]

use super::text_json::{Json, TextJson};
use crate::chat::types::{
    chat::{OpenConversation, Place},
    imports::ImportList,
    ratings::{RatingFilter, RatingList},
    shelf::Shelf,
};
use crate::texts::texts;
use aios_model::{BatchCursor, ConversationPage, FullReport, ImportBatch, Rating, SearchHit, Timestamp};
use aios_protocol::{
    agents::{AgentModels, DatabaseMode},
    import::{CompareKey, Compared, SaveOutcome},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Why a server function has no answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "message", rename_all = "snake_case")]
pub enum ApiError {
    /// There is no such conversation or turn.
    NotFound(String),
    /// The server refused it, and why, as a sentence for a person.
    Refused(String),
    /// The server could not be reached or did not answer as it should.
    Unreachable(String),
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ApiError::NotFound(message) | ApiError::Refused(message) => formatter.write_str(message),
            ApiError::Unreachable(_) => formatter.write_str(texts().no_answer()),
        }
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = TextJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        ApiError::Unreachable(error.to_string())
    }
}

#[cfg(feature = "ssr")]
impl From<aios_chat::Error> for ApiError {
    fn from(error: aios_chat::Error) -> Self {
        let message = super::refusals::sentence(&error);
        match error.kind() {
            aios_chat::ErrorKind::NotFound => ApiError::NotFound(message),
            _ => ApiError::Refused(message),
        }
    }
}

/// A page of the list, with the server's clock: both sides group by the same "today".
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Listing {
    /// The lines.
    pub page: ConversationPage,
    /// When it was made.
    pub now: Timestamp,
    /// Which history is open.
    pub mode: DatabaseMode,
    /// What was moved to the trash in the last minute, if something was: when, in milliseconds, and how much.
    pub moved: Option<(i64, u32)>,
}

/// What the library page tells.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Overview {
    /// Conversations by source, the largest first.
    pub sources: Vec<SourceTotal>,
    /// Conversations begun in each week, by source; weeks count from the Monday 1970-01-05.
    pub weeks: Vec<WeekTotal>,
    /// When it was made.
    pub now: Timestamp,
}

/// How much came from a source.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SourceTotal {
    /// The source.
    pub source: aios_model::Source,
    /// Conversations.
    pub conversations: u32,
    /// Turns in them.
    pub turns: u32,
}

/// Conversations begun in one week.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WeekTotal {
    /// The source.
    pub source: aios_model::Source,
    /// The week.
    pub week: i32,
    /// Conversations.
    pub conversations: u32,
}

#[cfg(feature = "ssr")]
fn chat() -> aios_chat::Chat {
    expect_context::<aios_chat::Chat>()
}

/// Lists the conversations that are kept at the top, the latest 100 of them, and the latest of all: `limit` lines, at most 1,000.
#[server(prefix = "/api/fn", endpoint = "list", input = Json, output = Json)]
pub async fn list_conversations(limit: u32) -> Result<Listing, ApiError> {
    let (chat, now) = (chat(), aios_chat::now());
    let query = aios_chat::ListQuery { pinned: true, limit: 100, ..Default::default() };
    let pinned = chat.list(query).await?.conversations;
    let query = aios_chat::ListQuery { limit: limit.min(1000), ..Default::default() };
    let mut page = chat.list(query).await?;
    page.conversations.retain(|line| pinned.iter().all(|shown| shown.session_id != line.session_id));
    page.conversations.splice(..0, pinned);
    let since = Timestamp::from_milliseconds(now.milliseconds() - 60_000);
    let moved = chat.last_trashed(since).await?.map(|(moment, count)| (moment.milliseconds(), count));
    Ok(Listing { page, now, mode: chat.mode(), moved })
}

/// Lists conversations to put them in order: those in the `trash`, in the `archive`, or the others.
#[server(prefix = "/api/fn", endpoint = "shelf", input = Json, output = Json)]
pub async fn get_shelf(
    which: String,
    source: Option<String>,
    project: Option<String>,
    after: Option<(i64, String)>,
) -> Result<Shelf, ApiError> {
    super::shelf::shelf(&chat(), super::shelf::Wanted { which, source, project, after }).await
}

/// Does something to the conversations that were chosen. `project` is for moving them, `moment` for taking back what was deleted then.
#[server(prefix = "/api/fn", endpoint = "manage", output = Json)]
pub async fn manage_conversations(
    action: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] project: String,
    #[server(default)] moment: i64,
) -> Result<(), ApiError> {
    super::shelf::manage(&chat(), &action, ids, project, moment).await
}

/// The names of the projects that there are.
#[server(prefix = "/api/fn", endpoint = "projects", input = Json, output = Json)]
pub async fn list_projects() -> Result<Vec<String>, ApiError> {
    Ok(chat().projects().await?.into_iter().map(|total| total.project).collect())
}

/// Tells how much is in the history.
#[server(prefix = "/api/fn", endpoint = "overview", input = Json, output = Json)]
pub async fn history_overview() -> Result<Overview, ApiError> {
    let chat = chat();
    let (totals, weeks) = (chat.totals().await?, chat.weeks().await?);
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut sources: Vec<SourceTotal> = totals
        .into_iter()
        .map(|total| SourceTotal {
            source: total.source,
            conversations: count(total.active + total.archived),
            turns: count(total.turns),
        })
        .collect();
    sources.sort_by_key(|total| std::cmp::Reverse(total.conversations));
    let weeks = weeks.into_iter().map(|total| WeekTotal {
        source: total.source,
        week: total.week,
        conversations: count(total.conversations),
    });
    Ok(Overview { sources, weeks: weeks.collect(), now: aios_chat::now() })
}

/// Opens a conversation at a place in it, with a page of turns, or `limit` of them.
#[server(prefix = "/api/fn", endpoint = "conversation", input = Json, output = Json)]
pub async fn get_conversation(
    session_id: String,
    place: Place,
    limit: Option<u32>,
) -> Result<OpenConversation, ApiError> {
    let limit = limit.unwrap_or(crate::chat::utils::constants::TURNS_PER_PAGE);
    let chat = chat();
    let mut open = super::open_conversation::window(&chat, &session_id, place, limit).await?;
    open.presets = chat.presets().await?.into_iter().map(|preset| (preset.id, preset.name)).collect();
    open.preset = chat.preset_of(&session_id).await?.map(|preset| preset.id);
    let turn_ids: Vec<i64> = open.turns.iter().map(|turn| turn.id).collect();
    for (turn_id, error) in chat.failures(turn_ids.clone()).await? {
        open.turns.iter_mut().filter(|turn| turn.id == turn_id).for_each(|turn| turn.error = Some(error.clone()));
    }
    for (turn_id, notice) in chat.notices(turn_ids).await? {
        open.turns
            .iter_mut()
            .filter(|turn| turn.id == turn_id)
            .for_each(|turn| turn.steps.push(crate::chat::types::chat::Step::Notice(notice.clone())));
    }
    Ok(open)
}

/// The same as [`get_conversation`], with what it takes to show it.
pub async fn fetch_conversation(
    session_id: String,
    place: Place,
    limit: Option<u32>,
) -> Result<OpenConversation, ApiError> {
    let conversation = get_conversation(session_id, place, limit).await;
    #[cfg(feature = "hydrate")]
    super::markdown::load().await;
    conversation
}

/// The questions of a conversation, of a long one 200 that are spread over it: the id of the turn, its number, and the first words.
#[server(prefix = "/api/fn", endpoint = "outline", input = Json, output = Json)]
pub async fn get_outline(session_id: String) -> Result<Vec<(i64, u32, String)>, ApiError> {
    let lines = chat().outline(&session_id, 200).await?;
    Ok(lines.into_iter().map(|line| (line.turn_id, line.earlier.saturating_add(1), line.words)).collect())
}

/// Names a conversation.
#[server(prefix = "/api/fn", endpoint = "rename", output = Json)]
pub async fn rename_conversation(session_id: String, name: String) -> Result<(), ApiError> {
    Ok(chat().rename(&session_id, &name).await?)
}

/// Puts a conversation away, or takes it back.
#[server(prefix = "/api/fn", endpoint = "archive", output = Json)]
pub async fn archive_conversation(session_id: String, archived: bool) -> Result<(), ApiError> {
    let chat = chat();
    Ok(if archived { chat.archive(&session_id).await } else { chat.unarchive(&session_id).await }?)
}

/// Moves a conversation to the trash and goes to the library.
#[server(prefix = "/api/fn", endpoint = "delete", output = Json)]
pub async fn delete_conversation(session_id: String) -> Result<(), ApiError> {
    chat().delete(&session_id).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Does something from a turn on, and goes where it leads: `prune` moves the turn and all behind it to the trash, `duplicate` begins a conversation
/// with copies of all up to it.
#[server(prefix = "/api/fn", endpoint = "turn", output = Json)]
pub async fn act_on_turn(session_id: String, turn_id: i64, act: String) -> Result<(), ApiError> {
    let chat = chat();
    let shown = match act.as_str() {
        "prune" => {
            let pruned = chat.prune(&session_id, turn_id).await?;
            // If nothing else was said in it, it went as a whole.
            Some(session_id).filter(|session_id| pruned.session_id != *session_id)
        }
        "duplicate" => Some(chat.duplicate(&session_id, Some(turn_id)).await?),
        _ => return Err(ApiError::Refused("This can not be done with a turn. Nothing was changed.".to_owned())),
    };
    let path = shown.map(|session_id| format!("/c/{}", super::import_list::encoded(&session_id)));
    leptos_axum::redirect(path.as_deref().unwrap_or("/"));
    Ok(())
}

/// Sets the instructions of a conversation; empty for none. With a name they are kept as a preset as well.
#[server(prefix = "/api/fn", endpoint = "system_prompt", output = Json)]
pub async fn set_system_prompt(
    session_id: String,
    prompt: String,
    #[server(default)] name: String,
) -> Result<(), ApiError> {
    let chat = chat();
    if !name.trim().is_empty() {
        chat.save_preset(&name, &prompt).await?;
    }
    let prompt = Some(prompt).filter(|prompt| !prompt.trim().is_empty());
    Ok(chat.set_system_prompt(&session_id, prompt).await?)
}

/// Does something with a preset: `use` it in a conversation, make it the `default`, or `delete` it. Number 0 is none.
#[server(prefix = "/api/fn", endpoint = "preset", output = Json)]
pub async fn act_on_preset(session_id: String, preset: i64, act: String) -> Result<(), ApiError> {
    let chosen = Some(preset).filter(|preset| *preset != 0);
    match act.as_str() {
        "use" => chat().use_preset(&session_id, chosen).await?,
        "default" => chat().set_default_preset(chosen).await?,
        "delete" => chat().delete_preset(preset).await?,
        _ => return Err(ApiError::Refused("This can not be done with a preset. Nothing was changed.".to_owned())),
    }
    Ok(())
}

/// Rates an answer, or takes the rating back.
#[server(prefix = "/api/fn", endpoint = "rate", input = Json, output = Json)]
pub async fn rate_turn(turn_id: i64, rating: Option<Rating>) -> Result<(), ApiError> {
    Ok(chat().rate(turn_id, rating, None).await?)
}

/// Lists ratings, latest first: 50 of them.
#[server(prefix = "/api/fn", endpoint = "ratings", input = Json, output = Json)]
pub async fn list_ratings(filter: RatingFilter) -> Result<RatingList, ApiError> {
    super::rating_list::rating_list(&chat(), filter).await
}

/// Changes what was said about an answer: `up`, `down`, or `none` to take the rating back. Tags have commas between.
#[server(prefix = "/api/fn", endpoint = "edit_rating", output = Json)]
pub async fn edit_rating(turn_id: i64, rating: String, tags: String, comment: String) -> Result<(), ApiError> {
    let rating = match rating.as_str() {
        "up" => Rating::Up,
        "down" => Rating::Down,
        "none" => return Ok(chat().rate(turn_id, None, None).await?),
        _ => return Err(ApiError::Refused("A rating is up, down or none. Nothing was changed.".to_owned())),
    };
    Ok(chat().edit_rating(turn_id, rating, &[tags], &comment).await?)
}

/// Searches the history.
#[server(prefix = "/api/fn", endpoint = "search", input = Json, output = Json)]
pub async fn search(query: String) -> Result<Vec<SearchHit>, ApiError> {
    Ok(chat().search(&query, crate::chat::utils::constants::SEARCH_RESULTS).await?)
}

/// Says who can answer.
#[server(prefix = "/api/fn", endpoint = "models", input = Json, output = Json)]
pub async fn models() -> Result<AgentModels, ApiError> {
    Ok(chat().models().await)
}

/// Opens the other history for as long as the browser is open, and goes to its library.
#[server(prefix = "/api/fn", endpoint = "mode", output = Json)]
pub async fn set_mode(mode: DatabaseMode) -> Result<(), ApiError> {
    let chat = chat();
    if chat.only_mode().is_none() {
        // Whether it opens is known before the browser is told to ask for it.
        chat.in_mode(mode).await?;
        let word = if mode == DatabaseMode::Demo { "demo" } else { "personal" };
        let cookie = format!("{}={word}; Path=/; HttpOnly; SameSite=Lax", aios_protocol::agents::MODE_COOKIE);
        if let Ok(cookie) = http::HeaderValue::try_from(cookie) {
            expect_context::<leptos_axum::ResponseOptions>().append_header(http::header::SET_COOKIE, cookie);
        }
    }
    leptos_axum::redirect("/");
    Ok(())
}

/// Chooses the language of the interface for this browser, and goes back to the page that it was asked on.
#[server(prefix = "/api/fn", endpoint = "language", output = Json)]
pub async fn set_language(language: String) -> Result<(), ApiError> {
    let Some(language) = aios_texts::Language::of_code(&language) else {
        return Err(ApiError::Refused(texts().no_such_language().to_owned()));
    };
    // A year; browsers keep no cookie longer than 400 days.
    let cookie = format!("{}={}; Path=/; Max-Age=31536000; SameSite=Lax", crate::texts::COOKIE, language.code());
    if let Ok(cookie) = http::HeaderValue::try_from(cookie) {
        expect_context::<leptos_axum::ResponseOptions>().append_header(http::header::SET_COOKIE, cookie);
    }
    Ok(())
}

/// Chooses how the interface looks and behaves in this browser, for a year. What is not said stays as it is.
#[server(prefix = "/api/fn", endpoint = "settings", output = Json)]
pub async fn save_settings(
    theme: Option<String>,
    face: Option<String>,
    size: Option<String>,
    width: Option<String>,
    send: Option<String>,
    letters: Option<String>,
) -> Result<(), ApiError> {
    use crate::chat::types::settings::Settings;
    let mut settings = Settings::here();
    let said =
        [("theme", theme), ("face", face), ("size", size), ("width", width), ("send", send), ("letters", letters)];
    for (name, value) in said {
        if value.is_some_and(|value| !settings.choose(name, &value)) {
            return Err(ApiError::Refused("There is no such setting. Nothing was changed.".to_owned()));
        }
    }
    let (name, value) = (Settings::COOKIE, settings.written());
    let cookie = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=31536000");
    if let Ok(cookie) = http::HeaderValue::try_from(cookie) {
        expect_context::<leptos_axum::ResponseOptions>().append_header(http::header::SET_COOKIE, cookie);
    }
    Ok(())
}

/// Makes the demo what it was in the beginning, and goes to its library.
#[server(prefix = "/api/fn", endpoint = "demo_reset", output = Json)]
pub async fn reset_demo() -> Result<(), ApiError> {
    chat().reset_demo().await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Stores conversations of an import; the body is a `SaveBatch`. The worker calls it by its path.
#[server(prefix = "/api/fn", endpoint = "import_save", input = Json, output = Json)]
pub async fn import_save(
    import_id: String,
    feeds: bool,
    conversations: Vec<aios_model::Conversation>,
) -> Result<Vec<SaveOutcome>, ApiError> {
    Ok(chat().import_save(aios_protocol::import::SaveBatch { import_id, feeds, conversations }).await?)
}

/// Compares conversations of an export with the history; the body is a `Compare`. The worker calls it by its path.
#[server(prefix = "/api/fn", endpoint = "import_compare", input = Json, output = Json)]
pub async fn import_compare(keys: Vec<CompareKey>) -> Result<Compared, ApiError> {
    Ok(chat().import_compare(aios_protocol::import::Compare { keys }).await?)
}

/// Says that an import begins; the body is a `Begin`. The worker calls it by its path.
#[server(prefix = "/api/fn", endpoint = "import_begin", input = Json, output = Json)]
pub async fn import_begin(import_id: String, files: Vec<String>) -> Result<(), ApiError> {
    Ok(chat().import_begin(aios_protocol::import::Begin { import_id, files }).await?)
}

/// Says how an import ended; the body is a `Finish`. The worker calls it by its path.
#[server(prefix = "/api/fn", endpoint = "import_finish", input = Json, output = Json)]
pub async fn import_finish(import_id: String, cancelled: bool, report: FullReport) -> Result<ImportBatch, ApiError> {
    Ok(chat().import_finish(aios_protocol::import::Finish { import_id, cancelled, report }).await?)
}

/// Lists imports, latest first: 50 of them, after the one that was last on the page before.
#[server(prefix = "/api/fn", endpoint = "imports", input = Json, output = Json)]
pub async fn list_imports(after: Option<BatchCursor>) -> Result<ImportList, ApiError> {
    Ok(super::import_list::import_list(chat().imports(after, 50).await?))
}

/// One import. Its report is a file to keep, at `REPORT_PATH`.
#[server(prefix = "/api/fn", endpoint = "import", input = Json, output = Json)]
pub async fn get_import(import_id: String) -> Result<ImportBatch, ApiError> {
    Ok(chat().import_batch(&import_id).await?)
}

/// Takes away everything that an import brought, and says what went in `undone`.
#[server(prefix = "/api/fn", endpoint = "import_undo", output = Json)]
pub async fn undo_import(import_id: String) -> Result<ImportBatch, ApiError> {
    Ok(chat().undo_import(&import_id).await?)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{ImportBegin, ImportCompare, ImportFinish, ImportSave, UndoImport};
    use aios_protocol::import::{BEGIN_PATH, COMPARE_PATH, FINISH_PATH, SAVE_BATCH_PATH, UNDO_PATH};
    use leptos::server_fn::ServerFn;

    #[test]
    fn the_worker_calls_the_paths_that_the_functions_have() {
        assert_eq!(ImportSave::PATH, SAVE_BATCH_PATH);
        assert_eq!(ImportCompare::PATH, COMPARE_PATH);
        assert_eq!(ImportBegin::PATH, BEGIN_PATH);
        assert_eq!(ImportFinish::PATH, FINISH_PATH);
        assert_eq!(UndoImport::PATH, UNDO_PATH);
    }
}

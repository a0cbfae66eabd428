//! What AI OS's sidebar shows and edits: the state, and the prompts for summaries.

use super::answer::{Answer, Asked, Body, Refusal, Refused};
use aios_chat::contract::Contract;
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Prompt {
    /// What a model is told; not blank, at most 16 KiB.
    #[schema(min_length = 1)]
    prompt: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Success {
    success: bool,
}

/// What a model is told that summarises a conversation.
#[utoipa::path(get, path = "/api/conversations/summary/prompt", tag = "conversations",
    responses((status = 200, description = "The prompt", body = Prompt)))]
pub(super) async fn conversation_prompt(State(contract): State<Contract>) -> Answer<Prompt> {
    Ok(Json(Prompt { prompt: contract.conversation_prompt().await? }))
}

/// Changes what a model is told that summarises a conversation.
#[utoipa::path(put, path = "/api/conversations/summary/prompt", tag = "conversations", request_body = Prompt,
    responses(
        (status = 200, description = "It is kept", body = Success),
        (status = 400, description = "It is blank or too long", body = Refusal)))]
pub(super) async fn set_conversation_prompt(
    State(contract): State<Contract>,
    Body(request): Body<Prompt>,
) -> Answer<Success> {
    contract.set_conversation_prompt(&request.prompt).await?;
    Ok(Json(Success { success: true }))
}

/// The prompt for summaries of files. It is kept for AI OS's clients; this program summarises no files.
#[utoipa::path(get, path = "/api/workspace/summary/prompt", tag = "workspace",
    responses((status = 200, description = "The prompt", body = Prompt)))]
pub(super) async fn file_prompt(State(contract): State<Contract>) -> Answer<Prompt> {
    Ok(Json(Prompt { prompt: contract.file_prompt().await? }))
}

/// Changes the prompt for summaries of files.
#[utoipa::path(put, path = "/api/workspace/summary/prompt", tag = "workspace", request_body = Prompt,
    responses(
        (status = 200, description = "It is kept", body = Success),
        (status = 400, description = "It is blank or too long", body = Refusal)))]
pub(super) async fn set_file_prompt(State(contract): State<Contract>, Body(request): Body<Prompt>) -> Answer<Success> {
    contract.set_file_prompt(&request.prompt).await?;
    Ok(Json(Success { success: true }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// What the history is looked through for.
    query: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct BuiltState {
    /// Who answers, in which conversation, with which instructions, and what the history says about `query`.
    state: String,
    /// Characters of it.
    char_count: usize,
    query: Option<String>,
}

/// What a model is told before the next message, as text.
#[utoipa::path(get, path = "/api/subconscious/build_state", tag = "subconscious", params(StateQuery),
    responses((status = 200, description = "The state", body = BuiltState)))]
pub(super) async fn build_state(
    State(contract): State<Contract>,
    Asked(asked): Asked<StateQuery>,
) -> Answer<BuiltState> {
    let state = contract.state(asked.query.as_deref()).await?;
    Ok(Json(BuiltState { char_count: state.chars().count(), state, query: asked.query }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ThreadsQuery {
    /// How much the original would tell, 1 to 3; here it is told back.
    #[param(minimum = 1, maximum = 3)]
    level: Option<u8>,
    /// What the history is looked through for.
    query: Option<String>,
    /// Names of threads, with commas between them; all if not said.
    threads: Option<String>,
}

/// What a thread of AI OS says of itself. This program is one of them: the history.
#[derive(Serialize, ToSchema)]
pub(super) struct Thread {
    health: ThreadHealth,
    state: ThreadState,
    /// Conversations.
    fact_count: u64,
}

#[derive(Serialize, ToSchema)]
struct ThreadHealth {
    status: &'static str,
    message: String,
    details: ThreadDetails,
}

#[derive(Serialize, ToSchema)]
struct ThreadDetails {
    /// Turns.
    row_count: u64,
}

#[derive(Serialize, ToSchema)]
struct ThreadState {
    name: &'static str,
    purpose: &'static str,
    status: &'static str,
    last_sync: String,
    module_count: u32,
    modules: Vec<String>,
}

/// Something that the history says about the question.
#[derive(Serialize, ToSchema)]
struct Fact {
    fact: String,
    /// The conversation.
    source: String,
}

#[derive(Serialize, ToSchema)]
struct ThreadsMeta {
    level: u8,
    total_facts: u64,
    timestamp: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Threads {
    /// By name.
    state: BTreeMap<&'static str, Thread>,
    context: Vec<Fact>,
    relevant_concepts: Vec<String>,
    meta: ThreadsMeta,
}

/// The name of the one thread that there is here.
const HISTORY: &str = "history";

/// What the parts of the system say of themselves, as AI OS's chat page asks every few seconds.
#[utoipa::path(get, path = "/api/subconscious/state", tag = "subconscious", params(ThreadsQuery),
    responses(
        (status = 200, description = "The threads", body = Threads),
        (status = 422, description = "The level is not 1 to 3", body = Refusal)))]
pub(super) async fn threads(State(contract): State<Contract>, Asked(asked): Asked<ThreadsQuery>) -> Answer<Threads> {
    let level = asked.level.unwrap_or(2);
    if !(1..=3).contains(&level) {
        return Err(Refused(StatusCode::UNPROCESSABLE_ENTITY, "level is 1, 2 or 3.".to_owned()));
    }
    let is_wanted = asked.threads.is_none_or(|names| names.split(',').any(|name| name.trim() == HISTORY));
    let timestamp = aios_chat::now().to_string();
    let mut state = BTreeMap::new();
    let mut context = Vec::new();
    let mut total_facts = 0;
    if is_wanted {
        let totals = contract.history_totals().await?;
        total_facts = totals.conversations;
        let thread = Thread {
            health: ThreadHealth {
                status: "ok",
                message: format!("{} conversations, {} turns", totals.conversations, totals.turns),
                details: ThreadDetails { row_count: totals.turns },
            },
            state: ThreadState {
                name: HISTORY,
                purpose: "Every conversation that is kept here",
                status: "healthy",
                last_sync: timestamp.clone(),
                module_count: 0,
                modules: Vec::new(),
            },
            fact_count: totals.conversations,
        };
        state.insert(HISTORY, thread);
        if let Some(query) = asked.query.as_deref().map(str::trim).filter(|query| !query.is_empty()) {
            let memories = contract.memories(query).await?;
            context = memories.into_iter().map(|(source, fact)| Fact { fact, source }).collect();
        }
    }
    let meta = ThreadsMeta { level, total_facts, timestamp };
    Ok(Json(Threads { state, context, relevant_concepts: Vec::new(), meta }))
}

//! The contract of AI OS: the REST endpoints and the websocket frames that its own web and mobile clients speak, over our history.
//!
//! The shapes are those of AI OS as of 2026-05-15; one file here is one resource. Its clients run unchanged. What the original does wrong is done
//! otherwise behind the same shapes:
//!
//! | in the original | here |
//! |---|---|
//! | `GET` of a conversation raises its weight | reading changes nothing |
//! | an `upload_id` is joined to a path and the path is deleted | it is a key of a table; no name from outside is part of a path |
//! | uploads and statistics tell paths of the server | they tell names |
//! | the whole upload is held in memory and extracted to the disk | it is streamed to a file and read in place, so limits on entries are not needed |
//! | a `model_id` is written into the environment of the process | it counts for the message; `POST /api/models/current` for messages without one |
//! | a frame's `endpoint` is called | it is ignored: no client names an address that the server calls |
//! | `session_id` of a message is ignored and never answered | it is taken, and answered |
//! | ids differ between a live and a reloaded message, and collide within a second | `assistant_` and the turn's time in milliseconds, always |
//! | ratings are lines of two files, lost on reload | rows of `message_ratings`; the files are made by the export |
//! | two more queries a conversation in the list | one query a page |
//! | search by `LIKE` with its wildcards open | the search that our own pages have |
//! | an export answers `success` with nothing imported | 400 with the reason; importing twice is importing once |
//! | answers are cut into words after they are whole, and lose their line breaks | pieces leave as the model writes them, whole text and all |
//! | the websocket checks no token and no origin | it passes the guards of every request |
//!
//! Clients that name no conversation share the current one, as in the original: it is one person's program.
//!
//! `GET /openapi.json` describes all of it, out of the code; `GET /docs` is the same to be read.

mod answer;
mod changes;
mod chat;
mod conversations;
mod database;
mod document;
mod exports;
mod imports;
mod models;
pub(crate) mod origins;
mod ratings;
pub(crate) mod socket;
mod state;

pub use document::document;
pub(crate) use imports::{UPLOAD_BODY, UPLOAD_PATH};
pub use origins::{Origin, ParseOriginError};

use aios_chat::contract::Contract;
use axum::Router;
use utoipa_axum::{router::OpenApiRouter, routes};

/// All endpoints, with what describes them.
fn described() -> OpenApiRouter<Contract> {
    OpenApiRouter::new()
        .routes(routes!(chat::history))
        .routes(routes!(chat::send))
        .routes(routes!(chat::agent_status))
        .routes(routes!(chat::clear))
        .routes(routes!(chat::start_session))
        .routes(routes!(chat::set_session))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::create))
        .routes(routes!(conversations::get, conversations::delete))
        .routes(routes!(conversations::rename))
        .routes(routes!(conversations::archive))
        .routes(routes!(conversations::unarchive))
        .routes(routes!(conversations::delete_source))
        .routes(routes!(conversations::summarize))
        .routes(routes!(state::conversation_prompt, state::set_conversation_prompt))
        .routes(routes!(state::file_prompt, state::set_file_prompt))
        .routes(routes!(state::build_state))
        .routes(routes!(state::threads))
        .routes(routes!(exports::one))
        .routes(routes!(exports::all))
        .routes(routes!(ratings::rate))
        .routes(routes!(ratings::stats))
        .routes(routes!(imports::upload))
        .routes(routes!(imports::parse))
        .routes(routes!(imports::commit))
        .routes(routes!(imports::status))
        .routes(routes!(models::list))
        .routes(routes!(models::current, models::set_current))
        .routes(routes!(models::providers))
        .routes(routes!(models::setup_status))
        .routes(routes!(database::mode))
        .routes(routes!(database::set_mode))
        .routes(routes!(changes::after, changes::replay))
        .routes(routes!(changes::conversations))
        .routes(routes!(changes::turns))
}

/// The routes of the contract and of its description.
pub(crate) fn routes(contract: Contract) -> Router {
    let (router, _) = described().split_for_parts();
    router.with_state(contract).merge(document::routes())
}

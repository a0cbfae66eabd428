//! The browser's side: messages, files, requests.

use crate::{Host, Jobs, ServerError};
use aios_import::OpenedFile;
use aios_model::{FullReport, ImportBatch, Undone};
use aios_protocol::{
    import::{
        BEGIN_PATH, Begin, COMPARE_PATH, Compare, Compared, DATABASE_BYTES, DATABASE_PATH, FILE_BYTES, FILE_PATH,
        FINISH_PATH, SAVE_BATCH_PATH, SaveOutcome, UNDO_PATH,
    },
    worker::{Command, Event},
};
use files::ChosenFiles;
use gloo_net::http::Request;
use js_sys::{Array, Uint8Array};
use std::{io::Read, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, MessageChannel, MessageEvent, Url, UrlSearchParams};

mod files;

/// Starts the worker: from here on it takes commands. To be called once, in a dedicated worker.
///
/// # Errors
/// If it is called somewhere else.
#[wasm_bindgen]
pub fn start() -> Result<(), JsValue> {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into()?;
    let jobs = Rc::new(Jobs::new(Browser { scope: scope.clone(), channel: MessageChannel::new()? }));
    let on_message = wasm_bindgen::closure::Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        // Only the page of this very application can post here; what is no command is none of the worker's business.
        if let Some((command, files)) = command(&event.data()) {
            let jobs = jobs.clone();
            spawn_local(async move { jobs.handle(command, files).await });
        }
    });
    scope.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    Ok(())
}

/// A command and the files with it, out of a message: JSON alone, or an array of JSON and files.
fn command(message: &JsValue) -> Option<(Command, ChosenFiles)> {
    let mut values = match message.dyn_ref::<js_sys::Array>() {
        Some(array) => array.to_vec(),
        None => vec![message.clone()],
    }
    .into_iter();
    let command: Command = serde_json::from_str(&values.next()?.as_string()?).ok()?;
    let files = values.filter_map(|value| value.dyn_into::<File>().ok()).collect();
    let names = if let Command::Outline { names, .. } = &command { names.clone() } else { Vec::new() };
    Some((command, ChosenFiles::new(files, names)))
}

/// Bytes of a file that are handed to the browser at once on their way to the server.
const PIECE: usize = 1024 * 1024;

struct Browser {
    scope: DedicatedWorkerGlobalScope,
    /// A way to come back behind all messages that wait. A timer would come back later: browsers slow nested ones down.
    channel: MessageChannel,
}

impl Host for Browser {
    type Files = ChosenFiles;
    type Report = Blob;

    fn post(&self, event: &Event) {
        // Events are strings, numbers and lists, so this is always JSON; posting a string fails only without memory.
        if let Ok(json) = serde_json::to_string(event) {
            let _ = self.scope.post_message(&JsValue::from_str(&json));
        }
    }

    async fn compare(&self, compare: &Compare) -> Result<Compared, ServerError> {
        let body = serde_json::to_string(compare).map_err(|_| ServerError::NotUnderstood)?;
        let answer = request(COMPARE_PATH, JSON, body).await?;
        serde_json::from_str(&answer).map_err(|_| ServerError::NotUnderstood)
    }

    async fn begin(&self, import_id: &str, names: &[String]) -> Result<(), ServerError> {
        let begin = Begin { import_id: import_id.to_owned(), files: names.to_vec() };
        let body = serde_json::to_string(&begin).map_err(|_| ServerError::NotUnderstood)?;
        request(BEGIN_PATH, JSON, body).await.map(drop)
    }

    async fn save(&self, body: String) -> Result<Vec<SaveOutcome>, ServerError> {
        let answer = request(SAVE_BATCH_PATH, JSON, body).await?;
        serde_json::from_str(&answer).map_err(|_| ServerError::NotUnderstood)
    }

    async fn store_file(&self, query: &[(&str, &str)], mut file: OpenedFile<'_>) -> Result<(), ServerError> {
        if file.size > FILE_BYTES {
            return Err(ServerError::TooLarge);
        }
        // The browser keeps blobs where it has room, not in this memory.
        let parts = Array::new();
        let mut buffer = vec![0; PIECE];
        loop {
            match file.bytes.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    let part = Array::of1(&Uint8Array::from(&buffer[..count]));
                    let part = Blob::new_with_u8_array_sequence(&part).map_err(|_| ServerError::NotSent)?;
                    parts.push(&part);
                }
                Err(error) => return Err(ServerError::Unread(error.to_string())),
            }
        }
        let blob = Blob::new_with_blob_sequence(&parts).map_err(|_| ServerError::NotSent)?;
        request(&address(FILE_PATH, query), BYTES, blob).await.map(drop)
    }

    async fn store_database(
        &self,
        files: &ChosenFiles,
        position: usize,
        query: &[(&str, &str)],
    ) -> Result<FullReport, ServerError> {
        let file = files.files.get(position).ok_or(ServerError::NotSent)?;
        if file.size() > DATABASE_BYTES as f64 {
            return Err(ServerError::TooLarge);
        }
        let answer = request(&address(DATABASE_PATH, query), BYTES, file.clone()).await?;
        serde_json::from_str(&answer).map_err(|_| ServerError::NotUnderstood)
    }

    fn report(&self, pieces: &mut dyn Iterator<Item = String>) -> Blob {
        let parts: Array = pieces.map(|piece| JsValue::from_str(&piece)).collect();
        // Strings always make a blob, unless there is no memory left for anything.
        Blob::new_with_str_sequence(&parts).unwrap_or_else(|_| JsValue::UNDEFINED.unchecked_into())
    }

    fn address(&self, report: &Blob) -> String {
        Url::create_object_url_with_blob(report).unwrap_or_default()
    }

    async fn finish(&self, import_id: &str, cancelled: bool, report: &Blob) -> Result<(), ServerError> {
        let head = serde_json::to_string(import_id).map_err(|_| ServerError::NotUnderstood)?;
        let head = format!("{{\"import_id\":{head},\"cancelled\":{cancelled},\"report\":");
        let parts = Array::of3(&JsValue::from_str(&head), report, &JsValue::from_str("}"));
        let body = Blob::new_with_blob_sequence(&parts).map_err(|_| ServerError::NotSent)?;
        request(FINISH_PATH, JSON, body).await.map(drop)
    }

    async fn undo(&self, import_id: &str) -> Result<Undone, ServerError> {
        let answer = request(UNDO_PATH, FORM, address("", &[("import_id", import_id)]).trim_start_matches('?')).await?;
        let batch: ImportBatch = serde_json::from_str(&answer).map_err(|_| ServerError::NotUnderstood)?;
        Ok(batch.undone.unwrap_or_default())
    }

    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    async fn breathe(&self) {
        let come_back = js_sys::Promise::new(&mut |resolve, _| {
            self.channel.port1().set_onmessage(Some(&resolve));
            // Posting null fails only without memory; then nothing comes back, and there is nothing left to do either.
            let _ = self.channel.port2().post_message(&JsValue::NULL);
        });
        let _ = JsFuture::from(come_back).await;
    }
}

/// A path with its query.
fn address(path: &str, query: &[(&str, &str)]) -> String {
    let Ok(parameters) = UrlSearchParams::new() else { return path.to_owned() };
    query.iter().for_each(|(name, value)| parameters.append(name, value));
    format!("{path}?{}", String::from(parameters.to_string()))
}

/// The media type of what server functions take.
const JSON: &str = "application/json";

/// The media type of what forms send.
const FORM: &str = "application/x-www-form-urlencoded";

/// The media type of a file as it is.
const BYTES: &str = "application/octet-stream";

/// Sends something and gives the answer.
async fn request(path: &str, media_type: &str, body: impl Into<JsValue>) -> Result<String, ServerError> {
    let request = Request::post(path)
        .header("Accept", JSON)
        .header("Content-Type", media_type)
        .body(body)
        .map_err(|_| ServerError::Unreachable)?;
    let answer = request.send().await.map_err(|_| ServerError::Unreachable)?;
    let text = answer.text().await.map_err(|_| ServerError::Unreachable)?;
    if answer.ok() { Ok(text) } else { Err(ServerError::from_answer(answer.status(), &text)) }
}

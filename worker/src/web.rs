//! The browser's side: messages, files, requests.

use crate::{Host, Jobs, ServerError};
use aios_protocol::{
    import::{COMPARE_PATH, Compare, Compared, SAVE_BATCH_PATH, SaveOutcome},
    worker::{Command, Event},
};
use files::ChosenFiles;
use gloo_net::http::Request;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageChannel, MessageEvent};

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
    let command = serde_json::from_str(&values.next()?.as_string()?).ok()?;
    let files = values.filter_map(|value| value.dyn_into::<File>().ok()).collect();
    Some((command, ChosenFiles::new(files)))
}

struct Browser {
    scope: DedicatedWorkerGlobalScope,
    /// A way to come back behind all messages that wait. A timer would come back later: browsers slow nested ones down.
    channel: MessageChannel,
}

impl Host for Browser {
    type Files = ChosenFiles;

    fn post(&self, event: &Event) {
        // Events are strings, numbers and lists, so this is always JSON; posting a string fails only without memory.
        if let Ok(json) = serde_json::to_string(event) {
            let _ = self.scope.post_message(&JsValue::from_str(&json));
        }
    }

    async fn compare(&self, compare: &Compare) -> Result<Compared, ServerError> {
        let body = serde_json::to_string(compare).map_err(|_| ServerError::NotUnderstood)?;
        let answer = request(COMPARE_PATH, body).await?;
        serde_json::from_str(&answer).map_err(|_| ServerError::NotUnderstood)
    }

    async fn save(&self, body: String) -> Result<Vec<SaveOutcome>, ServerError> {
        let answer = request(SAVE_BATCH_PATH, body).await?;
        serde_json::from_str(&answer).map_err(|_| ServerError::NotUnderstood)
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

/// Sends JSON to a server function and gives its answer.
async fn request(path: &str, body: String) -> Result<String, ServerError> {
    let request = Request::post(path)
        .header("Accept", "application/json")
        .header("Content-Type", "application/json")
        .body(body)
        .map_err(|_| ServerError::Unreachable)?;
    let answer = request.send().await.map_err(|_| ServerError::Unreachable)?;
    let text = answer.text().await.map_err(|_| ServerError::Unreachable)?;
    if answer.ok() { Ok(text) } else { Err(ServerError::from_answer(answer.status(), &text)) }
}

use crate::texts::texts;
use aios_protocol::worker::{Command, Event};
use leptos::prelude::document;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{File, MessageEvent, WorkerOptions, WorkerType};

/// What is posted before the worker listens: a message that comes while it still loads its WebAssembly would be lost.
/// `None` once it listens.
type Waiting = Rc<RefCell<Option<Vec<JsValue>>>>;

/// The import worker. It is started when the first files come, and lives as long as the page.
pub(super) struct Worker {
    worker: web_sys::Worker,
    waiting: Waiting,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Worker {
    /// Starts it. `hear` gets everything it says, `broken` a sentence if it cannot be loaded or breaks.
    pub(super) fn start(hear: impl Fn(Event) + 'static, broken: impl Fn(String) + 'static) -> Result<Worker, String> {
        let path = document()
            .query_selector("meta[name=aios-worker]")
            .ok()
            .flatten()
            .and_then(|meta| meta.get_attribute("content"))
            .ok_or(texts().worker_unnamed())?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = web_sys::Worker::new_with_options(&path, &options).map_err(|_| texts().worker_not_started())?;
        let waiting: Waiting = Rc::new(RefCell::new(Some(Vec::new())));
        let on_message = {
            let (worker, waiting) = (worker.clone(), waiting.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let Some(json) = message.data().as_string() else { return };
                match serde_json::from_str(&json) {
                    Ok(Event::Ready) => {
                        let messages = waiting.take().unwrap_or_default();
                        // Strings and files can always be cloned.
                        messages.iter().for_each(|message| drop(worker.post_message(message)));
                    }
                    Ok(event) => hear(event),
                    Err(error) => leptos::logging::warn!("A message of the import worker was not understood: {error}"),
                }
            })
        };
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            broken(texts().worker_stopped().to_owned());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Worker { worker, waiting, _on_message: on_message, _on_error: on_error })
    }

    /// Posts a command: a string, or an array of it and the files.
    pub(super) fn post(&self, command: &Command, files: &[File]) {
        // These types have no map with keys that JSON could not write.
        let json = JsValue::from_str(&serde_json::to_string(command).unwrap_or_default());
        let message = if files.is_empty() {
            json
        } else {
            let array = js_sys::Array::of1(&json);
            for file in files {
                array.push(file);
            }
            array.into()
        };
        match &mut *self.waiting.borrow_mut() {
            Some(waiting) => waiting.push(message),
            None => drop(self.worker.post_message(&message)),
        }
    }
}

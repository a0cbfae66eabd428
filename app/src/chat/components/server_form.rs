//! Forms that the server answers.

use leptos::{ev, html, prelude::*};

/// What the server said of a form.
#[derive(Clone, Copy)]
pub struct Outcome {
    /// Its answer is waited for.
    pub pending: RwSignal<bool>,
    /// How the last one went: done, or what was in the way as a sentence.
    pub last: RwSignal<Option<Result<(), String>>>,
}

impl Outcome {
    /// Nothing was sent yet.
    pub fn new() -> Outcome {
        Outcome { pending: RwSignal::new(false), last: RwSignal::new(None) }
    }

    /// What was in the way, if something was.
    pub fn problem(self) -> Option<String> {
        self.last.get().and_then(Result::err)
    }

    /// Does something each time that it went well.
    pub fn when_done(self, act: impl Fn() + 'static) {
        Effect::new(move || {
            if matches!(self.last.get(), Some(Ok(()))) {
                act();
            }
        });
    }
}

impl Default for Outcome {
    fn default() -> Self {
        Outcome::new()
    }
}

/// A form that is sent to a server function whose arguments are its fields. Without JavaScript the browser sends it, and the server leads back to
/// the page that it is on. Unlike `ActionForm` it is not code of its own for each function: the page has the same for all of them.
#[component]
pub fn ServerForm(
    /// The path of the function.
    path: &'static str,
    /// What the server says of it.
    outcome: Outcome,
    /// Classes for the style sheet.
    #[prop(optional)]
    class: &'static str,
    /// Its fields and buttons.
    children: Children,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    view! {
        <form
            class=class
            method="post"
            action=path
            node_ref=form
            on:submit=move |event| {
                event.prevent_default();
                send(form, &event, path, outcome);
            }
        >
            {children()}
        </form>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn send(form: NodeRef<html::Form>, event: &ev::SubmitEvent, path: &'static str, outcome: Outcome) {
    let fields = form
        .get_untracked()
        .and_then(|form| web_sys::FormData::new_with_form(&form).ok())
        .and_then(|data| web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok());
    let Some(fields) = fields else { return };
    // The button that it is sent with is a field, too, if it has a name.
    let attribute = |name| event.submitter().and_then(|button| button.get_attribute(name));
    if let (Some(name), Some(value)) = (attribute("name"), attribute("value")) {
        fields.append(&name, &value);
    }
    outcome.pending.set(true);
    leptos::task::spawn_local(async move {
        let result = post(path, fields).await.map_err(|error| error.to_string());
        // The form may be gone by now.
        outcome.pending.try_set(false);
        outcome.last.try_set(Some(result));
    });
}

/// Asks a server function whose arguments are these fields.
#[cfg(feature = "hydrate")]
pub(crate) async fn post(
    path: &str,
    fields: web_sys::UrlSearchParams,
) -> Result<(), crate::chat::services::chat_api::ApiError> {
    use crate::chat::{services::chat_api::ApiError, utils::sign_in};
    let unreachable = |error: gloo_net::Error| ApiError::Unreachable(error.to_string());
    let request =
        gloo_net::http::Request::post(path).header("Accept", "application/json").body(fields).map_err(unreachable)?;
    let answer = request.send().await.map_err(unreachable)?;
    if answer.ok() {
        return Ok(());
    }
    if answer.status() == sign_in::UNKNOWN {
        sign_in::sign_in();
    }
    let text = answer.text().await.map_err(unreachable)?;
    Err(serde_json::from_str(&text).unwrap_or(ApiError::Unreachable(text)))
}

#[cfg(not(feature = "hydrate"))]
fn send(_: NodeRef<html::Form>, _: &ev::SubmitEvent, _: &'static str, _: Outcome) {}

//! A moment, in the reader's own time.

use crate::{
    chat::{hooks::use_library::Library, utils::dates},
    texts::texts,
};
use aios_model::Timestamp;
use leptos::prelude::*;

/// A moment in full. In UTC until the page is alive, then in the reader's zone.
#[component]
pub fn Moment(
    /// The moment.
    time: Timestamp,
) -> impl IntoView {
    let offset = Library::expect().offset_minutes;
    let texts = texts();
    view! { <time datetime=time.to_string()>{move || dates::long(time, offset.get(), texts)}</time> }
}

//! Which link leads to the page that is shown.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The value of `aria-current` of a link to a page. The router follows plain links, so all that its own `A` adds to them is this; that one takes
/// other attributes in a way that costs code for each kind of view.
pub fn current(href: impl Into<String>) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    let (href, path) = (href.into(), use_location().pathname);
    move || path.with(|path| *path == href).then_some("page")
}

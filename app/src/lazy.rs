//! Parts of the interface that the browser loads when they are needed, each in WebAssembly files of its own.
//!
//! [`part`] marks where a part begins; the build (with the feature `split`) takes out what only it needs. The part that the shown page begins with is
//! loaded before the page comes to life, so that what hydrates is what the server has rendered. All others come when they are gone to.

use crate::chat::pages::{
    imports_page::ImportsPage, keys_page::KeysPage, library_page::LibraryPage, ratings_page::RatingsPage,
    search_page::SearchPage, settings_page::SettingsPage, shelf_page::ShelfPage,
};
use crate::texts::texts;
use leptos::prelude::*;
use std::task::{Context, Poll, Waker};

/// A part could not be loaded. The browser's console says why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotLoaded;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        NotLoaded
    }
}

/// Makes a function the beginning of a part: it is called as soon as the part is loaded. Functions with the same part are loaded at once.
///
/// With `preload(name)` there is a function that loads the part. After it the first poll of the function is ready; each function knows only of itself
/// whether it is loaded.
macro_rules! part {
    (
        $part:ident $(, preload($preload:ident))?:
        $visibility:vis fn $name:ident($($argument:ident: $kind:ty),*) -> $value:ty $body:block
    ) => {
        #[cfg(feature = "split")]
        #[::leptos::wasm_split::wasm_split(
            $part, wasm_split_path = ::leptos::wasm_split, fallible $(, preload($preload))?
        )]
        $visibility fn $name($($argument: $kind),*) -> Result<$value, $crate::lazy::NotLoaded> {
            Ok($body)
        }

        #[cfg(not(feature = "split"))]
        $visibility async fn $name($($argument: $kind),*) -> Result<$value, $crate::lazy::NotLoaded> {
            Ok($body)
        }

        $(
            #[cfg(all(feature = "hydrate", not(feature = "split")))]
            async fn $preload() -> Result<(), $crate::lazy::NotLoaded> {
                Ok(())
            }
        )?
    };
}
pub(crate) use part;

/// The pages that are not a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Library,
    Imports,
    Keys,
    Ratings,
    Search,
    Settings,
    Shelf(&'static str),
}

/// The part that all of [`Page`] is in, by the name that the build gives its files.
#[cfg(feature = "ssr")]
pub(crate) const PAGES: &str = "pages";

/// Whether the page at a path begins with one of [`Page`].
pub(crate) fn is_page(path: &str) -> bool {
    matches!(
        path.trim_end_matches('/'),
        "" | "/imports" | "/keys" | "/ratings" | "/search" | "/settings" | "/conversations" | "/archive" | "/trash"
    )
}

/// Loads the part that the page at a path begins with.
#[cfg(feature = "hydrate")]
pub(crate) async fn load_page_at(path: &str) -> Result<(), NotLoaded> {
    if is_page(path) {
        load_pages().await?;
    }
    Ok(())
}

part! { pages, preload(load_pages):
    fn page_view(page: Page) -> AnyView {
        match page {
            Page::Library => view! { <LibraryPage/> }.into_any(),
            Page::Imports => view! { <ImportsPage/> }.into_any(),
            Page::Keys => view! { <KeysPage/> }.into_any(),
            Page::Ratings => view! { <RatingsPage/> }.into_any(),
            Page::Search => view! { <SearchPage/> }.into_any(),
            Page::Settings => view! { <SettingsPage/> }.into_any(),
            Page::Shelf(which) => view! { <ShelfPage which/> }.into_any(),
        }
    }
}

/// Shows a page.
pub(crate) fn page(page: Page) -> AnyView {
    shown(page_view(page))
}

/// What a part shows: at once if it is loaded (on the server it always is), else as soon as it is.
///
/// If it cannot be loaded the server may have been replaced by another version, whose parts do not fit: only a new page helps.
pub(crate) fn shown(part: impl Future<Output = Result<AnyView, NotLoaded>> + Send + 'static) -> AnyView {
    let mut part = Box::pin(part);
    match part.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(view) => view.unwrap_or_else(|_| not_loaded()),
        Poll::Pending => Suspend::new(async move { part.await.unwrap_or_else(|_| not_loaded()) }).into_any(),
    }
}

fn not_loaded() -> AnyView {
    view! {
        <p class="problem" role="alert">
            {texts().part_not_loaded()} " " <a href="" rel="external">{texts().load_again()}</a>
        </p>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{NotLoaded, shown};
    use leptos::prelude::*;

    #[test]
    fn a_part_that_is_there_is_shown_at_once_and_one_that_cannot_be_loaded_says_so() {
        let there = shown(async { Ok(view! { <p>"there"</p> }.into_any()) }).to_html();
        assert!(there.contains("<p>there</p>"), "{there}");
        let missing = shown(async { Err(NotLoaded) }).to_html();
        assert!(missing.contains("could not be loaded"), "{missing}");
    }
}

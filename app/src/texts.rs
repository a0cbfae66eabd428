//! What the interface says, in the language of whoever reads it.

use aios_texts::Texts;
use leptos::{
    prelude::{AnyView, IntoAny as _},
    tachys::html::InertElement,
};

/// Where a browser keeps which language was chosen. No secret: the pages for when the server is away read it, too.
#[cfg(feature = "ssr")]
pub(crate) const COOKIE: &str = "language";

/// The texts of the page: in a browser those that it has loaded, on the server those of the request.
pub fn texts() -> Texts {
    #[cfg(feature = "ssr")]
    {
        leptos::prelude::use_context().unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    Texts::default()
}

/// An element in which nothing ever changes, as its pieces: markup and texts, which [hold none](aios_texts). It costs the page's module its words, where
/// elements that are put together cost code.
pub(crate) fn inert<const PIECES: usize>(html: [&'static str; PIECES]) -> AnyView {
    InertElement::new(html.concat()).into_any()
}

/// Reads the texts of the page's language, before anything is shown. `false` if they are not those of this build.
#[cfg(feature = "hydrate")]
pub(crate) fn read(file: String) -> bool {
    #[cfg(target_arch = "wasm32")]
    return Texts::read(file);
    #[cfg(not(target_arch = "wasm32"))]
    {
        drop(file);
        false
    }
}

/// Gives the request that is being answered the texts in which it is to be answered.
#[cfg(feature = "ssr")]
pub fn provide_texts() {
    use leptos::prelude::{provide_context, use_context};
    if let Some(request) = use_context::<http::request::Parts>() {
        provide_context(texts_of(&request.headers));
    }
}

/// The texts of the language that was chosen, else of the one that the browser asks for.
#[cfg(feature = "ssr")]
pub fn texts_of(headers: &http::HeaderMap) -> Texts {
    use aios_texts::Language;
    use http::header;
    let values = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let cookies = values(header::COOKIE).flat_map(|cookies| cookies.split(';'));
    let chosen = cookies.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE);
    let accepted: Vec<&str> = values(header::ACCEPT_LANGUAGE).collect();
    Texts::of(Language::negotiate(chosen.map(|(_, code)| code), &accepted.join(",")))
}

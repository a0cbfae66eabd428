//! What the server has rendered.

#[cfg(not(feature = "hydrate"))]
pub use std::convert::Infallible as Element;
#[cfg(feature = "hydrate")]
pub use web_sys::Element;

/// Takes something from an element of the page, while the page comes to life: then it is what would be rendered, and need not be rendered again.
/// `None` at any other time, and if there is no such element.
pub fn rendered<T>(selector: &str, take: impl FnOnce(&Element) -> T) -> Option<T> {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::{Owner, document};
        let is_coming_to_life = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
        let element = document().query_selector(selector).ok().flatten().filter(|_| is_coming_to_life)?;
        Some(take(&element))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (selector, take);
        None
    }
}

/// The HTML in an element.
pub fn inner_html(element: &Element) -> String {
    #[cfg(feature = "hydrate")]
    return element.inner_html();
    #[cfg(not(feature = "hydrate"))]
    match *element {}
}

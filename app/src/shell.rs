use crate::chat::{
    components::chat_container::{ChatContainer, Frame},
    hooks::{use_import::ImportFlow, use_keys, use_library::Library, use_websocket::Socket},
    pages::{chat_page::ChatPage, not_found::NotFoundPage},
    types::settings::{Settings, theme_media},
};
use crate::lazy::{self, Page};
use crate::texts::texts;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// Where the parts of the built site are, as URL paths. The server gives it to every page as a context.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The module that loads the WebAssembly.
    pub script: String,
    /// The WebAssembly.
    pub wasm: String,
    /// The style sheet.
    pub style: String,
    /// The module of the import worker.
    pub worker: String,
    /// WebAssembly that is loaded when it is needed: the name of a part and one of its files. None in development.
    pub parts: Vec<(String, String)>,
    /// Texts of languages that are loaded when they are chosen: the code of a language and its file.
    pub texts: Vec<(String, String)>,
}

impl Assets {
    /// The files of the part that the page being rendered begins with: they are fetched while the rest of the WebAssembly is.
    fn of_this_page(&self) -> Vec<String> {
        #[cfg(feature = "ssr")]
        if use_context::<http::request::Parts>().is_some_and(|request| lazy::is_page(request.uri.path())) {
            let files = self.parts.iter().filter(|(part, _)| part == lazy::PAGES);
            return files.map(|(_, path)| path.clone()).collect();
        }
        Vec::new()
    }
}

/// Marks a request, as an extension of it, that only somebody who is known could make: pages then lead to the list of who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct Guarded;

/// Whether only those who are known come in: there is a list of who is signed in.
pub(crate) fn is_guarded() -> bool {
    #[cfg(feature = "ssr")]
    return use_context::<http::request::Parts>().is_some_and(|request| request.extensions.get::<Guarded>().is_some());
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    return document().document_element().is_some_and(|root| root.has_attribute("data-guarded"));
    #[cfg(not(any(feature = "ssr", feature = "hydrate")))]
    false
}

/// What is hidden where no script can run: buttons that only a script gives a meaning. Those that send a form or open a sheet work.
const WITHOUT_SCRIPT: &str = "button[type=button]:not([popovertarget]){display:none}";

/// The icons, as symbols that [`Icon`](crate::chat::components::icon::Icon) points to: once a page, not once a use.
pub(crate) const ICONS: &str = include_str!("icons.svg");

/// What loads the WebAssembly. What was rendered can be read without it, and on a slow line it must not take the style sheet's share: so it is asked
/// for when the page was painted first, all files of it at once. A page in a tab that nobody looks at is not painted.
const START: &str = include_str!("start.js");

/// The document around [`App`].
///
/// # Panics
/// If the server gives no [`Assets`]: no page would work.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = expect_context::<Assets>();
    let nonce = leptos::nonce::use_nonce();
    let said = texts();
    let language = said.language();
    let path = assets.texts.iter().find(|(code, _)| code == language.code()).map(|(_, path)| path.clone());
    // The paths come from the build; JSON quoting alone would let `</script>` through, but a path has none.
    let start = START
        .replace("SCRIPT", &format!("{:?}", assets.script))
        .replace("WASM", &format!("{:?}", assets.wasm))
        .replace("PARTS", &format!("{:?}", assets.of_this_page()))
        .replace("TEXTS", &path.map_or_else(|| "null".to_owned(), |path| format!("{path:?}")));
    let settings = Settings::here();
    let theme = settings.chosen("theme");
    let [light, dark] = theme_media(theme);
    let theme_color = |colour: &'static str, media: &'static str| {
        leptos::html::meta().name("theme-color").content(colour).attr("media", media)
    };
    view! {
        <!DOCTYPE html>
        <html
            lang=language.code()
            dir=language.direction()
            data-theme=settings.attribute("theme")
            data-face=settings.attribute("face")
            data-size=settings.attribute("size")
            data-width=settings.attribute("width")
            data-send=settings.attribute("send")
            data-letters=settings.attribute("letters")
            data-guarded=is_guarded().then_some("")
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content=if theme == "system" { "light dark" } else { theme }/>
                {theme_color("#faf8f5", light)}
                {theme_color("#1b1a19", dark)}
                <meta name="description" content=said.description()/>
                <meta name="aios-worker" content=assets.worker.clone()/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icons/192.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="stylesheet" href=assets.style.clone()/>
                <link rel="modulepreload" href=assets.script.clone() nonce=nonce.clone()/>
                <script type="module" nonce=nonce.clone() src="/installed.js"></script>
                <script type="module" nonce=nonce.clone() inner_html=start></script>
                <noscript>
                    <style nonce=nonce inner_html=WITHOUT_SCRIPT></style>
                </noscript>
                <AutoReload options/>
                <leptos_meta::MetaTags/>
            </head>
            <body>
                <App/>
                <div class="icons" inner_html=ICONS></div>
            </body>
        </html>
    }
}

/// The application: its routes, and what all of them share.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Library::provide();
    Socket::provide();
    ImportFlow::provide();
    use_keys::attend(Socket::expect());
    view! {
        <Title formatter=document_title text=""/>
        <Router>
            <Routes fallback=|| view! { <Frame><NotFoundPage/></Frame> }.into_any()>
                <ParentRoute path=path!("") view=ChatContainer ssr=SsrMode::Async>
                    <Route path=path!("") view=|| lazy::page(Page::Library) ssr=SsrMode::Async/>
                    <Route path=path!("new") view=ChatPage ssr=SsrMode::Async/>
                    <Route path=path!("c/:session_id") view=ChatPage ssr=SsrMode::Async/>
                    <Route path=path!("imports") view=|| lazy::page(Page::Imports) ssr=SsrMode::Async/>
                    <Route path=path!("ratings") view=|| lazy::page(Page::Ratings) ssr=SsrMode::Async/>
                    <Route path=path!("search") view=|| lazy::page(Page::Search) ssr=SsrMode::Async/>
                    <Route path=path!("keys") view=|| lazy::page(Page::Keys) ssr=SsrMode::Async/>
                    <Route path=path!("settings") view=|| lazy::page(Page::Settings) ssr=SsrMode::Async/>
                    <Route path=path!("conversations") view=|| lazy::page(Page::Shelf("conversations")) ssr=SsrMode::Async/>
                    <Route path=path!("archive") view=|| lazy::page(Page::Shelf("archive")) ssr=SsrMode::Async/>
                    <Route path=path!("trash") view=|| lazy::page(Page::Shelf("trash")) ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// What the window is called. Titles are foreign text, and leptos_meta writes them into the page of the server as they are: there they are
/// escaped here. In the browser they are set as text.
fn document_title(title: String) -> String {
    #[cfg(feature = "ssr")]
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    if title.is_empty() { "AI OS Chat".to_owned() } else { format!("{title} · AI OS Chat") }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #[test]
    fn a_hostile_title_cannot_leave_the_title() {
        let title = super::document_title("</title><script>alert(1)</script> &amp;".to_owned());
        assert_eq!(title, "&lt;/title>&lt;script>alert(1)&lt;/script> &amp;amp; · AI OS Chat");
    }
}

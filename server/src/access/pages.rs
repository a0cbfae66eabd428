//! Signing in and out, and the list of who is signed in: plain forms that need no script.

use super::{Access, Denied, Identity, LASTS, cookie, store};
use crate::guard::{Door, refusal};
use aios_model::Timestamp;
use aios_texts::Texts;
use app::texts_of;
use axum::{
    Extension, Form, Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::{fmt::Write as _, sync::Arc};

/// Where a browser signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// Nothing but the style sheet and the icon is loaded, and forms go here.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct Pages {
    access: Access,
    style: Arc<str>,
}

/// The routes.
pub(crate) fn routes(access: Access, style: &str) -> Router {
    Router::new()
        .route(SIGN_IN, get(form).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/access", get(list))
        .route("/access/revoke", post(revoke))
        .with_state(Pages { access, style: style.into() })
}

/// Where somebody wanted to go who had to sign in first.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    next: String,
}

/// A path here, and nothing that a browser takes for another site.
fn path_here(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next[1..].starts_with(['/', '\\']);
    let is_plain = next.len() <= 2000 && next.bytes().all(|byte| byte.is_ascii_graphic());
    if is_path && is_plain { next } else { "/" }
}

async fn form(
    State(pages): State<Pages>,
    Query(wanted): Query<Wanted>,
    Extension(door): Extension<Door>,
    headers: HeaderMap,
) -> Response {
    if pages.access.by_cookie(&headers, door.tls).is_ok() {
        return Redirect::to(path_here(&wanted.next)).into_response();
    }
    pages.sign_in_page(texts_of(&headers), StatusCode::OK, &wanted.next, None)
}

#[derive(Deserialize)]
struct SignIn {
    token: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(pages): State<Pages>,
    Extension(door): Extension<Door>,
    headers: HeaderMap,
    Form(SignIn { token, next }): Form<SignIn>,
) -> Response {
    if !pages.access.is_required() {
        return Redirect::to(path_here(&next)).into_response();
    }
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("unknown").to_owned();
    let (access, texts) = (pages.access.clone(), texts_of(&headers));
    match done(move || access.sign_in(&token, &agent)).await {
        Ok(Ok(secret)) => {
            let mut response = Redirect::to(path_here(&next)).into_response();
            set_cookie(&mut response, cookie::give(&secret, door.tls, LASTS / 1000));
            response
        }
        Ok(Err(Denied::Unknown)) => {
            pages.sign_in_page(texts, StatusCode::UNAUTHORIZED, &next, Some(texts.token_wrong()))
        }
        Ok(Err(Denied::Later(wait))) => {
            pages.access.hold().await;
            let sentence = texts.token_wrong_often();
            let mut response = pages.sign_in_page(texts, StatusCode::TOO_MANY_REQUESTS, &next, Some(sentence));
            response.headers_mut().insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
            response
        }
        Err(response) => response,
    }
}

async fn sign_out(
    State(pages): State<Pages>,
    Extension(door): Extension<Door>,
    Extension(identity): Extension<Identity>,
) -> Response {
    if let Identity::Browser(id) = identity {
        let access = pages.access.clone();
        if let Err(response) = done(move || access.revoke(|session| session.id == id)).await {
            return response;
        }
    }
    let mut response = Redirect::to(SIGN_IN).into_response();
    set_cookie(&mut response, cookie::take_away(door.tls));
    // What the browser keeps of this site, the copy of the history among it, is for who is signed in.
    response
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// Which session is to end.
#[derive(Deserialize)]
struct Revoke {
    /// Its id; all of them if it is empty.
    #[serde(default)]
    id: String,
}

async fn revoke(State(pages): State<Pages>, Form(Revoke { id }): Form<Revoke>) -> Response {
    let access = pages.access.clone();
    match done(move || access.revoke(|session| id.is_empty() || session.id == id)).await {
        Ok(()) => Redirect::to("/access").into_response(),
        Err(response) => response,
    }
}

async fn list(State(pages): State<Pages>, Extension(identity): Extension<Identity>, headers: HeaderMap) -> Response {
    let texts = texts_of(&headers);
    let mut body = format!("<h1>{}</h1>", texts.access());
    if pages.access.is_required() {
        let sessions = pages.access.sessions();
        body += &format!("<p>{}</p><ul>", texts.signed_in());
        for session in &sessions {
            let own = match identity == Identity::Browser(session.id.clone()) {
                true => format!(" ({})", texts.this_browser()),
                false => String::new(),
            };
            // Writing to a String cannot fail.
            let _ = write!(
                body,
                "<li><p><bdi>{agent}</bdi>{own}<br><small>{facts}</small></p>\
                 <form method=\"post\" action=\"/access/revoke\"><input type=\"hidden\" name=\"id\" value=\"{id}\"><button>{sign_out}</button></form></li>",
                agent = escaped(&session.agent),
                facts = escaped(&texts.session_facts(&day(session.created), &day(session.expires), &session.id)),
                id = escaped(&session.id),
                sign_out = texts.sign_out(),
            );
        }
        body.push_str("</ul>");
        if sessions.is_empty() {
            body += &format!("<p>{}</p>", texts.nobody_signed_in());
        }
        body += &format!(
            "<form method=\"post\" action=\"/sign-out\"><button class=\"primary\">{}</button></form>\
             <form method=\"post\" action=\"/access/revoke\"><button class=\"danger\">{}</button></form>",
            texts.sign_out_here(),
            texts.sign_out_everywhere(),
        );
    } else {
        body += &format!("<p>{}</p>", texts.only_this_machine());
    }
    body += &format!(
        "<h2>{}</h2><p><a href=\"/api/backup\" download>{}</a> {}</p><p><a href=\"/\">{}</a></p>",
        texts.backup(),
        texts.download_history(),
        texts.download_history_as("<code>aios-chat restore FILE</code>"),
        texts.back_to_conversations(),
    );
    pages.page(texts, StatusCode::OK, texts.access(), &body)
}

/// `2026-01-31`, UTC.
fn day(milliseconds: i64) -> String {
    Timestamp::from_milliseconds(milliseconds).to_string().chars().take(10).collect()
}

/// Does what reads and writes small files.
async fn done<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, store::Error> + Send + 'static,
) -> Result<T, Response> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "the sessions could not be changed");
        refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The sessions could not be read or written, and nothing was changed. Look for free space on the disk and at the log.",
        )
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| failed(&error)),
        Err(error) => Err(failed(&error)),
    }
}

fn set_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

impl Pages {
    fn sign_in_page(&self, texts: Texts, status: StatusCode, next: &str, refused: Option<&str>) -> Response {
        let refused =
            refused.map(|sentence| format!("<p role=\"alert\">{}</p>", escaped(sentence))).unwrap_or_default();
        let body = format!(
            "<h1>AI OS Chat</h1><p>{why}</p>{refused}\
             <form method=\"post\" action=\"{SIGN_IN}\"><input type=\"hidden\" name=\"next\" value=\"{next}\">\
             <label for=\"token\">{token}</label>\
             <input type=\"password\" id=\"token\" name=\"token\" autocomplete=\"current-password\" required autofocus>\
             <button class=\"primary\">{sign_in}</button></form>\
             <p><small>{token_is}</small></p>",
            next = escaped(path_here(next)),
            why = texts.sign_in_why(),
            token = texts.token(),
            sign_in = texts.sign_in(),
            token_is = texts.token_is("<code>aios-chat token new</code>"),
        );
        self.page(texts, status, texts.sign_in(), &body)
    }

    fn page(&self, texts: Texts, status: StatusCode, title: &str, body: &str) -> Response {
        let page = format!(
            "<!DOCTYPE html><html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · AI OS Chat</title>\
             <link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"{style}\"></head>\
             <body><main class=\"page access\">{body}</main></body></html>",
            style = escaped(&self.style),
            language = texts.language().code(),
            direction = texts.language().direction(),
        );
        (status, [(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
    }
}

/// Text as text in HTML, attributes in quotation marks included.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site_after_signing_in() {
        for path in ["/", "/c/1?turn=2", "/search?q=%20x"] {
            assert_eq!(path_here(path), path);
        }
        for path in ["", "//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a b", "/\r\nx", "/ä"] {
            assert_eq!(path_here(path), "/", "{path}");
        }
    }

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    }
}

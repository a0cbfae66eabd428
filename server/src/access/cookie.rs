//! The cookie of a session.
//!
//! `SameSite=Lax`, not `Strict`: with `Strict`, a link to a conversation in a mail or a note would lead somebody who is signed in to the sign-in page.
//! Nothing is lost by it: what changes something has to come from this site anyway (the guard looks at `Origin`), and reading by GET shows
//! another site nothing.

use axum::http::{HeaderMap, HeaderValue, header};

/// The prefix makes browsers take it only over TLS, for this host alone and for all of it (RFC 6265bis, section 4.1.3.2).
const OVER_TLS: &str = "__Host-aios_session";
const PLAIN: &str = "aios_session";

fn name(tls: bool) -> &'static str {
    if tls { OVER_TLS } else { PLAIN }
}

/// The secret in the cookie of a request. Of two cookies with the name, none counts: one of them is not ours.
pub(super) fn read(headers: &HeaderMap, tls: bool) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut found = values
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(of, _)| *of == name(tls))
        .map(|(_, secret)| secret.to_owned());
    found.next().filter(|secret| secret.len() == 64 && found.next().is_none())
}

/// The header that gives a browser its session.
pub(super) fn give(secret: &str, tls: bool, seconds: i64) -> Option<HeaderValue> {
    let secure = if tls { "; Secure" } else { "" };
    let value = format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(tls));
    HeaderValue::try_from(value).ok()
}

/// The header that takes it away.
pub(super) fn take_away(tls: bool) -> Option<HeaderValue> {
    give("", tls, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_only_under_the_name_for_its_connection() {
        let secret = "0".repeat(64);
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, format!("a=b; {PLAIN}={secret}; c").parse().unwrap());
        assert_eq!(read(&headers, false).as_ref(), Some(&secret));
        assert_eq!(read(&headers, true), None);
        headers.append(header::COOKIE, format!("{PLAIN}={}", "1".repeat(64)).parse().unwrap());
        assert_eq!(read(&headers, false), None, "two are none");
    }

    #[test]
    fn over_tls_it_is_secure_and_bound_to_the_host() {
        let over_tls = give("s", true, 9).unwrap();
        assert_eq!(over_tls, "__Host-aios_session=s; Path=/; HttpOnly; SameSite=Lax; Max-Age=9; Secure");
        assert_eq!(give("s", false, 9).unwrap(), "aios_session=s; Path=/; HttpOnly; SameSite=Lax; Max-Age=9");
    }
}

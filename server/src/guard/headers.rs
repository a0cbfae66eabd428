//! The security headers of every response.
//!
//! The content security policy is the second lock behind "text never becomes markup": even if markup got through, it could run no script, load
//! nothing from elsewhere, send nothing there, and be framed by nobody.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

/// For whatever is no page: nothing at all may happen in it.
const POLICY_OF_DATA: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// For scripts. It has a meaning only for the one that runs as a worker, which has the policy that its own file came with: it may load
/// modules, WebAssembly and data from here.
const POLICY_OF_SCRIPTS: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// For a page that is a file of the site, and so can have no nonce: it may load scripts that are files here, and nothing inline.
pub const POLICY_OF_STATIC_PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     worker-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// What a page of this app never asks for. Only features that browsers know: an unknown one is a warning in the console of every page.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()";

/// The policy of a page whose scripts carry `nonce`. `connect` names what else it may connect to: nothing but in development.
///
/// `'strict-dynamic'` lets a script with the nonce import modules, and makes every other allowance for scripts void.
pub fn policy_of_page(nonce: &str, connect: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'{connect}; worker-src 'self'; manifest-src 'self'; \
         media-src 'self'; object-src 'none'; frame-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Adds what is missing. What a handler set stays, but the policy of a page belongs to pages only.
pub(super) async fn complete(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let is = |kind: &[u8]| headers.get(header::CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(kind));
    let (is_page, is_script) = (is(b"text/html"), is(b"text/javascript"));
    if !is_page {
        headers.remove(header::CONTENT_SECURITY_POLICY);
    }
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(header::CONTENT_SECURITY_POLICY, if is_script { POLICY_OF_SCRIPTS } else { POLICY_OF_DATA });
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: the doors without JavaScript lead back to the page that they are on.
    add(header::REFERRER_POLICY, "same-origin");
    add(header::X_FRAME_OPTIONS, "DENY");
    add(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    add(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    add(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    // What changes from one request to the next is kept by nobody; files of the site say otherwise.
    add(header::CACHE_CONTROL, "no-store");
    response
}

#[cfg(test)]
mod tests {
    use super::policy_of_page;

    #[test]
    fn the_policy_of_a_page_allows_nothing_inline_and_nothing_from_elsewhere() {
        let policy = policy_of_page("abc", "");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains("http"));
        assert_eq!(policy.matches("'nonce-abc'").count(), 2);
        assert!(policy.split("; ").all(|directive| !directive.split(' ').any(|word| word == "*")));
    }
}

//! Where a link or an image may point to.

/// A destination that may stand in an `href` or `src`, percent-encoded where needed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A path or fragment of this site.
    Here(String),
    /// An `http`, `https` or `mailto` address.
    Elsewhere(String),
}

/// Reads a destination as it stands in the text, with entities and escapes already resolved.
///
/// Everything is refused that is not on the list: a browser's own reading of an address forgives so much (tabs and
/// line feeds inside `javascript:`, `https:` without slashes) that a list of what is forbidden would have gaps.
pub(crate) fn destination(address: &str) -> Option<Destination> {
    let address = address.trim_matches(' ');
    if address.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    if has_host(address, "https://") || has_host(address, "http://") || has_scheme(address, "mailto:") {
        return Some(Destination::Elsewhere(encode(address)));
    }
    if has_host(address, "//") {
        return Some(Destination::Elsewhere(encode(&["https:", address].concat())));
    }
    let is_path = address.starts_with('/') && !address.starts_with("//");
    (is_path || address.starts_with('#')).then(|| Destination::Here(encode(address)))
}

/// The address of a picture that this site serves, or nothing.
///
/// No dots or escapes that could lead out of the folder: a picture is fetched without a click, and no address but a
/// picture's may be.
pub(crate) fn own_picture(address: &str) -> Option<&str> {
    let name = address.strip_prefix("/media/")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let is_inside = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    (is_inside && name.bytes().all(is_plain)).then_some(address)
}

fn has_scheme(address: &str, scheme: &str) -> bool {
    address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && address.len() > scheme.len()
}

fn has_host(address: &str, scheme: &str) -> bool {
    has_scheme(address, scheme) && !address[scheme.len()..].starts_with(['/', '\\', '?', '#', ' '])
}

/// Percent-encodes what may not stand in an address or could be read as something else in it: white space, quotes,
/// angle brackets, backslashes (a browser takes them for slashes), and everything outside ASCII.
fn encode(address: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Destination, destination, own_picture};

    #[test]
    fn only_listed_schemes_and_own_paths_pass() {
        let elsewhere = |address: &str| Some(Destination::Elsewhere(address.to_owned()));
        let here = |address: &str| Some(Destination::Here(address.to_owned()));
        for (address, expected) in [
            ("https://example.org/a?b=c#d", elsewhere("https://example.org/a?b=c#d")),
            ("HTTP://example.org", elsewhere("HTTP://example.org")),
            ("//example.org/a", elsewhere("https://example.org/a")),
            ("mailto:a@example.org", elsewhere("mailto:a@example.org")),
            ("https://example.org/ä b\"", elsewhere("https://example.org/%C3%A4%20b%22")),
            ("https://good.example\\@bad.example", elsewhere("https://good.example%5C@bad.example")),
            ("/chat/7", here("/chat/7")),
            ("/\\example.org", here("/%5Cexample.org")),
            ("#turn-5", here("#turn-5")),
            ("", None),
            ("javascript:alert(1)", None),
            ("JaVaScRiPt:alert(1)", None),
            (" javascript:alert(1)", None),
            ("java\tscript:alert(1)", None),
            ("\u{1}javascript:alert(1)", None),
            ("ht\ntps://example.org", None),
            ("https:example.org", None),
            ("https:/example.org", None),
            ("https://", None),
            ("https:///example.org", None),
            ("///example.org", None),
            ("data:text/html,x", None),
            ("vbscript:x", None),
            ("blob:https://example.org/1", None),
            ("file:///etc/passwd", None),
            ("relative/path", None),
            ("?query", None),
            ("sandbox:/mnt/data/a.csv", None),
        ] {
            assert_eq!(destination(address), expected, "{address:?}");
        }
    }

    #[test]
    fn only_plain_paths_below_media_are_own_pictures() {
        assert_eq!(own_picture("/media/ab/cd-1.png"), Some("/media/ab/cd-1.png"));
        for address in [
            "/media/",
            "/media/../logout",
            "/media/a/../../logout",
            "/media/.%2e/logout",
            "/media//example.org/a.png",
            "/media/a.png?x",
            "/media/a\\..\\b",
            "/other/a.png",
            "https://example.org/media/a.png",
        ] {
            assert_eq!(own_picture(address), None, "{address:?}");
        }
    }
}

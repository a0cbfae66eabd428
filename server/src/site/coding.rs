//! Choosing between the compressed forms of a file.

use axum::http::{HeaderMap, header};

/// A form that a file can be sent in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    /// As it is.
    Identity,
    /// Compressed with gzip.
    Gzip,
    /// Compressed with brotli.
    Brotli,
}

impl Coding {
    /// Its name in `Content-Encoding`; `None` for the file as it is.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Coding::Identity => None,
            Coding::Gzip => Some("gzip"),
            Coding::Brotli => Some("br"),
        }
    }
}

/// The compressed forms that a client takes. Which it likes better does not matter: the smaller one wins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Accepted {
    pub(super) gzip: bool,
    pub(super) brotli: bool,
}

impl Accepted {
    /// Reads `Accept-Encoding` (RFC 9110, section 12.5.3).
    pub(super) fn by(headers: &HeaderMap) -> Accepted {
        let (mut gzip, mut brotli, mut any) = (None, None, false);
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for choice in values.flat_map(|value| value.split(',')) {
            let (name, parameters) = choice.split_once(';').unwrap_or((choice, ""));
            let taken = !is_refusal(parameters);
            match name.trim().to_ascii_lowercase().as_str() {
                "br" => brotli = Some(taken),
                "gzip" | "x-gzip" => gzip = Some(taken),
                "*" => any = taken,
                _ => {}
            }
        }
        Accepted { gzip: gzip.unwrap_or(any), brotli: brotli.unwrap_or(any) }
    }
}

/// Whether a weight says "not at all": `q=0`, `q=0.0`, …
fn is_refusal(parameters: &str) -> bool {
    let weight = parameters.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.trim_start().strip_prefix('='));
    weight.is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(value: &str) -> (bool, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        let accepted = Accepted::by(&headers);
        (accepted.brotli, accepted.gzip)
    }

    #[test]
    fn what_a_client_takes_is_read_with_its_weights() {
        assert_eq!(by("gzip, deflate, br, zstd"), (true, true));
        assert_eq!(by("gzip"), (false, true));
        assert_eq!(by("br;q=0, gzip;q=0.5"), (false, true));
        assert_eq!(by("*"), (true, true));
        assert_eq!(by("*, br;q=0"), (false, true));
        assert_eq!(by("identity"), (false, false));
        assert_eq!(by("BR ; q=1.0"), (true, false));
        assert_eq!(by(""), (false, false));
        assert_eq!(Accepted::by(&HeaderMap::new()), Accepted { gzip: false, brotli: false });
    }
}

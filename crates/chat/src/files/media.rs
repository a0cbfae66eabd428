//! What a file is, by its first bytes: names and headers say anything.

/// What a browser may show, by the first bytes of a file; everything else is bytes to keep. Formats that can carry a program (SVG, HTML) are
/// never among them.
///
/// Signatures are those of the formats' own specifications, as the WHATWG's MIME sniffing standard lists them
/// (<https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern>).
pub(crate) fn media_type(head: &[u8]) -> &'static str {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => "audio/wav",
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand {
            [b'a', b'v', b'i', b'f' | b's', ..] => "image/avif",
            [b'M', b'4', b'A', ..] => "audio/mp4",
            [b'i', b's', b'o', ..] | [b'm', b'p', b'4', ..] | [b'M', b'4', b'V', ..] | [b'a', b'v', b'c', b'1', ..] => {
                "video/mp4"
            }
            _ => UNKNOWN,
        },
        [0x1a, 0x45, 0xdf, 0xa3, rest @ ..]
            if rest.iter().take(40).copied().collect::<Vec<u8>>().windows(4).any(|w| w == b"webm") =>
        {
            "video/webm"
        }
        [b'O', b'g', b'g', b'S', ..] => "audio/ogg",
        [b'f', b'L', b'a', b'C', ..] => "audio/flac",
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2, ..] => "audio/mpeg",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        _ => UNKNOWN,
    }
}

/// Bytes to keep.
const UNKNOWN: &str = "application/octet-stream";

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn only_what_cannot_run_is_shown() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n\0\0"), "image/png");
        assert_eq!(media_type(b"\0\0\0\x20ftypavif"), "image/avif");
        assert_eq!(media_type(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), "video/webm");
        for other in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"<!doctype html>",
            b"GIF",
            b"MZ",
            b"\x1a\x45\xdf\xa3\x9fmatroska",
        ] {
            assert_eq!(media_type(other), "application/octet-stream", "{other:?}");
        }
    }
}

//! The pictures of a conversation as addresses of the scheme `data:`.

use super::html::Picture;
use crate::files;
use aios_model::StoredFile;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{collections::HashMap, fs, path::Path};

/// The largest picture that goes into a page, in bytes.
const MAXIMUM_PICTURE: u64 = 4 << 20;

/// The most bytes of pictures in one page.
const MAXIMUM_PAGE: u64 = 32 << 20;

/// What browsers show and what can hold no script.
const SHOWN: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

/// What is known of each reference. The same bytes under several references count each time.
pub(super) fn load<'a>(stored: &'a [StoredFile], folder: &Path) -> HashMap<&'a str, Picture> {
    let mut left = MAXIMUM_PAGE;
    let mut picture = |file: &StoredFile| {
        if !SHOWN.contains(&file.media_type.as_str()) {
            return Picture::LeftOut(format!("a file of {} bytes, not in this page.", file.size));
        }
        if file.size > MAXIMUM_PICTURE || file.size > left {
            return Picture::LeftOut(format!("a picture of {} bytes, too large for this page.", file.size));
        }
        match fs::read(files::path(folder, &file.hash)) {
            Ok(bytes) => {
                left = left.saturating_sub(bytes.len() as u64);
                Picture::Inside(format!("data:{};base64,{}", file.media_type, STANDARD.encode(bytes)))
            }
            Err(error) => {
                tracing::warn!(hash = file.hash, %error, "a picture could not be read for an export");
                Picture::LeftOut("its bytes could not be read.".to_owned())
            }
        }
    };
    stored.iter().map(|file| (file.reference.as_str(), picture(file))).collect()
}

//! The compressed forms that are served instead of the plain files.

use crate::cache::Cache;
use crate::error::{Error, at};
use std::io::Write;
use std::path::Path;

/// The compressed forms of a file; a form that is not smaller than the file is left out.
#[derive(Clone, Default)]
pub struct Compressed {
    /// gzip, level 9.
    pub gzip: Option<Vec<u8>>,
    /// brotli, quality 11, window 2^22.
    pub brotli: Option<Vec<u8>>,
}

/// Compresses a file, once for the same bytes.
///
/// # Errors
/// When the cache cannot be used.
pub fn compress(cache: &Cache, path: &Path, bytes: &[u8]) -> Result<Compressed, Error> {
    let smaller = |form: Vec<u8>| (form.len() < bytes.len()).then_some(form);
    let gzip = cache.get("gzip 9", bytes, || at(path, gzip(bytes)))?;
    let brotli = cache.get("brotli 11 22", bytes, || at(path, brotli(bytes)))?;
    Ok(Compressed { gzip: smaller(gzip), brotli: smaller(brotli) })
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut output = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut output, &parameters)?;
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_forms_decompress_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().to_owned());
        let text = "the same words again and again; ".repeat(50).into_bytes();
        let forms = compress(&cache, Path::new("text"), &text).unwrap();
        let (mut from_gzip, mut from_brotli) = (Vec::new(), Vec::new());
        flate2::read::GzDecoder::new(forms.gzip.unwrap().as_slice()).read_to_end(&mut from_gzip).unwrap();
        brotli::Decompressor::new(forms.brotli.unwrap().as_slice(), 4096).read_to_end(&mut from_brotli).unwrap();
        assert_eq!(from_gzip, text);
        assert_eq!(from_brotli, text);
    }

    #[test]
    fn a_form_that_saves_nothing_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().to_owned());
        let forms = compress(&cache, Path::new("byte"), b"x").unwrap();
        assert!(forms.gzip.is_none() && forms.brotli.is_none());
    }
}

use std::io::{self, Read};

/// Reads UTF-16 as UTF-8 (PowerShell's redirection writes such files). Halves of surrogate pairs become U+FFFD.
pub(crate) struct Utf16<R> {
    inner: R,
    big_endian: bool,
    /// A byte, and then perhaps a high surrogate, that wait for what follows them.
    odd_byte: Option<u8>,
    high: Option<u16>,
    /// UTF-8 that is not handed out yet.
    ready: Vec<u8>,
    handed: usize,
}

impl<R: Read> Utf16<R> {
    /// From a stream behind its byte order mark.
    pub fn new(inner: R, big_endian: bool) -> Utf16<R> {
        Utf16 { inner, big_endian, odd_byte: None, high: None, ready: Vec::new(), handed: 0 }
    }

    /// Decodes more. Leaves `ready` empty only at the end.
    fn decode(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.handed = 0;
        let mut raw = [0; 16 * 1024];
        while self.ready.is_empty() {
            let offset = usize::from(self.odd_byte.is_some());
            raw[0] = self.odd_byte.unwrap_or(0);
            let count = self.inner.read(&mut raw[offset..])? + offset;
            if count == offset {
                self.odd_byte = None;
                if self.high.take().is_some() || offset > 0 {
                    self.push('\u{fffd}');
                }
                return Ok(());
            }
            self.odd_byte = (count % 2 == 1).then(|| raw[count - 1]);
            for pair in raw[..count].chunks_exact(2) {
                let unit = [pair[0], pair[1]];
                self.unit(if self.big_endian { u16::from_be_bytes(unit) } else { u16::from_le_bytes(unit) });
            }
        }
        Ok(())
    }

    fn unit(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(character)) = char::decode_utf16([high, unit]).next() {
                return self.push(character);
            }
            self.push('\u{fffd}');
        }
        match unit {
            0xd800..0xdc00 => self.high = Some(unit),
            _ => self.push(char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}')),
        }
    }

    fn push(&mut self, character: char) {
        self.ready.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.handed == self.ready.len() {
            self.decode()?;
        }
        let ready = &self.ready[self.handed..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.handed += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::Utf16;
    use proptest::prelude::*;
    use std::io::Read;

    /// Gives at most three bytes at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(3);
            self.0.read(&mut buffer[..count])
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_the_standard_library_reads(units in proptest::collection::vec(
            prop_oneof![any::<u16>(), 0xd7f0u16..0xe010], 0..40), big_endian in any::<bool>()) {
            let bytes: Vec<u8> =
                units.iter().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            let mut text = String::new();
            Utf16::new(Slow(&bytes), big_endian).read_to_string(&mut text).unwrap();
            prop_assert_eq!(text, String::from_utf16_lossy(&units));
        }
    }
}

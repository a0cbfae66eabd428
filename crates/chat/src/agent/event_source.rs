//! Server-sent events, as far as model servers use them: the data of each event.
//!
//! Written here because the ready-made decoders keep as much of an unfinished event as a server cares to send; this one stops at
//! [`MAXIMUM_EVENT`].

/// The most bytes of one event. Model servers send a few hundred; a picture in base64 would be the largest thing anyone puts into one.
pub(super) const MAXIMUM_EVENT: usize = 4 * 1024 * 1024;

/// What makes a stream of events unreadable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EventSourceError {
    /// An event is longer than [`MAXIMUM_EVENT`].
    TooLong,
    /// A line is no UTF-8.
    NotText,
}

/// Takes bytes as they come, in pieces of any size, and gives the data of whole events.
#[derive(Default)]
pub(super) struct EventSource {
    /// The line at hand.
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed now belongs to it.
    after_return: bool,
    /// The data of the event at hand; `None` until it has a data line.
    data: Option<String>,
}

impl EventSource {
    /// Takes the next bytes and appends the data of the events that they complete to `events`.
    pub(super) fn push(&mut self, bytes: &[u8], events: &mut Vec<String>) -> Result<(), EventSourceError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut rest = bytes;
        if std::mem::take(&mut self.after_return) && bytes[0] == b'\n' {
            rest = &bytes[1..];
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            if self.line.is_empty() {
                // Nearly always: the line lies here as a whole.
                self.check_length(end)?;
                end_line(&rest[..end], &mut self.data, events)?;
            } else {
                self.extend_line(&rest[..end])?;
                end_line(&self.line, &mut self.data, events)?;
                self.line.clear();
            }
            let carriage_return = rest[end] == b'\r';
            rest = &rest[end + 1..];
            if carriage_return {
                match rest.first() {
                    Some(b'\n') => rest = &rest[1..],
                    None => self.after_return = true,
                    Some(_) => {}
                }
            }
        }
        self.extend_line(rest)
    }

    /// The data of an event that the end of the stream completes: some servers leave out the blank line after the last.
    pub(super) fn finish(mut self, events: &mut Vec<String>) -> Result<(), EventSourceError> {
        if !self.line.is_empty() {
            end_line(&self.line, &mut self.data, events)?;
        }
        events.extend(self.data.take());
        Ok(())
    }

    fn check_length(&self, more: usize) -> Result<(), EventSourceError> {
        let length = self.line.len() + self.data.as_ref().map_or(0, String::len) + more;
        if length > MAXIMUM_EVENT { Err(EventSourceError::TooLong) } else { Ok(()) }
    }

    fn extend_line(&mut self, bytes: &[u8]) -> Result<(), EventSourceError> {
        self.check_length(bytes.len())?;
        self.line.extend_from_slice(bytes);
        Ok(())
    }
}

/// Takes a line without its end into the event at hand, whose data are given if the line is the empty one that ends it.
fn end_line(line: &[u8], data: &mut Option<String>, events: &mut Vec<String>) -> Result<(), EventSourceError> {
    if line.is_empty() {
        events.extend(data.take());
        return Ok(());
    }
    let line = std::str::from_utf8(line).map_err(|_| EventSourceError::NotText)?;
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    // A line without a colon is a field with an empty value; one that begins with a colon is a comment.
    let (field, value) = line.split_once(':').unwrap_or((line, ""));
    if field == "data" {
        let value = value.strip_prefix(' ').unwrap_or(value);
        match data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            data @ None => *data = Some(value.to_owned()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{EventSource, EventSourceError, MAXIMUM_EVENT};
    use proptest::prelude::*;

    fn read(pieces: &[&[u8]]) -> Vec<String> {
        let mut source = EventSource::default();
        let mut events = Vec::new();
        for piece in pieces {
            source.push(piece, &mut events).unwrap();
        }
        source.finish(&mut events).unwrap();
        events
    }

    #[test]
    fn every_line_ending_comments_and_other_fields_are_understood() {
        let text = "\u{feff}: hello\r\nevent: x\r\ndata: a\r\ndata:  b\r\n\r\ndata:c\r\rid: 1\n\ndata\n\ndata: last";
        assert_eq!(read(&[text.as_bytes()]), ["a\n b", "c", "", "last"]);
    }

    #[test]
    fn an_event_that_never_ends_is_refused() {
        let mut source = EventSource::default();
        let piece = vec![b'x'; MAXIMUM_EVENT / 4 + 1];
        let results: Vec<_> = (0..4).map(|_| source.push(&piece, &mut Vec::new())).collect();
        assert_eq!(results, [Ok(()), Ok(()), Ok(()), Err(EventSourceError::TooLong)]);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let pushed = EventSource::default().push(b"data: \xff\n", &mut Vec::new());
        assert_eq!(pushed, Err(EventSourceError::NotText));
    }

    proptest! {
        #[test]
        fn where_the_pieces_are_cut_makes_no_difference(
            text in "(data: ?[a-zä\u{1F600}: ]{0,6}|:c|\r|\n|\r\n){0,20}",
            cuts in proptest::collection::vec(1usize..5, 0..80),
        ) {
            let mut pieces = Vec::new();
            let mut rest = text.as_bytes();
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            pieces.push(rest);
            prop_assert_eq!(read(&pieces), read(&[text.as_bytes()]));
        }
    }
}

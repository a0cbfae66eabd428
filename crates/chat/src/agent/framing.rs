//! How a body is cut into frames, each of which a dialect reads as a whole.

use super::event_source::{EventSource, EventSourceError, MAXIMUM_EVENT};

/// How a model server cuts its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Framing {
    /// Server-sent events.
    Events,
    /// A JSON value a line.
    Lines,
    /// The whole body is one frame.
    Whole,
}

/// Takes bytes as they come, in pieces of any size, and gives whole frames.
pub(super) enum Frames {
    Events(EventSource),
    Lines(Vec<u8>),
    Whole(Vec<u8>),
}

impl Frames {
    pub(super) fn new(framing: Framing) -> Frames {
        match framing {
            Framing::Events => Frames::Events(EventSource::default()),
            Framing::Lines => Frames::Lines(Vec::new()),
            Framing::Whole => Frames::Whole(Vec::new()),
        }
    }

    /// Takes the next bytes and appends the frames that they complete.
    pub(super) fn push(&mut self, bytes: &[u8], frames: &mut Vec<String>) -> Result<(), EventSourceError> {
        match self {
            Frames::Events(events) => events.push(bytes, frames),
            Frames::Lines(line) => {
                let mut rest = bytes;
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    extend(line, &rest[..end])?;
                    frames.push(text(std::mem::take(line))?);
                    rest = &rest[end + 1..];
                }
                extend(line, rest)
            }
            Frames::Whole(body) => extend(body, bytes),
        }
    }

    /// The frame that the end of the body completes.
    pub(super) fn finish(&mut self, frames: &mut Vec<String>) -> Result<(), EventSourceError> {
        match self {
            Frames::Events(events) => std::mem::take(events).finish(frames),
            Frames::Lines(rest) | Frames::Whole(rest) => {
                frames.push(text(std::mem::take(rest))?);
                Ok(())
            }
        }
    }
}

fn extend(kept: &mut Vec<u8>, bytes: &[u8]) -> Result<(), EventSourceError> {
    if kept.len() + bytes.len() > MAXIMUM_EVENT {
        return Err(EventSourceError::TooLong);
    }
    kept.extend_from_slice(bytes);
    Ok(())
}

fn text(bytes: Vec<u8>) -> Result<String, EventSourceError> {
    String::from_utf8(bytes).map_err(|_| EventSourceError::NotText)
}

#[cfg(test)]
mod tests {
    use super::{Frames, Framing};
    use crate::agent::event_source::{EventSourceError, MAXIMUM_EVENT};
    use proptest::prelude::*;

    #[test]
    fn a_line_that_never_ends_is_refused() {
        let mut frames = Frames::new(Framing::Lines);
        let piece = vec![b'x'; MAXIMUM_EVENT];
        assert_eq!(frames.push(&piece, &mut Vec::new()), Ok(()));
        assert_eq!(frames.push(b"x", &mut Vec::new()), Err(EventSourceError::TooLong));
    }

    proptest! {
        #[test]
        fn where_lines_are_cut_makes_no_difference(text in "([a-zä]{0,4}\n?){0,12}", at in any::<prop::sample::Index>()) {
            let cut = at.index(text.len() + 1);
            let (mut frames, mut read) = (Frames::new(Framing::Lines), Vec::new());
            for piece in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
                frames.push(piece, &mut read).unwrap();
            }
            frames.finish(&mut read).unwrap();
            prop_assert_eq!(read, text.split('\n').collect::<Vec<_>>());
        }
    }
}

//! Writing for people and for programs.

use super::Error;
use serde::Serialize;
use std::{
    io::{self, Write as _},
    path::Path,
};

/// Writes to standard output and sees it through.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
        .map_err(Error::writing(Path::new("standard output")))
}

/// A value as JSON on one line.
pub(super) fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(io::Error::from).map_err(Error::writing(Path::new("JSON")))
}

/// Text from outside for a terminal: on one line, without characters that the terminal would obey (escape sequences) or that would show
/// the text in another order than it is in.
pub(super) fn plain(text: &str) -> String {
    let harmless = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        character if character.is_control() => '\u{fffd}',
        character => character,
    };
    text.chars().map(harmless).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_title_cannot_speak_to_the_terminal() {
        assert_eq!(super::plain("a\u{1b}[2Jb\nc\u{202e}d ü 漢"), "a\u{fffd}[2Jb c\u{fffd}d ü 漢");
    }
}

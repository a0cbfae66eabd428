//! What was in the way, in the language of whoever reads it.

use crate::texts::texts;
use aios_chat::Error;

/// A sentence about an error. What has words of its own, as what is wrong with a request or what a model server said, keeps them.
pub fn sentence(error: &Error) -> String {
    let texts = texts();
    let sentence = match error {
        Error::NotFound { .. } => texts.no_such_conversation(),
        Error::TurnNotFound { .. } => texts.no_such_message(),
        Error::ImportNotFound { .. } => texts.no_such_import(),
        Error::FileNotFound { .. } => texts.no_such_file(),
        Error::Busy { .. } => texts.still_writing(),
        Error::ShuttingDown => texts.shutting_down(),
        Error::Store(_) if error.is_full() => texts.disk_full(),
        Error::Store(_) => texts.history_failed(),
        Error::File { .. } => texts.file_failed(),
        Error::Internal { .. } => texts.internal_failed(),
        _ => return error.message_for_people(),
    };
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use super::sentence;
    use aios_chat::Error;

    #[test]
    fn in_english_a_refusal_says_what_the_operation_says() {
        let errors = [
            Error::NotFound { session_id: "a".to_owned() },
            Error::TurnNotFound { turn_id: 1 },
            Error::ImportNotFound { import_id: "a".to_owned() },
            Error::ShuttingDown,
            Error::invalid("A name is too long."),
        ];
        for error in errors {
            assert_eq!(sentence(&error), error.message_for_people());
        }
    }
}

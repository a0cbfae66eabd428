//! Commands of the person, which a session has in tags: `<command-name>/init</command-name> <command-args>here</command-args>` is `/init here`.

const TAGS: [&str; 4] = ["command-name", "command-args", "command-message", "command-contents"];

/// A command as it was typed, and below it what the program made of it; `None` for a text that is anything else but the tags of a command.
pub(super) fn as_typed(text: &str) -> Option<String> {
    let mut values = [""; TAGS.len()];
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, behind) = rest.strip_prefix('<')?.split_once('>')?;
        let tag = TAGS.iter().position(|tag| *tag == name)?;
        let (value, behind) = behind.split_once(&format!("</{name}>"))?;
        values[tag] = value.trim();
        rest = behind.trim_start();
    }
    let [name, arguments, message, contents] = values;
    let name = name.trim_start_matches('/');
    if name.is_empty() {
        return None;
    }
    let mut typed = format!("/{name} {arguments}").trim_end().to_owned();
    // The message is the name once more, most of the time.
    for words in
        [message, contents].into_iter().filter(|words| !words.is_empty() && words.trim_start_matches('/') != name)
    {
        typed.push_str("\n\n");
        typed.push_str(words);
    }
    Some(typed)
}

#[cfg(test)]
mod tests {
    use super::as_typed;

    #[test]
    fn a_command_is_shown_as_it_was_typed() {
        let text = "<command-name>/init</command-name>\n  <command-message>init</command-message>\n  <command-args>a <b></command-args>";
        assert_eq!(as_typed(text).as_deref(), Some("/init a <b>"));
        let text = "<command-message>test runs…</command-message>\n<command-name>test</command-name><command-contents>Test it.</command-contents>";
        assert_eq!(as_typed(text).as_deref(), Some("/test\n\ntest runs…\n\nTest it."));
    }

    #[test]
    fn what_is_more_than_a_command_stays_as_it_is() {
        for text in [
            "",
            "<command-name></command-name>",
            "<command-name>/a",
            "Why <command-name>/a</command-name>?",
            "<command-name>/a</command-name> and",
            "<p>a</p>",
        ] {
            assert_eq!(as_typed(text), None, "{text}");
        }
    }
}

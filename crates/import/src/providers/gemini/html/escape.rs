//! Text as markdown that shows it as it is.

/// Writes text behind markdown. `line_start` says that a line begins here, where more characters mean something.
///
/// Formulas between dollar signs stay as they are: Gemini writes them as text into its HTML.
pub(crate) fn escape(markdown: &mut String, text: &str, line_start: bool) {
    let mut rest = text;
    if line_start {
        rest = escape_start(markdown, rest);
    }
    while let Some(character) = rest.chars().next() {
        if character == '$'
            && let Some(length) = formula(rest)
        {
            markdown.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let after = &rest[character.len_utf8()..];
        let escaped = match character {
            '\\' | '`' | '*' | '[' | ']' | '~' | '$' => true,
            // Inside a word it means nothing.
            '_' => {
                let word = |other: Option<char>| other.is_some_and(char::is_alphanumeric);
                !(word(markdown.chars().next_back()) && word(after.chars().next()))
            }
            '<' => after.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
            '&' => is_entity(after),
            _ => false,
        };
        if escaped {
            markdown.push('\\');
        }
        markdown.push(character);
        rest = after;
    }
}

/// Whether an entity follows the `&` before this.
pub(crate) fn is_entity(text: &str) -> bool {
    let name = text.bytes().take(33).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    name > 0 && text.as_bytes().get(name) == Some(&b';')
}

/// What would begin a heading, list, quotation and so on at the beginning of a line.
fn escape_start<'a>(markdown: &mut String, text: &'a str) -> &'a str {
    let Some(first) = text.chars().next() else { return text };
    if matches!(first, '#' | '>' | '-' | '+' | '=' | ':') {
        markdown.push('\\');
        markdown.push(first);
        return &text[1..];
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..10).contains(&digits) && matches!(text.as_bytes().get(digits), Some(b'.' | b')')) {
        markdown.push_str(&text[..digits]);
        markdown.push('\\');
        return &text[digits..];
    }
    text
}

/// The length of the formula that begins here.
fn formula(text: &str) -> Option<usize> {
    let mark = if text.starts_with("$$") { "$$" } else { "$" };
    let inside = &text[mark.len()..];
    let length = inside.find(mark)?;
    let tex = &inside[..length];
    let after = inside[length + mark.len()..].chars().next();
    let is_formula = !tex.is_empty()
        && length < 4000
        && tex.trim_ascii() == tex
        && !tex.contains(['`', '<', '\n'])
        && (tex.contains(['\\', '^', '_', '{', '=']) || tex.chars().count() == 1)
        && !after.is_some_and(|after| after.is_ascii_digit());
    is_formula.then_some(length + 2 * mark.len())
}

/// Code as a span, between as many backticks as it needs.
pub(crate) fn code_span(markdown: &mut String, code: &str) {
    let ticks = "`".repeat(longest_run(code, '`') + 1);
    let space = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    for piece in [&ticks, space, code, space, &ticks] {
        markdown.push_str(piece);
    }
}

/// The longest run of a character.
pub(crate) fn longest_run(text: &str, character: char) -> usize {
    text.split(|other| other != character).map(str::len).max().unwrap_or(0)
}

/// An address as the destination of a link, if it is of a kind that is followed.
pub(crate) fn destination(address: &str) -> Option<String> {
    let address = address.trim();
    let allowed = ["http://", "https://", "mailto:"];
    let begins = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if !allowed.into_iter().any(begins) {
        return None;
    }
    let mut destination = String::with_capacity(address.len());
    for (at, character) in address.char_indices() {
        match character {
            '<' | '>' | '(' | ')' | '\\' | '|' | '`' | '"' => {
                destination.push_str(&format!("%{:02X}", u32::from(character)));
            }
            '&' if is_entity(&address[at + 1..]) => destination.push_str("&amp;"),
            _ if character.is_whitespace() => destination.push_str("%20"),
            _ if character.is_control() => {}
            _ => destination.push(character),
        }
    }
    Some(destination)
}

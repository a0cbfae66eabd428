//! Formulas between `\(` and `\)`, and `\[` and `\]`, as most models write them: to the parser they are escaped brackets, and it would take
//! what is in them for markdown.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::piece;
use crate::scan::floor_char_boundary;

/// The longest formula, in bytes. The end of one is looked for no further.
const LONGEST: usize = 2 * 1024;

/// The text with dollar signs around such formulas, which the parser knows.
///
/// A display begins and ends its lines: `\[1\]` in a sentence is a bracket. Code stays as it is.
pub(crate) fn with_dollars(text: &str) -> Cow<'_, str> {
    if !text.contains("\\(") && !text.contains("\\[") {
        return Cow::Borrowed(text);
    }
    let mut code = code_in(text).into_iter().peekable();
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut written) = (0, 0);
    while at < bytes.len() {
        while code.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = code.peek().filter(|range| range.start <= at) {
            at = range.end;
            continue;
        }
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let formula = formula(text, at).filter(|(_, end, _)| code.peek().is_none_or(|range| range.start >= *end));
        let Some((tex, end, sign)) = formula else {
            // Whatever is behind a backslash is not the start of anything.
            at += 2;
            continue;
        };
        for part in [&text[written..at], sign, tex, sign] {
            out.push_str(part);
        }
        (at, written) = (end, end);
    }
    out.push_str(&text[written..]);
    Cow::Owned(out)
}

/// The formula whose mark begins at `at`, where it ends with its marks, and what stands around it for the parser.
fn formula(text: &str, at: usize) -> Option<(&str, usize, &'static str)> {
    let (closing, sign) = match text.as_bytes().get(at + 1)? {
        b'(' => ("\\)", "$"),
        b'[' => ("\\]", "$$"),
        _ => return None,
    };
    let rest = &text[at + 2..];
    let tex = rest[..floor_char_boundary(rest, LONGEST)].split_once(closing)?.0;
    let end = at + 2 + tex.len() + closing.len();
    let is_line_around = || {
        let before = text[..at].rsplit('\n').next().unwrap_or_default();
        let after = text[end..].split('\n').next().unwrap_or_default();
        before.trim_matches(|c: char| c.is_whitespace() || "->*+.)".contains(c) || c.is_ascii_digit()).is_empty()
            && after.trim_matches(|c: char| c.is_whitespace() || ".,;".contains(c)).is_empty()
    };
    let is_formula = !tex.trim().is_empty()
        && !tex.contains(['$', '`'])
        && !tex.contains("\n\n")
        && (sign == "$" || is_line_around());
    is_formula.then(|| (tex.trim(), end, sign))
}

/// Where code and formulas stand, in order.
fn code_in(text: &str) -> Vec<Range<usize>> {
    piece::parser(text)
        .into_offset_iter()
        .filter(|(event, _)| {
            matches!(
                event,
                Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::Start(Tag::CodeBlock(_))
            )
        })
        .map(|(_, range)| range)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::with_dollars;

    #[test]
    fn brackets_of_formulas_become_dollar_signs() {
        for (text, expected) in [
            ("a \\( x_1 \\) b", "a $x_1$ b"),
            ("\\[\nx = \\frac{1}{2}\n\\]", "$$x = \\frac{1}{2}$$"),
            ("- a:\n  \\[ x \\].", "- a:\n  $$x$$."),
            ("see \\[1\\]", "see \\[1\\]"),
            ("\\[a\\](https://b)", "\\[a\\](https://b)"),
            ("\\\\(a\\\\)", "\\\\(a\\\\)"),
            ("`\\(a\\)` \\(b\\)", "`\\(a\\)` $b$"),
            ("- ```\n  \\(a\\)\n  ```", "- ```\n  \\(a\\)\n  ```"),
            ("\\(a $ b\\)", "\\(a $ b\\)"),
            ("\\( a", "\\( a"),
            ("\\(\\)", "\\(\\)"),
            ("é\\", "é\\"),
        ] {
            assert_eq!(with_dollars(text), expected, "{text}");
        }
    }
}

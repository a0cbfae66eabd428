use std::borrow::Cow;

/// A piece of HTML.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Token<'a> {
    /// Text with its entities.
    Text(&'a str),
    /// An element begins.
    Start(Tag<'a>),
    /// An element ends; its name as it is written.
    End(&'a str),
}

/// The tag that begins an element.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Tag<'a> {
    pub name: &'a str,
    attributes: &'a str,
}

/// Elements whose text is not shown.
const UNSEEN: [&str; 9] = ["script", "style", "template", "noscript", "title", "textarea", "iframe", "object", "svg"];

/// Cuts HTML into tokens. Whatever the text is, all of it is passed over once; markup that is not closed is text.
pub(crate) struct Tokens<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(html: &'a str) -> Tokens<'a> {
        Tokens { html, at: 0 }
    }

    /// The offset behind the last token.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The end of the tag that begins here; a `>` in quotation marks does not end it.
    fn tag_end(&self, from: usize) -> Option<usize> {
        let mut quote = None;
        for (at, byte) in self.html.as_bytes()[from..].iter().enumerate() {
            match (quote, byte) {
                (None, b'>') => return Some(from + at),
                (None, b'"' | b'\'') => quote = Some(*byte),
                (Some(mark), byte) if mark == *byte => quote = None,
                _ => {}
            }
        }
        None
    }

    /// Passes over an element whose text is not shown.
    fn pass(&mut self, name: &str) {
        let bytes = self.html.as_bytes();
        let ends = memchr::memmem::find_iter(&bytes[self.at..], b"</");
        let mut ends = ends.map(|found| self.at + found);
        let end = ends.find(|end| {
            bytes.get(end + 2..end + 2 + name.len()).is_some_and(|other| other.eq_ignore_ascii_case(name.as_bytes()))
        });
        self.at = end.and_then(|end| self.tag_end(end)).map_or(self.html.len(), |end| end + 1);
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.html[self.at..];
            if rest.is_empty() {
                return None;
            }
            let markup = |text: &str| {
                text.as_bytes()
                    .get(1)
                    .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'))
            };
            if !(rest.starts_with('<') && markup(rest)) {
                let mut next = memchr::memchr_iter(b'<', rest.as_bytes()).filter(|&at| at > 0 && markup(&rest[at..]));
                let length = next.next().unwrap_or(rest.len());
                self.at += length;
                return Some(Token::Text(&rest[..length]));
            }
            if let Some(comment) = rest.strip_prefix("<!--") {
                self.at = memchr::memmem::find(comment.as_bytes(), b"-->")
                    .map_or(self.html.len(), |end| self.at + 4 + end + 3);
                continue;
            }
            let start = self.at;
            let Some(end) = self.tag_end(start) else {
                self.at = self.html.len();
                return Some(Token::Text(rest));
            };
            self.at = end + 1;
            let inside = &self.html[start + 1..end];
            if inside.starts_with(['!', '?']) {
                continue;
            }
            if let Some(name) = inside.strip_prefix('/') {
                return Some(Token::End(name.trim()));
            }
            let length = inside.find(|character: char| character.is_ascii_whitespace() || character == '/');
            let (name, attributes) = inside.split_at(length.unwrap_or(inside.len()));
            if UNSEEN.iter().any(|unseen| unseen.eq_ignore_ascii_case(name)) {
                self.pass(name);
                continue;
            }
            return Some(Token::Start(Tag { name, attributes }));
        }
    }
}

impl<'a> Tag<'a> {
    /// Whether this is the element's name, which is written in lower case here.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, its entities replaced.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|character: char| character.is_ascii_whitespace() || character == '/');
            if rest.is_empty() {
                return None;
            }
            let length =
                rest.find(|character: char| character.is_ascii_whitespace() || character == '=').unwrap_or(rest.len());
            // What begins with `=` has an empty name.
            let (key, behind) = rest.split_at(length);
            let (value, behind) = match behind.trim_ascii_start().strip_prefix('=') {
                Some(value) => split_value(value.trim_ascii_start()),
                None => ("", behind),
            };
            if key.eq_ignore_ascii_case(name) {
                return Some(decode(value));
            }
            rest = behind;
        }
    }

    /// Whether it is of this class.
    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }
}

fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(|character: char| character.is_ascii_whitespace()).unwrap_or(text.len()))
}

/// The named entities that Google's pages use, and those of Latin letters' punctuation; the others stay as they are written.
const ENTITIES: [(&str, char); 46] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("thinsp", '\u{2009}'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
    ("shy", '\u{ad}'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("times", '×'),
    ("divide", '÷'),
    ("middot", '·'),
    ("bull", '•'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("sect", '§'),
    ("para", '¶'),
    ("frac12", '½'),
    ("larr", '←'),
    ("rarr", '→'),
    ("le", '≤'),
    ("ge", '≥'),
    ("ne", '≠'),
    ("infin", '∞'),
    ("minus", '−'),
];

/// Text with its entities replaced.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut decoded = String::with_capacity(text.len());
    let (before, mut rest) = text.split_at(first);
    decoded.push_str(before);
    while !rest.is_empty() {
        // `rest` begins with `&`; no entity here is longer than 10 bytes.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| entity(&rest[1..end]).map(|character| (character, end + 1))) {
            Some((character, length)) => {
                decoded.push(character);
                rest = &rest[length..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
        let next = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        decoded.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(decoded)
}

/// The character of an entity, by what is between `&` and `;`.
fn entity(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|character| *character != '\0')
}

#[cfg(test)]
mod tests {
    use super::{Token, Tokens, decode};
    use proptest::prelude::*;

    #[test]
    fn tags_texts_and_attributes_are_told_apart() {
        let html = "a<b x='>' CLASS=\"k l\" href=u>1 < 2</B ><!-- <i> --><script>if (a<b) {}</script>c<br/>d<";
        let tokens: Vec<_> = Tokens::new(html).collect();
        let texts: Vec<_> =
            tokens.iter().filter_map(|token| if let Token::Text(text) = token { Some(*text) } else { None }).collect();
        assert_eq!(texts, ["a", "1 < 2", "c", "d<"]);
        let Token::Start(tag) = tokens[1] else { panic!("{tokens:?}") };
        assert_eq!(tag.attribute("href").as_deref(), Some("u"));
        assert_eq!(tag.attribute("x").as_deref(), Some(">"));
        assert!(tag.has_class("l") && tag.attribute("none").is_none());
        assert_eq!(tokens[3], Token::End("B"));
    }

    #[test]
    fn entities_are_replaced_and_what_is_none_stays() {
        assert_eq!(decode("a &amp;&lt;b&gt; &#39;&#x1F600; &nbsp;&emsp;x"), "a &<b> '😀 \u{a0}\u{2003}x");
        assert_eq!(decode("&unknown; & &; &#0; &#xFFFFFFFFFF; R&D&"), "&unknown; & &; &#0; &#xFFFFFFFFFF; R&D&");
        assert_eq!(decode("&日本;"), "&日本;");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_up(html in "[<>/!a-c&;#='\" \\-é]{0,60}") {
            for token in Tokens::new(&html) {
                if let Token::Start(tag) = token {
                    let _ = tag.attribute("a");
                }
            }
            let _ = decode(&html);
        }
    }
}

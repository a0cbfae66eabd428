//! HTML as markdown: the answers in Google's exports are HTML.
//!
//! Text stays text: what means something in markdown is escaped, scripts and styles are left out, links keep only addresses that are followed, and
//! pictures become names. Nesting costs no stack; lists and quotations are indented [`MAXIMUM_DEPTH`] deep, what is deeper keeps its text.

mod block;
mod escape;
mod mark;
mod table;
mod token;

pub(crate) use token::{Tag, Token, Tokens, decode};

use block::{Break, Container};
use mark::{Kind, Mark};
use std::mem;
use table::Table;

/// How deep lists and quotations nest.
const MAXIMUM_DEPTH: usize = 24;

/// HTML that was read.
#[derive(Default, PartialEq, Debug)]
pub(crate) struct Converted {
    /// Its text.
    pub markdown: String,
    /// Its pictures that are files beside the page, in their order.
    pub pictures: Vec<Picture>,
}

/// A picture that is a file beside the page.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Picture {
    /// The file's name without its folders.
    pub name: String,
    /// What it shows, in words.
    pub description: Option<String>,
}

/// Reads HTML.
pub(crate) fn convert(html: &str) -> Converted {
    let mut converter = Converter::default();
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => converter.text(text),
            Token::Start(tag) => converter.start(&tag),
            Token::End(name) => converter.end(&name.to_ascii_lowercase()),
        }
    }
    converter.finish()
}

/// The name of a file that an address beside the page leads to; `None` for addresses that lead elsewhere.
pub(crate) fn file_name(address: &str) -> Option<String> {
    let address = address.trim();
    let before = address.split(['/', '?', '#']).next().unwrap_or_default();
    if before.contains(':') || address.starts_with("//") {
        return None;
    }
    let name = address.split(['?', '#']).next()?.rsplit(['/', '\\']).next()?;
    let name = percent_decode(name);
    (!matches!(name.trim(), "" | "." | "..") && !name.contains(['/', '\\'])).then_some(name)
}

fn percent_decode(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        match (first, digit(behind.first()), digit(behind.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// White space that is shown as one space.
fn is_space(character: char) -> bool {
    character.is_ascii_whitespace() || matches!(character, '\u{a0}' | '\u{2003}' | '\u{202f}')
}

/// What is written, and what is open.
#[derive(Default)]
struct Converter {
    out: String,
    containers: Vec<Container>,
    /// Containers that are open beyond the limit.
    excess: usize,
    pending: Break,
    /// White space came since the last text.
    space: bool,
    /// Nothing stands on the line yet.
    line_start: bool,
    /// What the next line begins with: the signs of a heading.
    heading: Option<&'static str>,
    marks: Vec<Mark>,
    /// How often a kind of mark is open within itself.
    nested: [usize; 4],
    /// Where a mark that was closed last begins and where it ends, if what follows may undo it.
    doubtful: Option<(usize, usize)>,
    table: Option<Table>,
    /// Code, the element that it is in, and its language.
    code: Option<Code>,
    /// An element that was read already, and how many of its name are open in it.
    passing: Option<(String, usize)>,
    pictures: Vec<Picture>,
}

struct Code {
    block: bool,
    language: String,
    text: String,
}

impl Converter {
    fn text(&mut self, text: &str) {
        if self.passing.is_some() {
            return;
        }
        let text = decode(text);
        if let Some(code) = &mut self.code {
            return code.text.push_str(&text);
        }
        let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
        self.space |= text.starts_with(is_space);
        if !words.is_empty() {
            self.words(&words.join(" "));
            self.space = text.ends_with(is_space);
        }
    }

    /// Writes words behind what is pending.
    fn words(&mut self, words: &str) {
        let Some(first) = words.chars().next() else { return };
        self.prepare(Some(first));
        let line_start = self.line_start && self.in_cell().is_none();
        escape::escape(&mut self.out, words, line_start);
        self.line_start = false;
    }

    /// Writes markdown behind what is pending.
    fn raw(&mut self, markdown: &str) {
        self.prepare(None);
        self.out.push_str(markdown);
        self.line_start = false;
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        if let Some((passing, depth)) = &mut self.passing {
            *depth += usize::from(*passing == name);
            return;
        }
        if let Some(code) = &mut self.code {
            match name.as_str() {
                "br" => code.text.push('\n'),
                "code" if code.language.is_empty() => code.language = language(tag),
                _ => {}
            }
            return;
        }
        if let Some(formula) = tag.attribute("data-math") {
            self.formula(
                &formula,
                name == "div" || tag.attribute("class").is_some_and(|class| class.contains("block")),
            );
            self.passing = Some((name, 0));
            return;
        }
        match name.as_str() {
            "br" => self.line_break(),
            "hr" => {
                self.block();
                self.raw("---");
                self.block();
            }
            "pre" => self.code = Some(Code { block: true, language: language(tag), text: String::new() }),
            "code" | "kbd" | "samp" => {
                self.code = Some(Code { block: false, language: String::new(), text: String::new() });
            }
            "img" => self.picture(tag),
            "a" => {
                if let Some(destination) = tag.attribute("href").and_then(|address| escape::destination(&address)) {
                    self.open_mark(Kind::Link, destination);
                } else {
                    self.nested[Kind::Link as usize] += 1;
                }
            }
            "sup" => self.words("^"),
            "sub" => self.words("_"),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                let level = usize::from(name.as_bytes()[1] - b'0');
                self.heading = Some(&"###### "[6 - level..]);
            }
            "ul" | "ol" | "li" | "blockquote" => self.open_container(&name, tag),
            "table" | "tr" | "td" | "th" => self.open_table_part(&name),
            _ => match Kind::of(&name) {
                Some(kind) => self.open_mark(kind, String::new()),
                None if is_block(&name) => self.block(),
                None => {}
            },
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((passing, depth)) = &mut self.passing {
            if passing == name {
                match depth.checked_sub(1) {
                    Some(less) => *depth = less,
                    None => self.passing = None,
                }
            }
            return;
        }
        if let Some(code) = &self.code {
            if (code.block && name == "pre") || (!code.block && matches!(name, "code" | "kbd" | "samp")) {
                self.end_code();
            }
            return;
        }
        match name {
            "ul" | "ol" | "li" | "blockquote" => self.close_container(name),
            "table" | "tr" | "td" | "th" => self.close_table_part(name),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                self.heading = None;
            }
            _ => match Kind::of(name) {
                Some(kind) => self.close_mark(kind),
                None if is_block(name) => self.block(),
                None => {}
            },
        }
    }

    fn end_code(&mut self) {
        let Some(Code { block, language, text }) = self.code.take() else { return };
        if !block || self.in_cell().is_some() {
            let words: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
            if !words.is_empty() {
                let mut span = String::new();
                escape::code_span(&mut span, &words.join(" "));
                self.raw(&span);
            }
            return;
        }
        let text = text.strip_prefix("\r\n").or(text.strip_prefix('\n')).unwrap_or(&text);
        let text = text.trim_end_matches(['\n', '\r']);
        if text.is_empty() {
            return;
        }
        self.block();
        let fence = "`".repeat(escape::longest_run(text, '`').max(2) + 1);
        self.raw(&format!("{fence}{language}"));
        for line in text.lines().chain([fence.as_str()]) {
            self.pending = Break::Line;
            self.raw(line);
        }
        self.block();
    }

    fn formula(&mut self, tex: &str, display: bool) {
        let tex = tex.split_whitespace().collect::<Vec<_>>().join(" ");
        if tex.is_empty() {
            return;
        }
        if tex.contains(['$', '`']) {
            let mut span = String::new();
            escape::code_span(&mut span, &tex);
            return self.raw(&span);
        }
        if !display || self.in_cell().is_some() {
            return self.raw(&format!("${tex}$"));
        }
        self.block();
        self.raw(&format!("$${tex}$$"));
        self.block();
    }

    /// A picture: a file beside the page is kept by name, one from elsewhere is named in the text and never loaded.
    fn picture(&mut self, tag: &Tag<'_>) {
        let description = tag.attribute("alt").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        match tag.attribute("src").and_then(|address| file_name(&address)) {
            Some(name) => self.pictures.push(Picture { name, description }),
            None => {
                let words = description.map_or_else(|| "[Image]".to_owned(), |words| format!("[Image: {words}]"));
                let words: Vec<&str> = words.split_whitespace().collect();
                self.words(&words.join(" "));
            }
        }
    }

    fn finish(mut self) -> Converted {
        self.end_code();
        self.end_table();
        self.close_marks(0);
        Converted { markdown: mem::take(&mut self.out), pictures: self.pictures }
    }
}

/// The language of code, from a class like `language-rust`.
fn language(tag: &Tag<'_>) -> String {
    let class = tag.attribute("class").unwrap_or_default();
    let name = class
        .split_ascii_whitespace()
        .find_map(|class| class.strip_prefix("language-").or(class.strip_prefix("lang-")));
    let plain = |name: &&str| {
        name.len() <= 30 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-#_.".contains(&byte))
    };
    name.filter(plain).unwrap_or_default().to_owned()
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "aside"
            | "nav"
            | "figure"
            | "figcaption"
            | "details"
            | "summary"
            | "dl"
            | "dt"
            | "dd"
            | "address"
            | "form"
            | "center"
            | "caption"
    )
}

#[cfg(test)]
mod tests;

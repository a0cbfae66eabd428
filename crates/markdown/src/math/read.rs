//! TeX to MathML, in one pass.
//!
//! There are no macros, so that nothing expands, and groups nest to a fixed depth. What is not known here makes the whole formula unreadable: a
//! formula without one of its parts is another formula.

use super::alphabet::Alphabet;
use super::element::{
    BETWEEN, CLOSING, OPENING, around, delimiter, fence, identifier, leaf, number, operator, row, scripts, space, text,
};
use super::source::Source;
use super::symbols::{Kind, symbol};

/// How deep groups nest, and what else contains formulas.
const DEEPEST: usize = 24;

/// Where a row of a formula ends. What ends it is left to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With the formula, or before `\\`.
    Formula,
    /// Before `}`, or before `\\` where lines stand below each other.
    Group,
    /// Before `]`.
    Option,
    /// Before `\right` or `\middle`.
    Fence,
    /// Before `&`, `\\` or `\end`.
    Cell,
}

/// What an item is to those beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Ordinary,
    /// A sign after it belongs to what follows the sign.
    Operator,
    /// An operator whose limits stand above and below it.
    Limits,
    /// The name of a function, still without its element.
    Function,
    LimitFunction,
}

pub(super) struct Atom {
    /// Exactly one element, or the name of a function.
    pub(super) mathml: String,
    pub(super) class: Class,
}

impl Atom {
    pub(super) fn new(mathml: String, class: Class) -> Self {
        Self { mathml, class }
    }
}

/// See the [module](self).
pub(super) struct Reader<'a> {
    pub(super) source: Source<'a>,
    depth: usize,
    pub(super) alphabet: Alphabet,
    /// The number of the formula or of the line of it.
    pub(super) tag: Option<&'a str>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tex: &'a str) -> Self {
        Self { source: Source::new(tex), depth: 0, alphabet: Alphabet::Usual, tag: None }
    }

    /// The elements of the formula; `None` if it cannot be read.
    pub(super) fn formula(mut self) -> Option<Vec<String>> {
        let mut items = self.row(End::Formula)?;
        if self.source.rest.starts_with("\\\\") {
            // Lines without an environment around them.
            let mut lines = vec![items];
            while let Some(rest) = self.source.rest.strip_prefix("\\\\") {
                self.source.rest = rest;
                lines.push(self.row(End::Formula)?);
            }
            let rows: Vec<String> =
                lines.iter().map(|line| ["<mtr><mtd>", &line.concat(), "</mtd></mtr>"].concat()).collect();
            items = vec![["<mtable class=\"stack\" displaystyle=\"true\">", &rows.concat(), "</mtable>"].concat()];
        }
        if let Some(tag) = self.tag {
            items.extend([space("2em"), number_of_formula(tag)]);
        }
        Some(items)
    }

    /// The items up to what ends the row.
    pub(super) fn row(&mut self, end: End) -> Option<Vec<String>> {
        self.depth += 1;
        let alphabet = self.alphabet;
        let items = if self.depth > DEEPEST { None } else { self.items(end) };
        self.depth -= 1;
        self.alphabet = alphabet;
        items
    }

    fn items(&mut self, end: End) -> Option<Vec<String>> {
        let mut items: Vec<String> = Vec::new();
        let mut before = Class::Operator;
        loop {
            self.source.skip_space();
            if self.is_at(end) {
                return Some(items);
            }
            // These take all that is left of the row.
            if let Some(name) = self.source.command_ahead() {
                let style = match name {
                    "displaystyle" => "<mstyle displaystyle=\"true\" scriptlevel=\"0\">",
                    "textstyle" => "<mstyle displaystyle=\"false\" scriptlevel=\"0\">",
                    "scriptstyle" => "<mstyle displaystyle=\"false\" scriptlevel=\"1\">",
                    "scriptscriptstyle" => "<mstyle displaystyle=\"false\" scriptlevel=\"2\">",
                    _ => "",
                };
                let fraction = match name {
                    "over" => Some(("<mfrac>", "", "")),
                    "choose" => Some(("<mfrac linethickness=\"0\">", "(", ")")),
                    _ => None,
                };
                if !style.is_empty() {
                    self.source.skip_command(name);
                    let styled = self.row(end)?.concat();
                    items.push(around(style, &[&styled], "</mstyle>"));
                    return Some(items);
                }
                if let Some((start, open, close)) = fraction {
                    self.source.skip_command(name);
                    let below = row(&self.row(end)?);
                    let fraction = around(start, &[&row(&items), &below], "</mfrac>");
                    return Some(vec![fenced(open, &fraction, close)]);
                }
                if let Some((Kind::AlphabetSwitch, letter)) = symbol(name) {
                    self.source.skip_command(name);
                    self.alphabet = Alphabet::new(letter);
                    continue;
                }
            }
            if let Some(Atom { mathml, class }) = self.item(before)? {
                items.push(mathml);
                before = class;
            }
        }
    }

    /// An atom with what is above and below it; `Some(None)` for what is not seen.
    fn item(&mut self, before: Class) -> Option<Option<Atom>> {
        let base = if self.source.rest.starts_with(['^', '_', '\'']) {
            Atom::new("<mrow></mrow>".to_owned(), Class::Ordinary)
        } else {
            match self.atom(before)? {
                Some(atom) => atom,
                None => return Some(None),
            }
        };
        let mut limits = matches!(base.class, Class::Limits | Class::LimitFunction);
        let (mut below, mut above): (Option<String>, Option<String>) = (None, None);
        loop {
            self.source.skip_space();
            if self.source.skip_command("limits") {
                limits = true;
            } else if self.source.skip_command("nolimits") {
                limits = false;
            } else if let Some(rest) = self.source.rest.strip_prefix('_') {
                self.source.rest = rest;
                below = Some(self.argument()?).filter(|_| below.is_none());
                below.as_ref()?;
            } else if let Some(rest) = self.source.rest.strip_prefix('^') {
                self.source.rest = rest;
                let script = self.argument()?;
                // Behind primes there may be a superscript too.
                above = Some(match above {
                    Some(primes) if primes.starts_with("<mo>′") => row(&[primes, script]),
                    Some(_) => return None,
                    None => script,
                });
            } else if self.source.rest.starts_with('\'') && above.is_none() {
                let primes = self.source.rest.len() - self.source.rest.trim_start_matches('\'').len();
                self.source.rest = &self.source.rest[primes..];
                above = Some(operator(&"′".repeat(primes)));
            } else {
                break;
            }
        }
        let Atom { mut mathml, mut class } = base;
        if matches!(class, Class::Function | Class::LimitFunction) {
            mathml = self.function(&mathml, class, before);
            class = Class::Operator;
        }
        let mathml = scripts(&mathml, below.as_deref(), above.as_deref(), limits);
        Some(Some(Atom::new(mathml, if class == Class::Limits { Class::Operator } else { class })))
    }

    /// The name of a function, with space where a letter would touch it.
    fn function(&self, name: &str, class: Class, before: Class) -> String {
        let is_tight = self.source.rest.is_empty()
            || self.source.rest.starts_with(['(', '[', '}', ']', '&', ')', ','])
            || ["\\left", "\\big", "\\Big", "\\\\", "\\right", "\\{"]
                .iter()
                .any(|start| self.source.rest.starts_with(start));
        let start = match (before == Class::Ordinary, !is_tight, class == Class::LimitFunction) {
            (false, false, false) => "<mo lspace=\"0\" rspace=\"0\"",
            (true, false, false) => "<mo lspace=\".17em\" rspace=\"0\"",
            (false, true, false) => "<mo lspace=\"0\" rspace=\".17em\"",
            (true, true, false) => "<mo lspace=\".17em\" rspace=\".17em\"",
            (false, false, true) => "<mo movablelimits=\"true\" lspace=\"0\" rspace=\"0\"",
            (true, false, true) => "<mo movablelimits=\"true\" lspace=\".17em\" rspace=\"0\"",
            (false, true, true) => "<mo movablelimits=\"true\" lspace=\"0\" rspace=\".17em\"",
            (true, true, true) => "<mo movablelimits=\"true\" lspace=\".17em\" rspace=\".17em\"",
        };
        leaf(start, name, "</mo>")
    }

    fn atom(&mut self, before: Class) -> Option<Option<Atom>> {
        let first = self.source.rest.chars().next()?;
        let (mathml, class) = match first {
            '{' => (self.group()?, Class::Ordinary),
            '\\' => return self.command(before),
            '0'..='9' => (self.number(), Class::Ordinary),
            '~' => (self.source.take(first, space(".25em")), before),
            '(' | '[' => (self.source.take(first, delimiter(self.source.first())), Class::Operator),
            ')' | ']' | '|' => (self.source.take(first, delimiter(self.source.first())), Class::Ordinary),
            '+' | '-' | '±' | '−' => (self.source.take(first, sign(first, before)), Class::Operator),
            '*' => (self.source.take(first, operator("∗")), Class::Operator),
            '!' => (self.source.take(first, operator("!")), Class::Ordinary),
            '}' | '&' | '#' | '$' | '^' | '_' => return None,
            _ if first.is_alphanumeric() => (self.letter(first), Class::Ordinary),
            _ => (self.source.take(first, operator(self.source.first())), Class::Operator),
        };
        Some(Some(Atom::new(mathml, class)))
    }

    /// `\left( … \middle| … \right)`, after the first word.
    pub(super) fn fenced(&mut self) -> Option<String> {
        let mut parts = vec![fence(OPENING, self.delimiter()?)];
        loop {
            parts.push(around("<mrow>", &[&self.row(End::Fence)?.concat()], "</mrow>"));
            if self.source.skip_command("middle") {
                parts.push(fence(BETWEEN, self.delimiter()?));
                continue;
            }
            if !self.source.skip_command("right") {
                return None;
            }
            parts.push(fence(CLOSING, self.delimiter()?));
            return Some(["<mrow>", &parts.concat(), "</mrow>"].concat());
        }
    }

    /// A delimiter; empty for the dot that stands for none.
    pub(super) fn delimiter(&mut self) -> Option<&'a str> {
        self.source.skip_space();
        if let Some(name) = self.source.command_ahead() {
            let (kind, sign) = symbol(name)?;
            self.source.skip_command(name);
            let is_delimiter = matches!(kind, Kind::Open | Kind::Close | Kind::Bar) || name == "backslash";
            return is_delimiter.then_some(sign);
        }
        let sign = match self.source.first() {
            "." => "",
            "<" => "⟨",
            ">" => "⟩",
            sign @ ("(" | ")" | "[" | "]" | "|" | "/") => sign,
            _ => return None,
        };
        self.source.rest = &self.source.rest[1..];
        Some(sign)
    }

    /// One element: a group, or the next letter, digit or command.
    pub(super) fn argument(&mut self) -> Option<String> {
        self.source.skip_space();
        self.depth += 1;
        let argument = match self.source.rest.chars().next()? {
            _ if self.depth > DEEPEST => None,
            '{' => self.group(),
            digit @ '0'..='9' => {
                let text = self.alphabet.letter(digit).to_string();
                Some(self.source.take(digit, number(&text)))
            }
            _ => self.atom(Class::Operator)?.map(|atom| match atom.class {
                Class::Function | Class::LimitFunction => identifier(&atom.mathml, false),
                _ => atom.mathml,
            }),
        };
        self.depth -= 1;
        argument
    }

    fn group(&mut self) -> Option<String> {
        self.source.open('{')?;
        let items = self.row(End::Group)?;
        self.source.open('}')?;
        Some(row(&items))
    }

    /// `[ … ]`, if there is one.
    pub(super) fn option(&mut self) -> Option<Option<String>> {
        self.source.skip_space();
        if !self.source.skip('[') {
            return Some(None);
        }
        let items = self.row(End::Option)?;
        self.source.open(']')?;
        Some(Some(row(&items)))
    }

    fn number(&mut self) -> String {
        let mut end = 0;
        let bytes = self.source.rest.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        while is_digit(end) || bytes.get(end) == Some(&b'.') && is_digit(end + 1) {
            end += 1;
        }
        let (digits, rest) = self.source.rest.split_at(end);
        self.source.rest = rest;
        number(&self.in_alphabet(digits))
    }

    fn letter(&mut self, letter: char) -> String {
        let shown = self.alphabet.letter(letter).to_string();
        self.source.take(letter, identifier(&shown, self.alphabet == Alphabet::Upright))
    }

    pub(super) fn in_alphabet(&self, text: &str) -> String {
        text.chars().map(|letter| self.alphabet.letter(letter)).collect()
    }

    fn is_at(&self, end: End) -> bool {
        match end {
            End::Formula => self.source.rest.is_empty() || self.source.rest.starts_with("\\\\"),
            End::Group => self.source.rest.starts_with('}') || self.source.rest.starts_with("\\\\"),
            End::Option => self.source.rest.starts_with(']'),
            End::Fence => matches!(self.source.command_ahead(), Some("right" | "middle")),
            End::Cell => self.source.rest.starts_with('&') || matches!(self.source.command_ahead(), Some("\\" | "end")),
        }
    }
}

/// A sign: of what follows it, if nothing is before it that it could be added to.
pub(super) fn sign(sign: char, before: Class) -> String {
    let shown = if sign == '-' { '−' } else { sign };
    let start = if before == Class::Ordinary { "<mo" } else { "<mo form=\"prefix\"" };
    leaf(start, shown.encode_utf8(&mut [0; 4]), "</mo>")
}

pub(super) fn fenced(open: &str, inside: &str, close: &str) -> String {
    if open.is_empty() && close.is_empty() {
        return inside.to_owned();
    }
    around("<mrow>", &[&fence(OPENING, open), inside, &fence(CLOSING, close)], "</mrow>")
}

pub(super) fn number_of_formula(tag: &str) -> String {
    text(&["(", tag, ")"].concat())
}

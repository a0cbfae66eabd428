//! What a command becomes.

use super::alphabet::Alphabet;
use super::element::{around, delimiter, identifier, leaf, operator, row, scripts, space, text};
use super::read::{Atom, Class, End, Reader, fenced, sign};
use super::symbols::{Kind, symbol};

const DISPLAYED: &str = "<mstyle displaystyle=\"true\" scriptlevel=\"0\">";
const INLINE: &str = "<mstyle displaystyle=\"false\" scriptlevel=\"0\">";

impl Reader<'_> {
    pub(super) fn command(&mut self, before: Class) -> Option<Option<Atom>> {
        let name = self.source.command_ahead()?;
        self.source.skip_command(name);
        if let Some((kind, text)) = symbol(name) {
            return self.symbol(kind, text, before);
        }
        let mathml = match name {
            "frac" => self.fraction("<mfrac>", "", "")?,
            "dfrac" | "cfrac" => around(DISPLAYED, &[&self.fraction("<mfrac>", "", "")?], "</mstyle>"),
            "tfrac" => around(INLINE, &[&self.fraction("<mfrac>", "", "")?], "</mstyle>"),
            "binom" => self.fraction("<mfrac linethickness=\"0\">", "(", ")")?,
            "dbinom" => around(DISPLAYED, &[&self.fraction("<mfrac linethickness=\"0\">", "(", ")")?], "</mstyle>"),
            "tbinom" => around(INLINE, &[&self.fraction("<mfrac linethickness=\"0\">", "(", ")")?], "</mstyle>"),
            "sqrt" => match self.option()? {
                Some(index) => around("<mroot>", &[&self.argument()?, &index], "</mroot>"),
                None => around("<msqrt>", &[&self.argument()?], "</msqrt>"),
            },
            "left" => self.fenced()?,
            "begin" => self.environment()?,
            "overset" | "stackrel" => {
                let above = self.argument()?;
                around("<mover>", &[&self.argument()?, &above], "</mover>")
            }
            "underset" => {
                let below = self.argument()?;
                around("<munder>", &[&self.argument()?, &below], "</munder>")
            }
            "substack" => {
                self.source.open('{')?;
                self.table("<mtable class=\"stack\">", &[], End::Group)?
            }
            "operatorname" => {
                let limits = self.source.skip('*');
                let name = self.source.words()?;
                let class = if limits { Class::LimitFunction } else { Class::Function };
                return Some(Some(Atom::new(name, class)));
            }
            "boxed" | "fbox" => around("<mrow class=\"boxed\">", &[&self.argument()?], "</mrow>"),
            "cancel" | "bcancel" | "xcancel" => around("<mrow class=\"cancel\">", &[&self.argument()?], "</mrow>"),
            "phantom" | "hphantom" | "vphantom" => around("<mphantom>", &[&self.argument()?], "</mphantom>"),
            // Colours are the page's own.
            "textcolor" => {
                self.source.raw_argument()?;
                self.argument()?
            }
            "color" => {
                self.source.raw_argument()?;
                return Some(None);
            }
            "not" => self.negated()?,
            "bmod" => leaf("<mo lspace=\".22em\" rspace=\".22em\"", "mod", "</mo>"),
            "mod" => row(&[space("1em"), identifier("mod", false), space(".28em"), self.argument()?]),
            "pmod" => {
                let modulus = self.argument()?;
                row(&[space("1em"), delimiter("("), identifier("mod", false), space(".28em"), modulus, delimiter(")")])
            }
            "mathop" => return Some(Some(Atom::new(self.argument()?, Class::Limits))),
            "mathrel" | "mathbin" => return Some(Some(Atom::new(self.argument()?, Class::Operator))),
            "mathord" | "mathopen" | "mathclose" | "mathpunct" | "mathinner" | "ensuremath" => self.argument()?,
            "tag" => {
                self.source.skip('*');
                self.tag = Some(self.source.raw_argument()?);
                return Some(None);
            }
            _ => return self.sized_delimiter(name).map(Some),
        };
        Some(Some(Atom::new(mathml, Class::Ordinary)))
    }

    fn symbol(&mut self, kind: Kind, sign_text: &'static str, before: Class) -> Option<Option<Atom>> {
        let (mathml, class) = match kind {
            Kind::Letter => (identifier(&self.in_alphabet(sign_text), false), Class::Ordinary),
            Kind::Upright => {
                (identifier(&self.in_alphabet(sign_text), sign_text.chars().count() == 1), Class::Ordinary)
            }
            Kind::Operator if matches!(sign_text, "±" | "∓") => {
                (sign(sign_text.chars().next()?, before), Class::Operator)
            }
            Kind::Operator if sign_text.starts_with(['⋯', '…', '⋮', '⋱', '⋰']) => {
                (operator(sign_text), Class::Ordinary)
            }
            Kind::Operator => (leaf("<mo stretchy=\"false\"", sign_text, "</mo>"), Class::Operator),
            Kind::Large => (operator(sign_text), Class::Limits),
            Kind::Integral => (operator(sign_text), Class::Operator),
            Kind::Function => (sign_text.to_owned(), Class::Function),
            Kind::Limit => (sign_text.to_owned(), Class::LimitFunction),
            Kind::Open => (delimiter(sign_text), Class::Operator),
            Kind::Close | Kind::Bar => (delimiter(sign_text), Class::Ordinary),
            Kind::Accent => (self.accent("<mo stretchy=\"false\"", sign_text)?, Class::Ordinary),
            Kind::WideAccent if sign_text == "⏞" => (self.accent("<mo stretchy=\"true\"", sign_text)?, Class::Limits),
            Kind::WideAccent => (self.accent("<mo stretchy=\"true\"", sign_text)?, Class::Ordinary),
            Kind::UnderAccent => {
                let mark = leaf("<mo stretchy=\"true\"", sign_text, "</mo>");
                let marked = around("<munder accentunder=\"true\">", &[&self.argument()?, &mark], "</munder>");
                (marked, if sign_text == "⏟" { Class::Limits } else { Class::Ordinary })
            }
            Kind::LongArrow => {
                let below = self.option()?;
                let above = self.argument()?;
                let arrow = leaf("<mo stretchy=\"true\"", sign_text, "</mo>");
                let pad = |script: &str| {
                    let gap = space(".5em");
                    around("<mrow>", &[&gap, script, &gap], "</mrow>")
                };
                (scripts(&arrow, below.as_deref().map(pad).as_deref(), Some(&pad(&above)), true), Class::Operator)
            }
            Kind::Space => (space(sign_text), before),
            Kind::Alphabet => (self.styled(Alphabet::new(sign_text))?, Class::Ordinary),
            Kind::Text => (text(&self.source.words()?), Class::Ordinary),
            Kind::Nothing => return Some(None),
            Kind::NothingOf => {
                self.source.raw_argument()?;
                return Some(None);
            }
            // Only where a row is read.
            Kind::AlphabetSwitch => return None,
        };
        Some(Some(Atom::new(mathml, class)))
    }

    fn accent(&mut self, start: &str, mark: &str) -> Option<String> {
        Some(around("<mover accent=\"true\">", &[&self.argument()?, &leaf(start, mark, "</mo>")], "</mover>"))
    }

    fn fraction(&mut self, start: &str, open: &str, close: &str) -> Option<String> {
        let (above, below) = (self.argument()?, self.argument()?);
        Some(fenced(open, &around(start, &[&above, &below], "</mfrac>"), close))
    }

    /// Letters of another alphabet. A word in upright letters is one.
    fn styled(&mut self, alphabet: Alphabet) -> Option<String> {
        if alphabet == Alphabet::Upright
            && let Some(word) =
                self.source.rest.trim_start().strip_prefix('{').and_then(|group| group.split('}').next())
            && word.len() > 1
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            self.source.raw_argument()?;
            return Some(identifier(word, false));
        }
        let before = std::mem::replace(&mut self.alphabet, alphabet);
        let styled = self.argument();
        self.alphabet = before;
        styled
    }

    /// The next sign, crossed out.
    fn negated(&mut self) -> Option<String> {
        self.source.skip_space();
        let crossed = |sign: &str| operator(&[sign, "\u{338}"].concat());
        if let Some(name) = self.source.command_ahead() {
            self.source.skip_command(name);
            return symbol(name).filter(|(kind, _)| *kind == Kind::Operator).map(|(_, sign)| crossed(sign));
        }
        let sign = self.source.rest.chars().next().filter(|sign| !"{}&#$^_%".contains(*sign))?;
        let negated = crossed(self.source.first());
        Some(self.source.take(sign, negated))
    }

    /// `\big` and its likes.
    fn sized_delimiter(&mut self, name: &str) -> Option<Atom> {
        let (size, class) = match name.as_bytes().last()? {
            b'l' => (&name[..name.len() - 1], Class::Operator),
            b'r' | b'm' => (&name[..name.len() - 1], Class::Ordinary),
            _ => (name, Class::Ordinary),
        };
        let start = match size {
            "big" => "<mo stretchy=\"true\" minsize=\"1.2em\" maxsize=\"1.2em\" lspace=\"0\" rspace=\"0\"",
            "Big" => "<mo stretchy=\"true\" minsize=\"1.6em\" maxsize=\"1.6em\" lspace=\"0\" rspace=\"0\"",
            "bigg" => "<mo stretchy=\"true\" minsize=\"2.1em\" maxsize=\"2.1em\" lspace=\"0\" rspace=\"0\"",
            "Bigg" => "<mo stretchy=\"true\" minsize=\"2.6em\" maxsize=\"2.6em\" lspace=\"0\" rspace=\"0\"",
            _ => return None,
        };
        let delimiter = self.delimiter()?;
        let mathml = if delimiter.is_empty() { "<mrow></mrow>".to_owned() } else { leaf(start, delimiter, "</mo>") };
        Some(Atom::new(mathml, class))
    }
}

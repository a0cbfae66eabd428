//! Messages of a language, out of a file in Project Fluent's syntax, for the build.
//!
//! What is taken of Fluent is what these texts need: messages with values, arguments, text in quotation marks, `NUMBER(…)`, and selectors over a
//! number with the categories that CLDR has for the language. Everything else is refused, so nobody wonders why it does not work.

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey},
    parser,
    unicode::unescape_unicode_to_string,
};
use std::collections::BTreeMap;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is called.
    pub id: String,
    /// Where it begins in its file, from 1.
    pub line: usize,
    /// Its arguments, in the order in which they come first.
    pub arguments: Vec<Argument>,
    /// Its words, as `fill.rs` reads them.
    pub template: String,
}

/// Something that a message is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// What it is called.
    pub name: String,
    /// It is a number: something is selected by it, or it is written by `NUMBER`.
    pub is_count: bool,
}

/// Why a file cannot be used: where it is, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("texts/{language}.ftl:{line}: {what}")]
pub struct Error {
    language: String,
    line: usize,
    what: String,
}

/// The categories of numbers that a language has (CLDR, plural rules for cardinals), with the letters that templates have for them.
fn categories(language: &str) -> &'static [(&'static str, char)] {
    match language {
        "ar" => &[("zero", 'z'), ("one", 'o'), ("two", 't'), ("few", 'f'), ("many", 'm'), ("other", 'x')],
        _ => &[("one", 'o'), ("other", 'x')],
    }
}

/// The messages of a file, in its order.
///
/// # Errors
/// When it is no Fluent, uses what is not taken of it, or has a message twice.
pub fn messages(language: &str, source: &str) -> Result<Vec<Message>, Error> {
    let line_at = |position: usize| source.get(..position).unwrap_or(source).matches('\n').count() + 1;
    let error = |line: usize, what: String| Error { language: language.to_owned(), line, what };
    let resource = parser::parse(source).map_err(|(_, errors)| match errors.first() {
        Some(first) => error(line_at(first.pos.start), first.kind.to_string()),
        None => error(1, "this is no Fluent".to_owned()),
    })?;
    let mut messages: Vec<Message> = Vec::new();
    for entry in &resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            Entry::Term(term) => {
                let line = line_of(source, &format!("-{}", term.id.name));
                return Err(error(line, format!("-{}: terms are not taken, write the word out", term.id.name)));
            }
            Entry::Junk { .. } => return Err(error(1, "there is something that is no message".to_owned())),
        };
        let id = message.id.name;
        let line = line_of(source, id);
        let in_message = |what: String| error(line, format!("{id}: {what}"));
        let Some(pattern) = message.value.as_ref().filter(|_| message.attributes.is_empty()) else {
            return Err(in_message("a message has one value, and no attributes".to_owned()));
        };
        if messages.iter().any(|other| other.id == id) {
            return Err(in_message("it is there twice".to_owned()));
        }
        let mut template = Template { language, arguments: Vec::new(), is_in_variant: false };
        let words = template.of(pattern).map_err(in_message)?;
        messages.push(Message { id: id.to_owned(), line, arguments: template.arguments, template: words });
    }
    Ok(messages)
}

/// The line on which a message or term begins, from 1; the last if the source has it twice.
fn line_of(source: &str, id: &str) -> usize {
    let begins = |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    source.lines().count() - source.lines().rev().position(begins).unwrap_or_default()
}

/// The templates of another language, in the order of English: that is how they are found.
///
/// # Errors
/// When a message is missing, is none of English, or takes other arguments.
pub fn like(english: &[Message], messages: Vec<Message>, language: &str) -> Result<Vec<String>, Error> {
    let error = |line: usize, what: String| Error { language: language.to_owned(), line, what };
    let end = messages.last().map_or(1, |last| last.line);
    let mut by_id: BTreeMap<String, Message> =
        messages.into_iter().map(|message| (message.id.clone(), message)).collect();
    let mut templates = Vec::new();
    for original in english {
        let Message { id, line, arguments, .. } = original;
        let Some(message) = by_id.remove(id) else {
            return Err(error(end, format!("{id}: it is missing (texts/en.ftl:{line} has it)")));
        };
        templates.push(renumbered(&message, arguments).map_err(|what| error(message.line, format!("{id}: {what}")))?);
    }
    match by_id.into_values().next() {
        Some(extra) => Err(error(extra.line, format!("{}: texts/en.ftl has no such message", extra.id))),
        None => Ok(templates),
    }
}

/// A template with the numbers that its arguments have in English. An argument that is a number there may be used as words here: what
/// selects is a matter of the language. The other way round nothing could be selected by it.
fn renumbered(message: &Message, arguments: &[Argument]) -> Result<String, String> {
    let mut numbers = Vec::new();
    for argument in &message.arguments {
        let position = arguments.iter().position(|original| original.name == argument.name);
        let position = position.ok_or_else(|| format!("texts/en.ftl does not give it ${}", argument.name))?;
        if argument.is_count && !arguments[position].is_count {
            return Err(format!("${} is no number in texts/en.ftl", argument.name));
        }
        numbers.push(position);
    }
    if let Some(unused) =
        arguments.iter().find(|original| message.arguments.iter().all(|own| own.name != original.name))
    {
        return Err(format!("${} does not come in it", unused.name));
    }
    let mut template = String::new();
    let mut is_number = false;
    for character in message.template.chars() {
        match character.to_digit(10).and_then(|digit| numbers.get(digit as usize)).filter(|_| is_number) {
            Some(position) => template += &position.to_string(),
            None => template.push(character),
        }
        is_number = character == '{';
    }
    Ok(template)
}

struct Template<'a> {
    language: &'a str,
    arguments: Vec<Argument>,
    is_in_variant: bool,
}

impl Template<'_> {
    fn of(&mut self, pattern: &Pattern<&str>) -> Result<String, String> {
        let mut template = String::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => template += &words(&value.replace('\n', " "))?,
                PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                    template += &self.inline(inline)?
                }
                PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                    template += &self.select(selector, variants)?;
                }
            }
        }
        Ok(template)
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) -> Result<String, String> {
        match inline {
            InlineExpression::StringLiteral { value } => words(&unescape_unicode_to_string(value)),
            InlineExpression::VariableReference { id } => Ok(format!("{{{}}}", self.argument(id.name, false)?)),
            InlineExpression::FunctionReference { id, arguments } => {
                match (id.name, arguments.positional.as_slice(), arguments.named.as_slice()) {
                    ("NUMBER", [InlineExpression::VariableReference { id }], []) => {
                        Ok(format!("{{{}}}", self.argument(id.name, true)?))
                    }
                    _ => Err("the only function is NUMBER($argument)".to_owned()),
                }
            }
            _ => Err("only arguments, text in quotation marks and NUMBER($argument) are taken in braces".to_owned()),
        }
    }

    fn select(&mut self, selector: &InlineExpression<&str>, variants: &[Variant<&str>]) -> Result<String, String> {
        let InlineExpression::VariableReference { id } = selector else {
            return Err("only an argument selects".to_owned());
        };
        if std::mem::replace(&mut self.is_in_variant, true) {
            return Err("a selector stands in a variant of another one".to_owned());
        }
        let mut template = format!("{{{}", self.argument(id.name, true)?);
        // The default is asked last.
        for variant in variants.iter().filter(|variant| !variant.default).chain(variants.iter().filter(|v| v.default)) {
            template += &format!("|{}{}", self.key(variant)?, self.of(&variant.value)?);
        }
        self.is_in_variant = false;
        Ok(template + "}")
    }

    fn key(&self, variant: &Variant<&str>) -> Result<char, String> {
        let categories = categories(self.language);
        match variant.key {
            VariantKey::Identifier { name } if variant.default == (name == "other") => {
                let category = categories.iter().find(|(category, _)| *category == name);
                category.map(|(_, letter)| *letter).ok_or_else(|| format!("[{name}] is no category of this language"))
            }
            VariantKey::Identifier { .. } => Err("the default is [other], and only that".to_owned()),
            VariantKey::NumberLiteral { value } => {
                let digit = value.parse().ok().filter(char::is_ascii_digit).filter(|_| !variant.default);
                digit.ok_or_else(|| format!("[{value}] is not one of the numbers 0 to 9, or is the default"))
            }
        }
    }

    /// The number of an argument.
    fn argument(&mut self, name: &str, is_count: bool) -> Result<usize, String> {
        if let Some(position) = self.arguments.iter().position(|argument| argument.name == name) {
            self.arguments[position].is_count |= is_count;
            return Ok(position);
        }
        self.arguments.push(Argument { name: name.to_owned(), is_count });
        match self.arguments.len() - 1 {
            position @ ..=9 => Ok(position),
            _ => Err("it has more than ten arguments".to_owned()),
        }
    }
}

/// Words that are no part of the notation of templates, fit a line of the file that a browser gets, and are no markup, so that they can stand in it.
fn words(text: &str) -> Result<String, String> {
    match text.chars().find(|character| matches!(character, '{' | '}' | '|' | '\n' | '\r' | '<' | '>' | '&' | '"')) {
        Some(character) => Err(format!("{character:?} cannot be in a text")),
        None => Ok(text.to_owned()),
    }
}

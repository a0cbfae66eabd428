use serde::{
    Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use std::{borrow::Cow, fmt};

/// How deep values may be nested that are not passed over; so many would fail, one less does not.
const MAXIMUM_DEPTH: u8 = 128;

/// Why reading stopped: what a visitor said, or nothing if it is no JSON. It is as small as can be, since every value comes with room for one.
#[derive(Debug)]
pub(super) struct Problem(Option<serde_json::Error>);

impl Problem {
    /// It is not JSON.
    pub const SYNTAX: Problem = Problem(None);

    /// The error with the place, which is looked for only now.
    pub fn explain(self, json: &str) -> serde_json::Error {
        self.0.unwrap_or_else(|| match serde_json::from_str::<IgnoredAny>(json) {
            Err(error) => error,
            // What is JSON and not taken all the same.
            Ok(_) => Error::custom("a number is too large, or something is nested too deep"),
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(error) => fmt::Display::fmt(error, formatter),
            None => formatter.write_str("it is no JSON"),
        }
    }
}

impl std::error::Error for Problem {}

impl Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Problem {
        Problem(Some(Error::custom(message)))
    }
}

/// Reads JSON from its beginning on.
pub(super) struct Reader<'de> {
    pub(super) text: &'de str,
    /// The byte that comes next.
    pub(super) at: usize,
    depth: u8,
}

impl<'de> Reader<'de> {
    pub fn new(text: &'de str) -> Reader<'de> {
        Reader { text, at: 0, depth: 0 }
    }

    /// Nothing but white space may follow.
    pub fn end(&mut self) -> Result<(), Problem> {
        self.peek();
        if self.at == self.text.len() { Ok(()) } else { Err(Problem::SYNTAX) }
    }

    /// The next byte; NUL, which is nowhere outside of strings, at the end.
    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Goes to the next byte that is no white space.
    #[inline]
    pub(super) fn peek(&mut self) -> u8 {
        loop {
            match self.byte() {
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                byte => return byte,
            }
        }
    }

    /// Goes behind this word.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Problem> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Problem::SYNTAX);
        }
        self.at += word.len();
        Ok(())
    }

    fn enter(&mut self) -> Result<(), Problem> {
        self.at += 1;
        self.depth += 1;
        if self.depth < MAXIMUM_DEPTH { Ok(()) } else { Err(Problem::SYNTAX) }
    }

    /// Goes behind the bracket that has to be next.
    pub(super) fn close(&mut self, bracket: u8) -> Result<(), Problem> {
        self.depth -= 1;
        self.expect(bracket)
    }

    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        if self.peek() != byte {
            return Err(Problem::SYNTAX);
        }
        self.at += 1;
        Ok(())
    }

    /// Whether another element or entry follows, before this closing bracket. It stands at its first byte then.
    fn has_next(&mut self, first: bool, bracket: u8) -> Result<bool, Problem> {
        let byte = self.peek();
        if byte == bracket {
            return Ok(false);
        }
        if first {
            return Ok(true);
        }
        if byte != b',' {
            return Err(Problem::SYNTAX);
        }
        self.at += 1;
        // What must not be a comma too many.
        if self.peek() == bracket { Err(Problem::SYNTAX) } else { Ok(true) }
    }
}

fn visit_text<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, Problem> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.peek() {
            b'"' => {
                self.at += 1;
                visit_text(self.string()?, visitor)
            }
            b'{' => {
                self.enter()?;
                let value = visitor.visit_map(Object { reader: self, first: true })?;
                self.close(b'}')?;
                Ok(value)
            }
            b'[' => {
                self.enter()?;
                let value = visitor.visit_seq(Array { reader: self, first: true })?;
                self.close(b']')?;
                Ok(value)
            }
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            b'-' | b'0'..=b'9' => self.number()?.visit(visitor),
            _ => Err(Problem::SYNTAX),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.peek() {
            b'n' => self.word("null").and_then(|()| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.peek() {
            b'{' => {
                self.enter()?;
                let value = visitor.visit_enum(Variant(self))?;
                self.close(b'}')?;
                Ok(value)
            }
            b'"' => {
                self.at += 1;
                visitor.visit_enum(self.string()?.into_deserializer())
            }
            _ => Err(Problem::SYNTAX),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

/// An object that was opened.
struct Object<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: bool,
}

impl<'de> MapAccess<'de> for Object<'_, 'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        if !self.reader.has_next(std::mem::take(&mut self.first), b'}')? {
            return Ok(None);
        }
        if self.reader.byte() != b'"' {
            return Err(Problem::SYNTAX);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// A list that was opened.
struct Array<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: bool,
}

impl<'de> SeqAccess<'de> for Array<'_, 'de> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        if !self.reader.has_next(std::mem::take(&mut self.first), b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// An enumeration's variant that is written as an object with one entry.
struct Variant<'a, 'de>(&'a mut Reader<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        if self.0.peek() != b'"' {
            return Err(Problem::SYNTAX);
        }
        let variant = seed.deserialize(&mut *self.0)?;
        self.0.expect(b':')?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        serde::Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.0.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Problem> {
        self.0.deserialize_any(visitor)
    }
}

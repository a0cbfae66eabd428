use super::reader::{Problem, Reader};
use serde::de::Visitor;

/// A number, as serde knows them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// Powers of ten by which a number with so many digits behind the point is divided.
const POWERS: [f64; 19] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

/// So many decimal digits fit into 64 bits, whichever they are.
const MOST_DIGITS: usize = 19;

impl Number {
    pub fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Number::Unsigned(number) => visitor.visit_u64(number),
            Number::Signed(number) => visitor.visit_i64(number),
            Number::Float(number) => visitor.visit_f64(number),
        }
    }
}

impl Reader<'_> {
    /// Goes behind the number at hand. It is what serde_json makes of it, to the last bit: hashes hang on that.
    pub(super) fn number(&mut self) -> Result<Number, Problem> {
        let start = self.at;
        let is_negative = self.byte() == b'-';
        self.at += usize::from(is_negative);
        let first = self.at;
        let leading_zero = self.byte() == b'0';
        let whole = self.digits(0);
        let digits = self.at - first;
        if digits == 0 || digits > MOST_DIGITS || (leading_zero && digits > 1) || matches!(self.byte(), b'e' | b'E') {
            self.at = start;
            return self.unusual_number();
        }
        if self.byte() != b'.' {
            let negative = (whole.cast_signed()).wrapping_neg();
            return Ok(match is_negative {
                false => Number::Unsigned(whole),
                // Too far below zero, or a zero below zero.
                true if negative >= 0 => Number::Float(-(whole as f64)),
                true => Number::Signed(negative),
            });
        }
        self.at += 1;
        let point = self.at;
        let all = self.digits(whole);
        let behind = self.at - point;
        if behind == 0 || digits + behind > MOST_DIGITS || matches!(self.byte(), b'e' | b'E') {
            self.at = start;
            return self.unusual_number();
        }
        let number = all as f64 / POWERS[behind];
        Ok(Number::Float(if is_negative { -number } else { number }))
    }

    /// Goes behind digits, which follow those of a number. It wraps around where they are too many.
    fn digits(&mut self, mut number: u64) -> u64 {
        while let digit @ b'0'..=b'9' = self.byte() {
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        number
    }

    /// A number with an exponent, or with many digits, or none at all.
    #[cold]
    fn unusual_number(&mut self) -> Result<Number, Problem> {
        let number: serde_json::Number =
            serde_json::from_str(self.number_as_written()?).map_err(|_| Problem::SYNTAX)?;
        let unsigned = number.as_u64().map(Number::Unsigned);
        let signed = || number.as_i64().map(Number::Signed);
        unsigned.or_else(signed).or_else(|| number.as_f64().map(Number::Float)).ok_or(Problem::SYNTAX)
    }
}

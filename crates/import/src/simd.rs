//! Bytes looked at sixteen and sixty-four at once.

use wide::u8x16;

/// How many bytes a [`Block`] has.
pub(crate) const BLOCK: usize = 64;

/// Sets the bit of each byte that ends a run of plain characters in a string of JSON: a quotation mark, a backslash, or a control character, which may not be
/// there as it is.
#[inline]
pub(crate) fn ends_of_runs(bytes: &[u8; 16]) -> u32 {
    let bytes = u8x16::from(*bytes);
    let is_control = equal(bytes, bytes.min(u8x16::splat(0x1f)));
    (equal(bytes, u8x16::splat(b'"')) | equal(bytes, u8x16::splat(b'\\')) | is_control).to_bitmask()
}

#[inline]
fn equal(left: u8x16, right: u8x16) -> u8x16 {
    left.simd_eq(right)
}

/// Sixty-four bytes of JSON.
pub(crate) struct Block([u8x16; 4]);

/// The structure of a block: a bit for each byte that may have a meaning outside strings, the first byte's lowest.
pub(crate) struct Structure {
    /// Brackets and braces.
    pub brackets: u64,
    /// What is neither a bracket nor one of the bytes that are most usual outside strings: a space, a quotation mark, digits, `,`, `-`, `.` and `:`.
    pub other: u64,
}

impl Block {
    #[inline]
    pub fn new(bytes: &[u8; BLOCK]) -> Block {
        let (quarters, _) = bytes.as_chunks::<16>();
        Block([0, 1, 2, 3].map(|at| u8x16::from(quarters[at])))
    }

    /// The bits of the bytes for which a function sets the highest bit.
    #[inline]
    fn mask(&self, function: impl Fn(u8x16) -> u8x16) -> u64 {
        let [first, second, third, fourth] = self.0.map(|bytes| u64::from(function(bytes).to_bitmask()));
        first | second << 16 | third << 32 | fourth << 48
    }

    /// The bits of the bytes that are this one.
    #[inline]
    pub fn equal(&self, byte: u8) -> u64 {
        self.mask(|bytes| equal(bytes, u8x16::splat(byte)))
    }

    /// Whether any byte is a quotation mark or a backslash.
    #[inline]
    pub fn has_end_of_string(&self) -> bool {
        let [first, second, third, fourth] =
            self.0.map(|bytes| equal(bytes, u8x16::splat(b'"')) | equal(bytes, u8x16::splat(b'\\')));
        ((first | second) | (third | fourth)).to_bitmask() != 0
    }

    /// What its bytes mean outside strings.
    #[inline]
    pub fn structure(&self) -> Structure {
        let is_bracket = |bytes: u8x16| {
            // Brackets and braces differ in this bit alone.
            let lowered = bytes | u8x16::splat(0x20);
            equal(lowered, u8x16::splat(b'{')) | equal(lowered, u8x16::splat(b'}'))
        };
        let is_usual = |bytes: u8x16| {
            let (low, high) = (u8x16::splat(b','), u8x16::splat(b':'));
            let is_slash = equal(bytes, u8x16::splat(b'/'));
            let in_range = equal(bytes, bytes.max(low).min(high)) & !is_slash;
            in_range | equal(bytes, u8x16::splat(b' ')) | equal(bytes, u8x16::splat(b'"'))
        };
        let brackets = self.mask(is_bracket);
        Structure { brackets, other: !(self.mask(is_usual) | brackets) }
    }
}

/// From the bits of quotation marks, those of the bytes in strings, opening marks included. `inside` says whether the first byte is in a string.
#[inline]
pub(crate) fn strings(quotes: u64, inside: bool) -> u64 {
    let mut bits = quotes;
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    if inside { !bits } else { bits }
}

/// From the bits of backslashes, those of the bytes that are escaped by one, and whether the byte behind the last is. `escaped` says whether the first
/// byte is.
#[inline]
pub(crate) fn escaped(backslashes: u64, escaped: bool) -> (u64, bool) {
    const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
    // As simdjson does it: in a run of backslashes every other one escapes. Subtracting carries through runs, and from where it begins in a run hangs which
    // of its bytes are told by the odd bits.
    let first = u64::from(escaped);
    let begins = backslashes & !first;
    let follows = (begins << 1) | ODD;
    let escapes = follows.wrapping_sub(begins) ^ ODD;
    let all = escapes ^ (backslashes | first);
    (all, (escapes & backslashes) >> 63 != 0)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Block, ends_of_runs, escaped, strings};
    use proptest::prelude::*;

    fn bits(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
        bytes.iter().enumerate().fold(0, |bits, (at, byte)| bits | u64::from(is(*byte)) << at)
    }

    fn blocks() -> impl Strategy<Value = [u8; BLOCK]> {
        let byte = prop_oneof![4 => proptest::sample::select(br#"\\\"{}[]:, x1/n"#.to_vec()), 1 => any::<u8>()];
        proptest::collection::vec(byte, BLOCK).prop_map(|bytes| bytes.try_into().unwrap())
    }

    proptest! {
        #[test]
        fn bits_are_those_of_the_bytes(bytes in blocks()) {
            let block = Block::new(&bytes);
            prop_assert_eq!(block.equal(b'x'), bits(&bytes, |byte| byte == b'x'));
            prop_assert_eq!(block.has_end_of_string(), bytes.iter().any(|byte| matches!(byte, b'"' | b'\\')));
            let structure = block.structure();
            prop_assert_eq!(structure.brackets, bits(&bytes, |byte| matches!(byte, b'{' | b'[' | b'}' | b']')));
            let usual = |byte| matches!(byte, b' ' | b'"' | b',' | b'-' | b'.' | b':' | b'0'..=b'9' | b'[' | b']' | b'{' | b'}');
            prop_assert_eq!(structure.other, !bits(&bytes, usual));
            let first: [u8; 16] = bytes[..16].try_into().unwrap();
            prop_assert_eq!(u64::from(ends_of_runs(&first)), bits(&first, |byte| matches!(byte, b'"' | b'\\' | 0..0x20)));
        }

        #[test]
        fn what_is_escaped_and_what_is_in_strings_is_told_bit_by_bit(bytes in blocks(), start_escaped: bool, start_inside: bool) {
            let (mut is_escaped, mut inside) = (start_escaped, start_inside);
            let (mut escaped_bits, mut inside_bits, mut quotes) = (0_u64, 0_u64, 0_u64);
            for (at, byte) in bytes.iter().enumerate() {
                escaped_bits |= u64::from(is_escaped) << at;
                if *byte == b'"' && !is_escaped {
                    quotes |= 1 << at;
                    inside = !inside;
                }
                inside_bits |= u64::from(inside) << at;
                is_escaped = *byte == b'\\' && !is_escaped;
            }
            let backslashes = bits(&bytes, |byte| byte == b'\\');
            prop_assert_eq!(escaped(backslashes, start_escaped), (escaped_bits, is_escaped));
            prop_assert_eq!(strings(quotes, start_inside), inside_bits);
        }
    }
}

//! Letters of other alphabets, as Unicode has them for mathematics.

/// An alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Letters slant as they do by themselves.
    Usual,
    Upright,
    Bold,
    BoldItalic,
    DoubleStruck,
    Script,
    Fraktur,
    SansSerif,
    Monospace,
}

impl Alphabet {
    /// The alphabet with this letter in the table of symbols.
    pub(super) fn new(letter: &str) -> Self {
        match letter {
            "r" => Self::Upright,
            "b" => Self::Bold,
            "B" => Self::BoldItalic,
            "d" => Self::DoubleStruck,
            "s" => Self::Script,
            "f" => Self::Fraktur,
            "a" => Self::SansSerif,
            "m" => Self::Monospace,
            _ => Self::Usual,
        }
    }

    /// A letter or digit in this alphabet; as it is if the alphabet has no such.
    pub(super) fn letter(self, letter: char) -> char {
        // Where Unicode had a letter before it had the alphabet.
        const EARLIER: [(Alphabet, &str, &str); 3] = [
            (Alphabet::DoubleStruck, "CHNPQRZ", "ℂℍℕℙℚℝℤ"),
            (Alphabet::Script, "BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ"),
            (Alphabet::Fraktur, "CHIRZ", "ℭℌℑℜℨ"),
        ];
        for (alphabet, letters, signs) in EARLIER {
            if self == alphabet
                && let Some((_, sign)) = letters.chars().zip(signs.chars()).find(|pair| pair.0 == letter)
            {
                return sign;
            }
        }
        // The first capital, the first digit, and the capital alpha.
        let (capital, digit, alpha) = match self {
            Self::Usual | Self::Upright => return letter,
            Self::Bold => (0x1d400, Some(0x1d7ce), Some(0x1d6a8)),
            Self::BoldItalic => (0x1d468, Some(0x1d7ce), Some(0x1d71c)),
            Self::DoubleStruck => (0x1d538, Some(0x1d7d8), None),
            Self::Script => (0x1d49c, None, None),
            Self::Fraktur => (0x1d504, None, None),
            Self::SansSerif => (0x1d5a0, Some(0x1d7e2), None),
            Self::Monospace => (0x1d670, Some(0x1d7f6), None),
        };
        let code = u32::from(letter);
        let moved = match letter {
            'A'..='Z' => Some(capital + code - u32::from('A')),
            'a'..='z' => Some(capital + 26 + code - u32::from('a')),
            '0'..='9' => digit.map(|digit| digit + code - u32::from('0')),
            'Α'..='Ω' => alpha.map(|alpha| alpha + code - u32::from('Α')),
            'α'..='ω' => alpha.map(|alpha| alpha + 26 + code - u32::from('α')),
            _ => None,
        };
        moved.and_then(char::from_u32).unwrap_or(letter)
    }
}

#[cfg(test)]
mod tests {
    use super::Alphabet;

    #[test]
    fn letters_are_those_of_unicode() {
        for (alphabet, from, to) in [
            (Alphabet::Usual, "aΩ1", "aΩ1"),
            (Alphabet::Bold, "AZaz09Ωαω-", "𝐀𝐙𝐚𝐳𝟎𝟗𝛀𝛂𝛚-"),
            (Alphabet::BoldItalic, "Axθ", "𝑨𝒙𝜽"),
            (Alphabet::DoubleStruck, "ERk1α", "𝔼ℝ𝕜𝟙α"),
            (Alphabet::Script, "ALg", "𝒜ℒℊ"),
            (Alphabet::Fraktur, "gZ", "𝔤ℨ"),
            (Alphabet::SansSerif, "T", "𝖳"),
            (Alphabet::Monospace, "x", "𝚡"),
        ] {
            assert_eq!(from.chars().map(|letter| alphabet.letter(letter)).collect::<String>(), to);
        }
    }
}

//! The commands of TeX that stand for one thing, as a table: a name, a tab, a letter that says what kind of thing it is, and its text.
//!
//! It is one string, because a slice of slices would take more bytes than the names in it. It is sorted by the bytes of the names.

const SYMBOLS: &str = include_str!("symbols.txt");

/// What a command stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `i`: a letter, which slants.
    Letter,
    /// `n`: a sign that stands upright.
    Upright,
    /// `o`: an operator or a relation.
    Operator,
    /// `b`: a large operator whose limits stand above and below it.
    Large,
    /// `t`: a large operator whose limits stand beside it.
    Integral,
    /// `f`: the name of a function.
    Function,
    /// `l`: the name of a function with limits.
    Limit,
    /// `(`, `)` and `|`: a delimiter that opens, closes, or does either.
    Open,
    Close,
    Bar,
    /// `A`: an accent; `W`: one as wide as what is below it; `U`: the same below.
    Accent,
    WideAccent,
    UnderAccent,
    /// `X`: an arrow as long as what stands on it.
    LongArrow,
    /// `S`: space; the text is its width.
    Space,
    /// `V`: an alphabet for its argument; the text is the letter of the alphabet.
    Alphabet,
    /// `v`: an alphabet for all that follows in the group.
    AlphabetSwitch,
    /// `T`: text for its argument.
    Text,
    /// `I`: nothing; `J`: nothing, and no argument either.
    Nothing,
    NothingOf,
}

/// What the command with this name stands for, and the text of that.
pub(super) fn symbol(name: &str) -> Option<(Kind, &'static str)> {
    let (mut low, mut high) = (0, SYMBOLS.len());
    while low < high {
        let bytes = SYMBOLS.as_bytes();
        let middle = usize::midpoint(low, high);
        let start = bytes[low..middle].iter().rposition(|byte| *byte == b'\n').map_or(low, |at| low + at + 1);
        let line = SYMBOLS[start..].split('\n').next().unwrap_or_default();
        let (key, value) = line.split_once('\t')?;
        match key.cmp(name) {
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
            std::cmp::Ordering::Equal => return Some((kind(value)?, &value[1..])),
        }
    }
    None
}

fn kind(value: &str) -> Option<Kind> {
    Some(match value.as_bytes().first()? {
        b'i' => Kind::Letter,
        b'n' => Kind::Upright,
        b'o' => Kind::Operator,
        b'b' => Kind::Large,
        b't' => Kind::Integral,
        b'f' => Kind::Function,
        b'l' => Kind::Limit,
        b'(' => Kind::Open,
        b')' => Kind::Close,
        b'|' => Kind::Bar,
        b'A' => Kind::Accent,
        b'W' => Kind::WideAccent,
        b'U' => Kind::UnderAccent,
        b'X' => Kind::LongArrow,
        b'S' => Kind::Space,
        b'V' => Kind::Alphabet,
        b'v' => Kind::AlphabetSwitch,
        b'T' => Kind::Text,
        b'I' => Kind::Nothing,
        b'J' => Kind::NothingOf,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, SYMBOLS, symbol};

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<&str> = SYMBOLS.lines().map(|line| line.split('\t').next().unwrap()).collect();
        assert!(names.is_sorted());
        for name in &names {
            assert!(symbol(name).is_some(), "{name}");
            for other in [&format!("{name}q"), &name[..0], "", "zzzz", "\n", "\t", "é"] {
                assert_eq!(symbol(other).is_some(), names.contains(&other), "{other}");
            }
        }
        assert_eq!(symbol("alpha"), Some((Kind::Letter, "α")));
        assert_eq!(symbol("|"), Some((Kind::Bar, "‖")));
        assert_eq!(symbol(" "), Some((Kind::Space, ".25em")));
    }
}

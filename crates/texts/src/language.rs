//! The languages, and which of them somebody reads.

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, in which every text is there first.
    #[default]
    English,
    /// German.
    German,
    /// Arabic, from right to left.
    Arabic,
}

impl Language {
    /// All of them, as they are offered.
    pub const ALL: [Language; 3] = [Language::English, Language::German, Language::Arabic];

    /// Its code, as in `<html lang>` (BCP 47).
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
            Language::Arabic => "ar",
        }
    }

    /// What those call it who speak it.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
            Language::Arabic => "العربية",
        }
    }

    /// It is written from right to left.
    pub fn is_right_to_left(self) -> bool {
        self == Language::Arabic
    }

    /// `ltr` or `rtl`, as in `<html dir>`.
    pub fn direction(self) -> &'static str {
        if self.is_right_to_left() { "rtl" } else { "ltr" }
    }

    /// The language of a code, whatever country, script or spelling it says behind the first part.
    pub fn of_code(code: &str) -> Option<Language> {
        let first = code.trim().split(['-', '_']).next()?;
        Language::ALL.into_iter().find(|language| first.eq_ignore_ascii_case(language.code()))
    }

    /// The language that somebody chose, else the one of an `Accept-Language` that is liked best (RFC 9110, section 12.5.4), else English.
    ///
    /// What the header does not rank comes first as it stands; what it refuses (`q=0`) and what it says wrongly counts for nothing.
    pub fn negotiate(chosen: Option<&str>, accepted: &str) -> Language {
        let weight = |parameters: &str| match parameters.trim().split_once('=') {
            None => Some(1.0),
            Some((name, value)) => {
                value.trim().parse::<f32>().ok().filter(|q| name.trim() == "q" && (0.0..=1.0).contains(q))
            }
        };
        let best = accepted.split(',').fold((0.0, Language::English), |best, range| {
            let (code, parameters) = range.split_once(';').unwrap_or((range, ""));
            match (Language::of_code(code), weight(parameters)) {
                (Some(language), Some(weight)) if weight > best.0 => (weight, language),
                _ => best,
            }
        });
        chosen.and_then(Language::of_code).unwrap_or(best.1)
    }

    /// The category of a number, by the letter that templates have for it: `z`ero, `o`ne, `t`wo, `f`ew, `m`any, or `x` for all others.
    ///
    /// The rules are those for cardinals and whole numbers of CLDR 48, `common/supplemental/plurals.xml`: in English and German one is `one`; in Arabic
    /// 0, 1 and 2 have a category each, and the last two digits decide beyond them, 3 to 10 being `few` and 11 to 99 `many`.
    pub(crate) fn category(self, count: u32) -> char {
        match (self, count) {
            (_, 1) => 'o',
            (Language::Arabic, 0) => 'z',
            (Language::Arabic, 2) => 't',
            (Language::Arabic, _) => match count % 100 {
                3..=10 => 'f',
                11.. => 'm',
                _ => 'x',
            },
            _ => 'x',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, Arabic, English, German};

    #[test]
    fn what_was_chosen_goes_before_what_the_browser_asks_for() {
        assert_eq!(Language::negotiate(Some("ar"), "de"), Arabic);
        assert_eq!(Language::negotiate(Some("tlh"), "de"), German);
        assert_eq!(Language::negotiate(None, ""), English);
    }

    #[test]
    fn the_language_that_is_liked_best_is_taken_and_none_that_is_refused() {
        for (accepted, expected) in [
            ("de-AT, de;q=0.9, en;q=0.8", German),
            ("fr, ar-EG;q=0.7, de;q=0.5", Arabic),
            ("en;q=0.3, de;q=0.4", German),
            ("en;q=0.4, de;q=0.4", English),
            ("de;q=0", English),
            ("de;q=0, ar;q=0.001", Arabic),
            ("fr, it", English),
            ("*", English),
            ("DE_ch", German),
            ("de;q=2, ar;q=x, en;level=1", English),
            (";;;, , =, de", German),
        ] {
            assert_eq!(Language::negotiate(None, accepted), expected, "{accepted}");
        }
    }

    #[test]
    fn numbers_have_the_categories_of_their_language() {
        let categories = |language: Language, counts: &[u32]| {
            counts.iter().map(|count| language.category(*count)).collect::<String>()
        };
        assert_eq!(categories(German, &[0, 1, 2, 11, 101]), "xoxxx");
        assert_eq!(categories(English, &[0, 1, 2, 11, 101]), "xoxxx");
        assert_eq!(categories(Arabic, &[0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111, 1000]), "zotffmmxxxfmx");
    }
}

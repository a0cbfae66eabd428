//! What months, halves of the day and zones are called.

/// A month by its name.
#[derive(Clone, Copy)]
pub(super) struct Named {
    month: u32,
    /// Another language has the same name for another month, and writes a dot behind the day.
    ambiguous: bool,
}

impl Named {
    /// The month, if it is sure.
    pub fn month(self, dotted_day: bool) -> Option<u32> {
        (!self.ambiguous || !dotted_day).then_some(self.month)
    }
}

/// How the names of each month begin, in lower case. The longest that fits counts.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "ian", "sty", "led", "oca", "tammi", "янв", "січ", "ιαν", "ינו", "يناير", "जन", "ม.ค"],
    &["feb", "fev", "fév", "lut", "úno", "şub", "helmi", "фев", "лют", "φεβ", "פבר", "فبراير", "फ़र", "फर", "ก.พ"],
    &["mar", "mär", "mrt", "maa", "már", "bře", "мар", "бер", "μαρ", "μάρ", "מרץ", "מרס", "مارس", "मार्च", "มี.ค"],
    &["apr", "abr", "avr", "ápr", "kwi", "dub", "nis", "huhti", "апр", "кві", "απρ", "אפר", "أبريل", "अप्रैल", "เม.ย"],
    &[
        "may", "mai", "maj", "maí", "mei", "mag", "máj", "kvě", "touko", "май", "мая", "трав", "μαΐ", "μαι", "מאי",
        "مايو", "मई", "พ.ค",
    ],
    &[
        "jun",
        "juin",
        "jún",
        "giu",
        "cze",
        "čvn",
        "červn",
        "haz",
        "kesä",
        "июн",
        "черв",
        "ιουν",
        "יוני",
        "يونيو",
        "जून",
        "มิ.ย",
    ],
    &[
        "jul",
        "juil",
        "júl",
        "lug",
        "lip",
        "čvc",
        "červenc",
        "tem",
        "heinä",
        "июл",
        "лип",
        "ιουλ",
        "יולי",
        "يوليو",
        "जुल",
        "ก.ค",
    ],
    &["aug", "ago", "aoû", "aou", "sie", "ağu", "elo", "авг", "серп", "αυγ", "אוג", "أغسطس", "अग", "ส.ค"],
    &["sep", "set", "szept", "wrz", "zář", "eyl", "syys", "сен", "вер", "σεπ", "ספט", "سبتمبر", "सित", "ก.ย"],
    &["oct", "okt", "out", "ott", "paź", "říj", "eki", "loka", "окт", "жов", "οκτ", "אוק", "أكتوبر", "अक्", "ต.ค"],
    &["nov", "lis", "kas", "marras", "ноя", "лис", "νοε", "νοέ", "נוב", "نوفمبر", "नव", "พ.ย"],
    &[
        "dec",
        "dez",
        "dic",
        "déc",
        "des",
        "gru",
        "pro",
        "ara",
        "joulu",
        "дек",
        "груд",
        "δεκ",
        "דצמ",
        "ديسمبر",
        "दिस",
        "ธ.ค",
    ],
];

/// In Croatian these are June and October, in Polish July and November.
const AMBIGUOUS: [&str; 2] = ["lip", "lis"];

/// The month that a word names.
pub(super) fn month(word: &str) -> Option<Named> {
    let word = word.to_lowercase();
    // In Hebrew "in" is a letter before the name.
    let word = word.strip_prefix('ב').unwrap_or(&word);
    let fits = MONTHS.iter().zip(1..).flat_map(|(names, month)| {
        names.iter().filter(|name| word.starts_with(**name)).map(move |name| (name.len(), month, *name))
    });
    let (_, month, name) = fits.max_by_key(|(length, ..)| *length)?;
    Some(Named { month, ambiguous: AMBIGUOUS.contains(&name) })
}

/// Whether a character is part of a word: a letter or a mark on one.
pub(super) fn is_letter(character: char) -> bool {
    character.is_alphabetic()
        || matches!(character, '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}')
}

/// Half of a day.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Half {
    Before,
    After,
}

impl Half {
    /// The hour of the day, of an hour of the half; `None` if there is no such hour.
    pub fn hour(self, hour: u32) -> Option<u32> {
        match (self, hour) {
            (_, 13..) => None,
            (Half::Before, hour) => Some(hour % 12),
            (Half::After, hour) => Some(hour % 12 + 12),
        }
    }
}

const HALVES: [(&str, Half); 29] = [
    ("a.m.", Half::Before),
    ("p.m.", Half::After),
    ("a. m.", Half::Before),
    ("p. m.", Half::After),
    ("AM", Half::Before),
    ("PM", Half::After),
    ("am", Half::Before),
    ("pm", Half::After),
    ("午前", Half::Before),
    ("午後", Half::After),
    ("上午", Half::Before),
    ("下午", Half::After),
    ("凌晨", Half::Before),
    ("清晨", Half::Before),
    ("早上", Half::Before),
    ("中午", Half::After),
    ("晚上", Half::After),
    ("오전", Half::Before),
    ("오후", Half::After),
    ("π.μ.", Half::Before),
    ("μ.μ.", Half::After),
    ("dop.", Half::Before),
    ("odp.", Half::After),
    ("ÖÖ", Half::Before),
    ("ÖS", Half::After),
    ("पूर्वाह्न", Half::Before),
    ("अपराह्न", Half::After),
    ("ص", Half::Before),
    ("م", Half::After),
];

/// A text without the words for a half of the day beside the time, and which half it was.
pub(super) fn without_half(text: &str) -> (String, Option<Half>) {
    let text = text.trim();
    for (name, half) in HALVES {
        let edge = |rest: &str, at_end: bool| {
            let neighbour = if at_end { rest.chars().next_back() } else { rest.chars().next() };
            !neighbour.is_some_and(|letter| letter.is_ascii_alphabetic() || ('\u{600}'..'\u{700}').contains(&letter))
        };
        if let Some(rest) = text.strip_suffix(name).filter(|rest| edge(rest, true)) {
            return (rest.to_owned(), Some(half));
        }
        if let Some(rest) = text.strip_prefix(name).filter(|rest| edge(rest, false)) {
            return (rest.to_owned(), Some(half));
        }
    }
    (text.to_owned(), None)
}

/// How many minutes a zone is ahead of UTC.
pub(super) fn zone_minutes(zone: &str, chinese: bool) -> Option<i64> {
    let zone = zone.trim_matches(['[', ']', ' ', ',']);
    if zone.is_empty() {
        return Some(0);
    }
    if zone == "CST" && chinese {
        return Some(480);
    }
    if let Some(named) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone) || *name == zone.to_uppercase())
    {
        return Some(named.1);
    }
    let offset = zone.trim_start_matches(|character: char| !matches!(character, '+' | '-' | '−'));
    let name = zone[..zone.len() - offset.len()].trim();
    let known = ["", "GMT", "UTC", "UT", "غرينتش", "Г", "Гринуич"].contains(&name);
    let sign = offset.chars().next().filter(|_| known)?;
    let (hours, minutes) = match offset[sign.len_utf8()..].split_once(':') {
        Some(parts) => parts,
        None => (&offset[sign.len_utf8()..], "0"),
    };
    let (hours, minutes): (i64, i64) = match (hours.len(), hours.parse::<i64>().ok()?) {
        (4, both) => (both / 100, both % 100),
        (_, hours) => (hours, minutes.parse().ok()?),
    };
    let total = hours * 60 + minutes;
    ((0..=14 * 60).contains(&total) && minutes < 60).then_some(if sign == '+' { total } else { -total })
}

/// Abbreviations of zones, in upper case, with minutes ahead of UTC. Where one stands for several, the one with most people who write it that way.
const ZONES: [(&str, i64); 78] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("IST", 330),
    ("CET", 60),
    ("CEST", 120),
    ("MEZ", 60),
    ("MESZ", 120),
    ("SEČ", 60),
    ("SELČ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("OEZ", 120),
    ("OESZ", 180),
    ("MSK", 180),
    ("МСК", 180),
    ("TRT", 180),
    ("SAMT", 240),
    ("YEKT", 300),
    ("NOVT", 420),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("AST", -240),
    ("ADT", -180),
    ("NST", -210),
    ("NDT", -150),
    ("HNE", -300),
    ("HAE", -240),
    ("HNP", -480),
    ("HAP", -420),
    ("BRT", -180),
    ("BRST", -120),
    ("AMT", -240),
    ("ART", -180),
    ("UYT", -180),
    ("CLT", -240),
    ("CLST", -180),
    ("BOT", -240),
    ("VET", -240),
    ("COT", -300),
    ("PET", -300),
    ("ECT", -300),
    ("SAST", 120),
    ("CAT", 120),
    ("EAT", 180),
    ("WAT", 60),
    ("GST", 240),
    ("PKT", 300),
    ("NPT", 345),
    ("ICT", 420),
    ("WIB", 420),
    ("WITA", 480),
    ("WIT", 540),
    ("HKT", 480),
    ("SGT", 480),
    ("MYT", 480),
    ("PHT", 480),
    ("JST", 540),
    ("KST", 540),
    ("AWST", 480),
    ("ACST", 570),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("ACDT", 630),
];

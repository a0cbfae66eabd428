//! Times in questions: “in spring”, “last March”, “2024”, “letzte Woche”. In UTC, as the history is searched.

use aios_model::{MONTHS as MONTH_NAMES, Timestamp};

/// Years that “in spring” looks back.
const YEARS: i32 = 15;

const DAY: i64 = 86_400_000;

const MONTHS: [&str; 12] = [
    "january jan januar jänner",
    "february feb februar feber",
    "march mar märz maerz",
    "april apr",
    "may mai",
    "june jun juni",
    "july jul juli",
    "august aug",
    "september sep sept",
    "october oct oktober okt",
    "november nov",
    "december dec dezember dez",
];

/// Seasons and the month that each begins with; each has three.
const SEASONS: [(&str, u32); 4] =
    [("spring springtime frühling frühjahr", 3), ("summer sommer", 6), ("autumn fall herbst", 9), ("winter", 12)];

const IN: &str = "in on at during from of im am in während aus vom von";
const LAST: &str = "last past previous letzte letzten letzter letztes letztem vorige vorigen voriger voriges vergangene vergangenen vergangener vergangenes";
const THIS: &str = "this diese diesen dieser dieses diesem";
const SINCE: &str = "since after seit nach ab";
const UNTIL: &str = "until before till bis vor";
const ARTICLES: &str = "the dem der den des year jahr jahre";

/// When something was said: any of some periods.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct When {
    /// For a person.
    pub(super) label: String,
    /// From the first, up to and without the second; the latest period first.
    pub(super) periods: Vec<(Option<Timestamp>, Option<Timestamp>)>,
}

impl When {
    /// From `after` on, up to and without `before`.
    pub(super) fn between(after: Option<Timestamp>, before: Option<Timestamp>) -> When {
        let last = before.map(|before| add_days(before, -1));
        let label = match (after, last) {
            (Some(first), Some(last)) if first == last => show(first),
            (Some(first), Some(last)) => format!("{} to {}", show(first), show(last)),
            (Some(first), None) => format!("since {}", show(first)),
            (None, Some(last)) => format!("until {}", show(last)),
            (None, None) => "any time".into(),
        };
        When { label, periods: vec![(after, before)] }
    }
}

/// A time at the beginning of these words (lower case, without punctuation), and how many words it takes.
pub(super) fn read(words: &[String], now: Timestamp) -> Option<(When, usize)> {
    let first = words.first()?.as_str();
    let second = words.get(1).map(String::as_str);
    let open = if is(first, SINCE) {
        Some(true)
    } else if is(first, UNTIL) {
        Some(false)
    } else {
        None
    };
    if let Some((begin, end, length)) = ago(words, now).or_else(|| relative(words, now)) {
        return Some((When::between(Some(begin), Some(end)), length));
    }
    if let Some(since) = open {
        let skip = 1 + usize::from(second.is_some_and(|word| is(word, ARTICLES)));
        let (begin, end, length) = named(words.get(skip..)?, now, true).or_else(|| relative(&words[skip..], now))?;
        let when = if since { When::between(Some(begin), None) } else { When::between(None, Some(begin)) };
        // “After March” is not in March.
        let when = if matches!(first, "after" | "nach") { When::between(Some(end), None) } else { when };
        return Some((when, skip + length));
    }
    if is(first, IN) {
        let skip = 1 + usize::from(second.is_some_and(|word| is(word, ARTICLES)));
        let rest = words.get(skip..)?;
        if let Some((begin, end, length)) = relative(rest, now) {
            return Some((When::between(Some(begin), Some(end)), skip + length));
        }
        if let Some((begin, end, length)) = named(rest, now, false) {
            return Some((When::between(Some(begin), Some(end)), skip + length));
        }
        let (month, count) = months(rest.first()?)?;
        return Some((any_year(month, count, now), skip + 1));
    }
    // With its year, it needs no word before it; a year by itself does.
    if first.len() > 4 || !first.bytes().all(|byte| byte.is_ascii_digit()) {
        let (begin, end, length) = named(words, now, false)?;
        return Some((When::between(Some(begin), Some(end)), length));
    }
    None
}

/// A day, a month or a year as numbers: its beginning and its end.
pub(super) fn iso(text: &str) -> Option<(Timestamp, Timestamp)> {
    let numbers: Vec<&str> =
        if text.contains('.') { text.split('.').rev().collect() } else { text.split('-').collect() };
    let number = |at: usize| match numbers.get(at) {
        None => Some(None),
        Some(digits) if !digits.is_empty() && digits.len() <= 4 => digits.parse::<u32>().ok().map(Some),
        Some(_) => None,
    };
    if numbers.len() > 3 || numbers[0].len() != 4 {
        return None;
    }
    let year = i32::try_from(number(0)??).ok().filter(|year| (1990..=2100).contains(year))?;
    match (number(1)?, number(2)?) {
        (None, _) => Some((date(year, 1, 1)?, date(year + 1, 1, 1)?)),
        (Some(month), None) => span(year, month, 1),
        (Some(month), Some(day)) => date(year, month, day).map(|begin| (begin, add_days(begin, 1))),
    }
}

/// “today”, “last week”, “this year”, “last March”.
fn relative(words: &[String], now: Timestamp) -> Option<(Timestamp, Timestamp, usize)> {
    let today = midnight(now);
    let days = |back: i64| (add_days(today, -back), add_days(today, 1 - back));
    let ((begin, end), length) = match words.first()?.as_str() {
        "today" | "heute" => (days(0), 1),
        "yesterday" | "gestern" => (days(1), 1),
        "vorgestern" => (days(2), 1),
        word if is(word, LAST) || is(word, THIS) => {
            let back = i64::from(is(word, LAST));
            let unit = words.get(1)?.as_str();
            // “The last three weeks”.
            if let (Some(count), Some(length)) = (number(unit), words.get(2).and_then(|unit| unit_days(unit))) {
                return Some((add_days(today, -(count * length)), add_days(today, 1), 3));
            }
            let (year, month, _) = today.date();
            let span = match unit {
                "week" | "woche" => {
                    let monday = add_days(today, -weekday(today) - 7 * back);
                    (monday, add_days(monday, 7))
                }
                "month" | "monat" => month_back(year, month, back)?,
                "year" | "jahr" => {
                    let year = year - i32::try_from(back).ok()?;
                    (date(year, 1, 1)?, date(year + 1, 1, 1)?)
                }
                name => {
                    let (month, count) = months(name)?;
                    // The last one is over, this one has begun.
                    let has_come =
                        |(begin, end): &(Timestamp, Timestamp)| if back == 1 { *end <= today } else { *begin <= today };
                    (0..3).filter_map(|back| span(year - back, month, count)).find(has_come)?
                }
            };
            (span, 2)
        }
        _ => return None,
    };
    Some((begin, end, length))
}

/// “3 weeks ago”, “vor drei Wochen”: that day, or the week, month or year around it.
fn ago(words: &[String], now: Timestamp) -> Option<(Timestamp, Timestamp, usize)> {
    let is_german = words.first()? == "vor";
    let (count, unit) = if is_german { (words.get(1)?, words.get(2)?) } else { (words.first()?, words.get(1)?) };
    if !is_german && words.get(2)? != "ago" {
        return None;
    }
    let (count, length) = (number(count)?, unit_days(unit)?);
    let then = add_days(midnight(now), -count.checked_mul(length)?);
    let (begin, end) = match length {
        1 => (then, add_days(then, 1)),
        7 => {
            let monday = add_days(then, -weekday(then));
            (monday, add_days(monday, 7))
        }
        30 => {
            let (year, month, _) = now.date();
            month_back(year, month, count)?
        }
        _ => {
            let year = now.date().0 - i32::try_from(count).ok()?;
            (date(year, 1, 1)?, date(year + 1, 1, 1)?)
        }
    };
    Some((begin, end, 3))
}

/// A year, a day, or a month or season with its year; with `latest`, without one as well: the latest that has begun.
fn named(words: &[String], now: Timestamp, latest: bool) -> Option<(Timestamp, Timestamp, usize)> {
    let first = words.first()?;
    if let Some((begin, end)) = iso(first) {
        return Some((begin, end, 1));
    }
    let (month, count) = months(first)?;
    let skip = 1 + usize::from(words.get(1).is_some_and(|word| is(word, "of des im")));
    let year = words.get(skip).and_then(|year| year.parse().ok()).filter(|year| (1990..=2100).contains(year));
    if let Some(year) = year {
        let (begin, end) = span(year, month, count)?;
        return Some((begin, end, skip + 1));
    }
    let (this_year, ..) = now.date();
    let (begin, end) =
        (0..2).filter_map(|back| span(this_year - back, month, count)).find(|(begin, _)| *begin <= now)?;
    latest.then_some((begin, end, 1))
}

fn any_year(month: u32, count: u32, now: Timestamp) -> When {
    let (year, ..) = now.date();
    let spans = (0..YEARS).filter_map(|back| span(year - back, month, count)).filter(|(begin, _)| *begin <= now);
    let name = |month: u32| MONTH_NAMES[(month as usize - 1) % 12];
    let label = match count {
        1 => format!("{} of any year", name(month)),
        _ => format!("{} to {} of any year", name(month), name(month + count - 1)),
    };
    When { label, periods: spans.map(|(begin, end)| (Some(begin), Some(end))).collect() }
}

/// The month that a name means, or the first of a season, and how many months it has.
fn months(name: &str) -> Option<(u32, u32)> {
    let month = MONTHS.iter().position(|names| is(name, names)).and_then(|month| u32::try_from(month + 1).ok());
    month
        .map(|month| (month, 1))
        .or_else(|| SEASONS.iter().find(|(names, _)| is(name, names)).map(|(_, month)| (*month, 3)))
}

/// Some months of a year; a winter ends in the next.
fn span(year: i32, month: u32, count: u32) -> Option<(Timestamp, Timestamp)> {
    if !(1..=12).contains(&month) {
        return None;
    }
    let end = month + count - 1;
    Some((date(year, month, 1)?, date(year + i32::try_from(end / 12).ok()?, end % 12 + 1, 1)?))
}

fn month_back(year: i32, month: u32, back: i64) -> Option<(Timestamp, Timestamp)> {
    let months = i64::from(year) * 12 + i64::from(month) - 1 - back;
    span(i32::try_from(months.div_euclid(12)).ok()?, u32::try_from(months.rem_euclid(12)).ok()? + 1, 1)
}

fn date(year: i32, month: u32, day: u32) -> Option<Timestamp> {
    Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z")).ok()
}

fn midnight(time: Timestamp) -> Timestamp {
    Timestamp::from_milliseconds(time.milliseconds().div_euclid(DAY) * DAY)
}

fn add_days(time: Timestamp, days: i64) -> Timestamp {
    let moved = time.milliseconds().saturating_add(days.saturating_mul(DAY));
    Timestamp::from_milliseconds(moved.clamp(Timestamp::MIN.milliseconds(), Timestamp::MAX.milliseconds()))
}

/// Days since Monday.
fn weekday(time: Timestamp) -> i64 {
    // 1970-01-01 was a Thursday.
    (time.milliseconds().div_euclid(DAY) + 3).rem_euclid(7)
}

/// A day as search takes it.
pub(super) fn show(time: Timestamp) -> String {
    let (year, month, day) = time.date();
    format!("{year:04}-{month:02}-{day:02}")
}

fn unit_days(unit: &str) -> Option<i64> {
    Some(match unit {
        "day" | "days" | "tag" | "tage" | "tagen" => 1,
        "week" | "weeks" | "woche" | "wochen" => 7,
        "month" | "months" | "monat" | "monate" | "monaten" => 30,
        "year" | "years" | "jahr" | "jahre" | "jahren" => 365,
        _ => return None,
    })
}

fn number(word: &str) -> Option<i64> {
    const WORDS: [&str; 12] = [
        "a an one ein eine einem einer einen",
        "two zwei",
        "three drei",
        "four vier",
        "five fünf",
        "six sechs",
        "seven sieben",
        "eight acht",
        "nine neun",
        "ten zehn",
        "eleven elf",
        "twelve zwölf",
    ];
    let spelt = WORDS.iter().position(|words| is(word, words)).and_then(|at| i64::try_from(at + 1).ok());
    spelt.or_else(|| word.parse().ok().filter(|count| (1..=1000).contains(count)))
}

fn is(word: &str, words: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

#[cfg(test)]
mod tests {
    use super::read;
    use aios_model::Timestamp;

    fn label(text: &str) -> Option<(String, usize)> {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        // A Sunday.
        let found = read(&words, Timestamp::parse("2026-11-22T23:00:00Z").unwrap());
        found.map(|(when, length)| (when.label, length))
    }

    #[test]
    fn times_are_read_in_both_languages() {
        let cases = [
            ("today", "2026-11-22", 1),
            ("gestern abend", "2026-11-21", 1),
            ("letzte woche", "2026-11-09 to 2026-11-15", 2),
            ("this week", "2026-11-16 to 2026-11-22", 2),
            ("in the last week", "2026-11-09 to 2026-11-15", 4),
            ("last month", "2026-10-01 to 2026-10-31", 2),
            ("letztes jahr", "2025-01-01 to 2025-12-31", 2),
            ("last november", "2025-11-01 to 2025-11-30", 2),
            ("this autumn", "2026-09-01 to 2026-11-30", 2),
            ("letzten winter", "2025-12-01 to 2026-02-28", 2),
            ("the last", "", 0),
            ("last 3 days", "2026-11-19 to 2026-11-22", 3),
            ("two weeks ago", "2026-11-02 to 2026-11-08", 3),
            ("vor drei monaten", "2026-08-01 to 2026-08-31", 3),
            ("vor 2 jahren", "2024-01-01 to 2024-12-31", 3),
            ("in 2024", "2024-01-01 to 2024-12-31", 2),
            ("im jahr 2024", "2024-01-01 to 2024-12-31", 3),
            ("2024", "", 0),
            ("march 2024", "2024-03-01 to 2024-03-31", 2),
            ("im märz", "March of any year", 2),
            ("im herbst 2025", "2025-09-01 to 2025-11-30", 3),
            ("may", "", 0),
            ("since march", "since 2026-03-01", 2),
            ("seit 2023", "since 2023-01-01", 2),
            ("before 2023", "until 2022-12-31", 2),
            ("after march", "since 2026-04-01", 2),
            ("on 2024-02-29", "2024-02-29", 2),
            ("am 29.02.2024", "2024-02-29", 2),
            ("2024-13", "", 0),
            ("last summer", "2026-06-01 to 2026-08-31", 2),
        ];
        for (text, expected, length) in cases {
            let expected = (!expected.is_empty()).then(|| (expected.to_owned(), length));
            assert_eq!(label(text), expected, "{text}");
        }
    }

    #[test]
    fn in_spring_is_any_spring_that_has_begun_the_latest_first() {
        let words = ["in".to_owned(), "winter".to_owned()];
        let (when, _) = read(&words, Timestamp::parse("2026-11-22").unwrap()).unwrap();
        assert_eq!(when.periods[0].0.unwrap().to_string(), "2025-12-01T00:00:00.000Z");
        assert_eq!(when.periods.len(), 14);
    }
}

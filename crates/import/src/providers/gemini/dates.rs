//! Dates as Google's pages write them, in the language of the account: `Jul 20, 2026, 9:00:00 AM PDT`, `20.07.2026, 09:00:00 MESZ`,
//! `22 de jul. de 2026, 10:00:00 BRT`, `1. 1. 2026 10:00:00 SEČ`, `2026年7月20日 下午3:04:05 CST`.
//!
//! Nothing is guessed: what does not say its month for sure is no date. The forms are those of the Unicode locale data ("medium" date and
//! "long" time) as seen in exports.

use aios_model::Timestamp;

mod names;

/// A date and time that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    /// The moment; as if in UTC if the zone is not known.
    pub time: Timestamp,
    /// A zone is named.
    pub zoned: bool,
    /// The zone as it is written, if it is not known which one it is.
    pub unknown_zone: Option<String>,
}

/// Reads a line that is a date with a time to the second, and nothing else.
pub(super) fn parse(line: &str) -> Option<Moment> {
    // No date is longer; prompts are.
    if line.len() > 160 {
        return None;
    }
    let text: String = line.chars().filter_map(plain).collect();
    let text = text.trim();
    let (date, clock, after) = split_at_clock(text)?;
    let (date, half_before) = names::without_half(date);
    let (zone, half_after) = names::without_half(after);
    let [mut hour, minute, second] = clock;
    if let Some(half) = half_before.or(half_after) {
        hour = half.hour(hour)?;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (year, month, day) = read_date(&date)?;
    let local = Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")).ok()?;
    let zone = zone.trim().trim_start_matches('(').trim_end_matches(')').trim();
    let offset = names::zone_minutes(zone, date.contains('年'));
    // A text that goes on behind the time is none of these lines.
    if offset.is_none() && (zone.chars().count() > 24 || zone.split_whitespace().count() > 4) {
        return None;
    }
    Some(Moment {
        time: Timestamp::from_milliseconds(local.milliseconds() - offset.unwrap_or(0) * 60_000),
        zoned: !zone.is_empty(),
        unknown_zone: offset.is_none().then(|| zone.to_owned()),
    })
}

/// Digits of all scripts as ASCII, spaces of all kinds as one, and no marks of direction.
fn plain(character: char) -> Option<char> {
    const ZEROS: [char; 8] = ['٠', '۰', '०', '০', '๐', '੦', '૦', '௦'];
    let digit = |zero: char| {
        let value = u32::from(character).checked_sub(u32::from(zero)).filter(|value| *value < 10)?;
        char::from_digit(value, 10)
    };
    match character {
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}' => None,
        '：' => Some(':'),
        '،' => Some(','),
        _ if character.is_whitespace() => Some(' '),
        _ => Some(ZEROS.into_iter().find_map(digit).unwrap_or(character)),
    }
}

/// What is before a time like `9:00:00` or `9.00.00`, the time, and what is behind it.
fn split_at_clock(text: &str) -> Option<(&str, [u32; 3], &str)> {
    [':', '.'].into_iter().find_map(|separator| {
        let starts = text.char_indices().filter(|(at, character)| {
            character.is_ascii_digit()
                && !text[..*at].ends_with(|before: char| before.is_ascii_digit() || before == separator)
        });
        starts.into_iter().find_map(|(at, _)| {
            let (hour, rest) = number(&text[at..], 1..=2)?;
            let (minute, rest) = number(rest.strip_prefix(separator)?, 2..=2)?;
            let (second, rest) = number(rest.strip_prefix(separator)?, 2..=2)?;
            Some((&text[..at], [hour, minute, second], rest))
        })
    })
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(u32, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    digits.contains(&count).then(|| text[..count].parse().ok().map(|number| (number, &text[count..])))?
}

/// Year, month and day of what is before the time.
fn read_date(text: &str) -> Option<(u32, u32, u32)> {
    let mut numbers: Vec<(u32, usize, usize)> = Vec::new();
    let mut month = None;
    let mut rest = text;
    let mut words = 0;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            numbers.push((rest[..digits].parse().ok()?, digits, text.len() - rest.len()));
            rest = &rest[digits..];
        } else if names::is_letter(first) {
            // Thai abbreviations have dots inside.
            let thai = ('\u{e00}'..'\u{e80}').contains(&first);
            let ends = |character| !(names::is_letter(character) || thai && character == '.');
            let length = rest.find(ends).unwrap_or(rest.len());
            let word = &rest[..length];
            words += 1;
            if let Some(named) = names::month(word) {
                // Two words that name months: it is not sure which one does.
                if month.replace(named).is_some() {
                    return None;
                }
            }
            rest = &rest[length..];
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    // A weekday, `de`, `г.` and the like, but no sentence.
    if words > 6 {
        return None;
    }
    let is_year = |&(value, digits, _): &(u32, usize, usize)| digits == 4 && (1990..2700).contains(&value);
    match (month, numbers.as_slice()) {
        (Some(named), [first, second]) => {
            let (year, day) = if is_year(first) { (first, second) } else { (second, first) };
            let dotted = text[day.2 + day.1..].starts_with('.');
            let month = named.month(dotted)?;
            (is_year(year) && day.1 < 3).then_some((gregorian(year.0), month, day.0))
        }
        // `2026年7月20日`, `2026/07/20`, `2026. 7. 20.`
        (None, [year, month, day]) if is_year(year) => Some((gregorian(year.0), month.0, day.0)),
        // `1. 1. 2026`, `20/07/2026`, `20 thg 7, 2026`
        (None, [day, month, year]) if is_year(year) && day.1 < 3 && month.1 < 3 => {
            // Only the United States write the month first, and their pages have it as a word.
            Some((gregorian(year.0), month.0, day.0))
        }
        _ => None,
    }
}

/// Thai pages count from the Buddha's death.
fn gregorian(year: u32) -> u32 {
    if year > 2400 { year - 543 } else { year }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;

    #[test]
    fn dates_in_many_languages_are_read() {
        for (line, expected) in [
            ("Jul 20, 2026, 9:00:00 AM PDT", "2026-07-20T16:00:00.000Z"),
            ("Jul 20, 2026, 9:00:00\u{202f}PM PDT", "2026-07-21T04:00:00.000Z"),
            ("May 19, 2026, 7:07:02\u{202f}PM GMT-03:00", "2026-05-19T22:07:02.000Z"),
            ("Jan 5, 2025, 12:05:00 AM EST", "2025-01-05T05:05:00.000Z"),
            ("18 Sept 2025, 12:02:52 CET", "2025-09-18T11:02:52.000Z"),
            ("20 Jul 2026, 09:00:00 GMT+8", "2026-07-20T01:00:00.000Z"),
            ("20 Jul 2026, 09:00:00 GMT+05:30", "2026-07-20T03:30:00.000Z"),
            ("18.04.2026, 17:38:51 MESZ", "2026-04-18T15:38:51.000Z"),
            ("10 de mai. de 2026, 03:46:09 BRT", "2026-05-10T06:46:09.000Z"),
            ("22 de jul. de 2026, 10:00:00 BRT", "2026-07-22T13:00:00.000Z"),
            ("1. 1. 2026 10:00:00 SEČ", "2026-01-01T09:00:00.000Z"),
            ("4 juli 2026 09:15:00 CEST", "2026-07-04T07:15:00.000Z"),
            ("20 juil. 2026, 09:00:00 UTC+2", "2026-07-20T07:00:00.000Z"),
            ("1 août 2026, 09:00:00 CEST", "2026-08-01T07:00:00.000Z"),
            ("20 lug 2026, 09:00:00 CEST", "2026-07-20T07:00:00.000Z"),
            ("20 jul 2026, 9:00:00 CEST", "2026-07-20T07:00:00.000Z"),
            ("20 lip 2026, 09:00:00 CEST", "2026-07-20T07:00:00.000Z"),
            ("20 июл. 2026 г., 09:00:00 MSK", "2026-07-20T06:00:00.000Z"),
            ("2026/07/20 9:00:00 JST", "2026-07-20T00:00:00.000Z"),
            ("2026年6月19日 12:23:08 CST", "2026-06-19T04:23:08.000Z"),
            ("2026年7月20日 下午3:04:05 [CST]", "2026-07-20T07:04:05.000Z"),
            ("2026. 7. 20. 오후 3:04:05 KST", "2026-07-20T06:04:05.000Z"),
            ("20 Tem 2026 09:00:00 TRT", "2026-07-20T06:00:00.000Z"),
            ("20.7.2026 klo 9.00.00 EEST", "2026-07-20T06:00:00.000Z"),
            ("20. jul. 2026 09.00.00 CEST", "2026-07-20T07:00:00.000Z"),
            ("20 thg 7, 2026 09:00:00 GMT+7", "2026-07-20T02:00:00.000Z"),
            ("٢٠/٠٧/٢٠٢٦، ٣:٠٤:٠٥ م غرينتش+3", "2026-07-20T12:04:05.000Z"),
            ("20 ก.ค. 2569 09:00:00 GMT+7", "2026-07-20T02:00:00.000Z"),
            ("20 ביולי 2026, 9:00:00 GMT+3", "2026-07-20T06:00:00.000Z"),
            ("Dec 31, 2025, 11:30:00 PM CST", "2026-01-01T05:30:00.000Z"),
        ] {
            assert_eq!(parse(line).map(|moment| moment.time.to_string()).as_deref(), Some(expected), "{line}");
        }
        assert_eq!(parse("20 lip 2026, 09:00:00 XYZT").unwrap().unknown_zone.as_deref(), Some("XYZT"));
    }

    #[test]
    fn what_is_no_date_for_sure_is_none() {
        for line in [
            "",
            "Jul 20, 2026",
            "What happened on Jul 20, 2026 at 9:00:00 and why does it matter to all of us?",
            "9:00:00",
            "Foo 20, 2026, 9:00:00 AM PDT",
            "Jul 32, 2026, 9:00:00 AM PDT",
            "Jul 20, 2026, 13:00:00 PM PDT",
            "20. lip 2026. 09:00:00 CEST",
            "11:22:33:44",
            "12.12.12",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_not(line in "[0-9:.,/ a-zA-Z年月日下午م-]{0,50}") {
            let _ = parse(&line);
        }
    }
}

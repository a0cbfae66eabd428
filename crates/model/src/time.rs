use serde::{Deserialize, Serialize};
use std::fmt;

/// The English names of the months.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const MILLISECONDS_A_DAY: i64 = 86_400_000;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. Serialised as that number.
///
/// The range is that of the years 0001 to 9999 ([`Timestamp::MIN`] to [`Timestamp::MAX`]); constructors clamp to it, so formatting
/// never meets a year it cannot write.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The text is no RFC 3339 date and time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseTimestampError;

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a date and time of the form 2026-01-31T12:00:00Z")
    }
}

impl std::error::Error for ParseTimestampError {}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_milliseconds)
    }
}

impl Timestamp {
    /// 0001-01-01T00:00:00.000Z.
    pub const MIN: Timestamp = Timestamp(-62_135_596_800_000);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Timestamp = Timestamp(253_402_300_799_999);

    /// From milliseconds since the epoch, clamped to the years 0001 to 9999.
    pub const fn from_milliseconds(milliseconds: i64) -> Timestamp {
        if milliseconds < Self::MIN.0 {
            Self::MIN
        } else if milliseconds > Self::MAX.0 {
            Self::MAX
        } else {
            Timestamp(milliseconds)
        }
    }

    /// From (fractional) seconds since the epoch, as ChatGPT writes them. `None` for what is no finite number.
    pub fn from_seconds(seconds: f64) -> Option<Timestamp> {
        // The cast saturates, and the constructor clamps.
        seconds.is_finite().then(|| Timestamp::from_milliseconds((seconds * 1000.0).round() as i64))
    }

    /// Milliseconds since the epoch.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Parses RFC 3339 (`2026-01-31T12:00:00.123456Z`, `…+02:00`), a space instead of `T`, a missing zone (read as UTC, as SQLite
    /// and Python write it), or a date alone. Digits beyond milliseconds are cut.
    ///
    /// # Errors
    /// [`ParseTimestampError`] if it is none of these, or names no real moment (month 13, 30 February).
    pub fn parse(text: &str) -> Result<Timestamp, ParseTimestampError> {
        parse(text.trim().as_bytes()).ok_or(ParseTimestampError)
    }

    /// Year, month (1 to 12) and day (1 to 31), in UTC.
    pub fn date(self) -> (i32, u32, u32) {
        civil_from_days(self.0.div_euclid(MILLISECONDS_A_DAY))
    }
}

/// RFC 3339 in UTC with milliseconds: `2026-01-31T12:00:00.123Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let time = self.0.rem_euclid(MILLISECONDS_A_DAY);
        let (hour, minute, second, milli) = (time / 3_600_000, time / 60_000 % 60, time / 1000 % 60, time % 1000);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

fn parse(text: &[u8]) -> Option<Timestamp> {
    let year = number(text, 0, 4)?;
    let month = (*text.get(4)? == b'-').then(|| number(text, 5, 2))??;
    let day = (*text.get(7)? == b'-').then(|| number(text, 8, 2))??;
    let days = days_from_civil(year, month, day)?;
    let midnight = days * MILLISECONDS_A_DAY;
    let Some(separator) = text.get(10) else { return Some(Timestamp::from_milliseconds(midnight)) };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let hour = number(text, 11, 2)?;
    let minute = (*text.get(13)? == b':').then(|| number(text, 14, 2))??;
    let (second, mut at) = if text.get(16) == Some(&b':') { (number(text, 17, 2)?, 19) } else { (0, 16) };
    // 60 is a leap second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut milli = 0;
    if matches!(text.get(at), Some(b'.' | b',')) {
        at += 1;
        let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        for place in 0..3 {
            milli = milli * 10 + if place < digits { i64::from(text[at + place] - b'0') } else { 0 };
        }
        at += digits;
    }
    let offset = match text.get(at) {
        None => 0,
        Some(b'Z' | b'z') => (text.len() == at + 1).then_some(0)?,
        Some(sign @ (b'+' | b'-')) => {
            let hours = number(text, at + 1, 2)?;
            let rest = at + 3;
            let minutes = match text.get(rest) {
                None => 0,
                Some(b':') => (text.len() == rest + 3).then(|| number(text, rest + 1, 2))??,
                Some(_) => (text.len() == rest + 2).then(|| number(text, rest, 2))??,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = (hours * 60 + minutes) * 60_000;
            if *sign == b'-' { -offset } else { offset }
        }
        Some(_) => return None,
    };
    Some(Timestamp::from_milliseconds(midnight + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli - offset))
}

fn number(text: &[u8], start: usize, digits: usize) -> Option<i64> {
    text.get(start..start + digits)?
        .iter()
        .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, after Howard Hinnant's `days_from_civil`
/// (<https://howardhinnant.github.io/date_algorithms.html>). `None` if there is no such day.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1 || day < 1 || day > length {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The inverse of [`days_from_civil`], from the same source.
fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::Timestamp;
    use proptest::prelude::*;

    #[test]
    fn the_forms_that_exports_use_are_read() {
        let noon = 1_769_860_800_000;
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00.000000Z",
            "2026-01-31 12:00:00",
            "2026-01-31T14:00:00+02:00",
            "2026-01-31T06:30:00-0530",
            " 2026-01-31T12:00Z ",
        ] {
            assert_eq!(Timestamp::parse(text).map(Timestamp::milliseconds), Ok(noon), "{text}");
        }
        assert_eq!(Timestamp::parse("2026-01-31T12:00:00.98765Z").map(Timestamp::milliseconds), Ok(noon + 987));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-02-30",
            "2026-13-01",
            "2026-01-31T25:00:00Z",
            "2026-01-31T12:00:00+",
            "2026-01-31T12:00:00.Z",
            "0000-01-01",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_out_of_range_are_clamped_and_no_number_is_none() {
        assert_eq!(Timestamp::from_seconds(f64::MAX), Some(Timestamp::MAX));
        assert_eq!(Timestamp::from_seconds(f64::NAN), None);
        assert_eq!(Timestamp::from_seconds(1.5).map(Timestamp::milliseconds), Some(1500));
    }

    proptest! {
        #[test]
        fn writing_and_reading_is_the_identity(milliseconds in Timestamp::MIN.milliseconds()..=Timestamp::MAX.milliseconds()) {
            let time = Timestamp::from_milliseconds(milliseconds);
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = Timestamp::parse(&text);
        }
    }
}

//! Dates as the reader's eye wants them. Everything is a pure function of its arguments, so that server and browser agree.

use aios_model::Timestamp;
use aios_texts::Texts;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A moment shifted by a time zone, so that [`Timestamp::date`] gives the local date.
pub fn local(time: Timestamp, offset_minutes: i32) -> Timestamp {
    Timestamp::from_milliseconds(time.milliseconds() + i64::from(offset_minutes) * MINUTE)
}

/// The heading under which a conversation of that moment stands: today, yesterday, this week, a month of this year, or a month and year.
pub fn group(time: Timestamp, now: Timestamp, offset_minutes: i32, texts: Texts) -> String {
    let (time, now) = (local(time, offset_minutes), local(now, offset_minutes));
    let days = now.milliseconds().div_euclid(DAY) - time.milliseconds().div_euclid(DAY);
    let ((year, month, _), (this_year, _, _)) = (time.date(), now.date());
    let month = name(month, texts.months());
    match days {
        ..=0 => texts.today().to_owned(),
        1 => texts.yesterday().to_owned(),
        2..=6 => texts.this_week().to_owned(),
        _ if year == this_year => month.to_owned(),
        _ => texts.month_of_year(month, &year.to_string()),
    }
}

/// `31 January 2026, 14:05`.
pub fn long(time: Timestamp, offset_minutes: i32, texts: Texts) -> String {
    let time = local(time, offset_minutes);
    let (year, month, day) = time.date();
    texts.day_and_time(&written(year, month, day, texts.months(), texts), &clock(time))
}

/// `31 Jan 2026`.
pub fn day(time: Timestamp, offset_minutes: i32, texts: Texts) -> String {
    let (year, month, day) = local(time, offset_minutes).date();
    written(year, month, day, texts.months_short(), texts)
}

/// The shortest form that is not mistaken beside its heading: the time today, else the day.
pub fn short(time: Timestamp, now: Timestamp, offset_minutes: i32, texts: Texts) -> String {
    let (time, now) = (local(time, offset_minutes), local(now, offset_minutes));
    let (_, month, day) = time.date();
    if time.milliseconds().div_euclid(DAY) == now.milliseconds().div_euclid(DAY) {
        clock(time)
    } else {
        texts.day_of_month(&day.to_string(), name(month, texts.months_short()))
    }
}

/// A day, with names of months that have a stroke between.
pub fn written(year: i32, month: u32, day: u32, months: &'static str, texts: Texts) -> String {
    texts.day_of_year(&day.to_string(), name(month, months), &year.to_string())
}

fn name(month: u32, months: &'static str) -> &'static str {
    months.split('/').nth(month as usize - 1).unwrap_or_default()
}

/// Hours and minutes of a local time.
fn clock(time: Timestamp) -> String {
    let minutes = time.milliseconds().rem_euclid(DAY) / MINUTE;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::{day, group, long, short};
    use aios_model::Timestamp;
    use aios_texts::{Language, Texts};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn groups_follow_the_local_day() {
        let now = at("2026-11-22T01:00:00Z");
        let group = |time: &str, offset: i32| group(at(time), now, offset, Texts::default());
        assert_eq!(group("2026-11-21T23:30:00Z", 0), "Yesterday");
        assert_eq!(group("2026-11-21T23:30:00Z", 60), "Today");
        assert_eq!(group("2026-11-17T12:00:00Z", 0), "This week");
        assert_eq!(group("2026-10-02T12:00:00Z", 0), "October");
        assert_eq!(group("2024-02-29T12:00:00Z", 0), "February 2024");
        assert_eq!(group("2027-02-01T12:00:00Z", 0), "Today");
    }

    #[test]
    fn moments_are_written_in_the_local_zone() {
        let english = Texts::default();
        assert_eq!(long(at("2026-01-31T23:05:00Z"), 60, english), "1 February 2026, 00:05");
        assert_eq!(short(at("2026-01-31T23:05:00Z"), at("2026-01-31T23:50:00Z"), 0, english), "23:05");
        assert_eq!(short(at("2026-01-30T23:05:00Z"), at("2026-01-31T23:50:00Z"), 0, english), "30 Jan");
    }

    #[test]
    fn days_are_written_as_a_language_does_and_every_month_has_a_name() {
        let german = Texts::of(Language::German);
        assert_eq!(long(at("2026-12-31T23:05:00Z"), 0, german), "31. Dezember 2026, 23:05");
        for language in Language::ALL {
            let texts = Texts::of(language);
            for months in [texts.months(), texts.months_short()] {
                assert_eq!(months.split('/').filter(|name| !name.is_empty()).count(), 12, "{months}");
            }
        }
        assert_eq!(day(at("2026-09-07T12:00:00Z"), 0, german), "7. Sept. 2026");
    }
}

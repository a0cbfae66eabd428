//! Dates as the reader's eye wants them. Everything is a pure function of its arguments, so that server and browser agree.

use aios_model::{MONTHS, Timestamp};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A moment shifted by a time zone, so that [`Timestamp::date`] gives the local date.
pub fn local(time: Timestamp, offset_minutes: i32) -> Timestamp {
    Timestamp::from_milliseconds(time.milliseconds() + i64::from(offset_minutes) * MINUTE)
}

/// The heading under which a conversation of that moment stands: today, yesterday, this week, a month of this year, or a month and year.
pub fn group(time: Timestamp, now: Timestamp, offset_minutes: i32) -> String {
    let (time, now) = (local(time, offset_minutes), local(now, offset_minutes));
    let days = now.milliseconds().div_euclid(DAY) - time.milliseconds().div_euclid(DAY);
    let ((year, month, _), (this_year, _, _)) = (time.date(), now.date());
    let month = MONTHS[(month as usize + 11) % 12];
    match days {
        ..=0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..=6 => "This week".to_owned(),
        _ if year == this_year => month.to_owned(),
        _ => format!("{month} {year}"),
    }
}

/// `31 January 2026, 14:05`.
pub fn long(time: Timestamp, offset_minutes: i32) -> String {
    let time = local(time, offset_minutes);
    let (year, month, day) = time.date();
    let minutes = time.milliseconds().rem_euclid(DAY) / MINUTE;
    format!("{day} {} {year}, {:02}:{:02}", MONTHS[(month as usize + 11) % 12], minutes / 60, minutes % 60)
}

/// `31 Jan 2026`.
pub fn day(time: Timestamp, offset_minutes: i32) -> String {
    let (year, month, day) = local(time, offset_minutes).date();
    format!("{day} {} {year}", &MONTHS[(month as usize + 11) % 12][..3])
}

/// The shortest form that is not mistaken beside its heading: the time today, else the day.
pub fn short(time: Timestamp, now: Timestamp, offset_minutes: i32) -> String {
    let (time, now) = (local(time, offset_minutes), local(now, offset_minutes));
    let (_, month, day) = time.date();
    if time.milliseconds().div_euclid(DAY) == now.milliseconds().div_euclid(DAY) {
        let minutes = time.milliseconds().rem_euclid(DAY) / MINUTE;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    } else {
        format!("{day} {}", &MONTHS[(month as usize + 11) % 12][..3])
    }
}

#[cfg(test)]
mod tests {
    use super::{group, long, short};
    use aios_model::Timestamp;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn groups_follow_the_local_day() {
        let now = at("2026-11-22T01:00:00Z");
        assert_eq!(group(at("2026-11-21T23:30:00Z"), now, 0), "Yesterday");
        assert_eq!(group(at("2026-11-21T23:30:00Z"), now, 60), "Today");
        assert_eq!(group(at("2026-11-17T12:00:00Z"), now, 0), "This week");
        assert_eq!(group(at("2026-10-02T12:00:00Z"), now, 0), "October");
        assert_eq!(group(at("2024-02-29T12:00:00Z"), now, 0), "February 2024");
        assert_eq!(group(at("2027-02-01T12:00:00Z"), now, 0), "Today");
    }

    #[test]
    fn moments_are_written_in_the_local_zone() {
        assert_eq!(long(at("2026-01-31T23:05:00Z"), 60), "1 February 2026, 00:05");
        assert_eq!(short(at("2026-01-31T23:05:00Z"), at("2026-01-31T23:50:00Z"), 0), "23:05");
        assert_eq!(short(at("2026-01-30T23:05:00Z"), at("2026-01-31T23:50:00Z"), 0), "30 Jan");
    }
}

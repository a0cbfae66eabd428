//! Numbers as people read them.

use aios_texts::Texts;
pub use aios_texts::grouped;

/// Bytes, in powers of 1000.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        // The tenth, without the formatting of fractions.
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        _ => format!("{}.{:02} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 10_000_000),
    }
}

/// A time that is left: exact at its end, rough before, so that it does not jump.
pub fn time_left(seconds: u32, texts: Texts) -> String {
    match seconds {
        0..=1 => texts.second_left().to_owned(),
        2..=20 => texts.seconds_left(seconds),
        21..=90 => texts.seconds_left(seconds.div_ceil(10) * 10),
        91..=5_400 => texts.minutes_left(seconds.div_ceil(60)),
        _ => texts.hours_left(seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::{size, time_left};
    use aios_texts::Texts;

    #[test]
    fn sizes_have_the_unit_that_a_person_would_choose() {
        let sizes = [0, 999, 1_000, 999_999, 1_000_000, 12_345_678, 4_294_967_296].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1 kB", "999 kB", "1.0 MB", "12.3 MB", "4.29 GB"]);
    }

    #[test]
    fn a_time_is_told_the_more_roughly_the_longer_it_is() {
        let times = [0, 7, 41, 100, 7_000].map(|seconds| time_left(seconds, Texts::default()));
        assert_eq!(
            times,
            ["about a second left", "about 7 s left", "about 50 s left", "about 2 min left", "about 2 h left"]
        );
    }
}

//! Slowing guesses: one bucket for everybody, so that many addresses guess no faster than one, and cost no memory.

use std::time::{Duration, Instant};

/// Wrong tokens that may follow each other at once.
const SIZE: u32 = 10;

/// How long it takes until one more may be wrong.
const REFILL: Duration = Duration::from_secs(6);

/// A token bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    left: u32,
    /// When `left` was right.
    since: Instant,
}

impl Bucket {
    pub(super) fn full(now: Instant) -> Bucket {
        Bucket { left: SIZE, since: now }
    }

    /// How long it stays empty; `None` if it is not.
    pub(super) fn empty_for(&mut self, now: Instant) -> Option<Duration> {
        let passed = now.saturating_duration_since(self.since);
        let more = u32::try_from(passed.as_secs() / REFILL.as_secs()).unwrap_or(SIZE);
        self.left = self.left.saturating_add(more).min(SIZE);
        self.since = if self.left == SIZE { now } else { self.since + REFILL * more };
        (self.left == 0).then(|| REFILL.saturating_sub(now.saturating_duration_since(self.since)))
    }

    pub(super) fn take(&mut self, now: Instant) {
        if self.empty_for(now).is_none() {
            self.left -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_ten_wrong_ones_one_comes_back_every_six_seconds() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut bucket = Bucket::full(begin);
        for _ in 0..10 {
            assert_eq!(bucket.empty_for(begin), None);
            bucket.take(begin);
        }
        assert_eq!(bucket.empty_for(at(2)), Some(Duration::from_secs(4)));
        assert_eq!(bucket.empty_for(at(6)), None);
        bucket.take(at(6));
        assert!(bucket.empty_for(at(7)).is_some());
        assert_eq!(bucket.empty_for(at(100_000)), None);
        assert_eq!(bucket.left, SIZE);
    }
}

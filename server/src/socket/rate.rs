//! How much a client may send.

use std::time::Duration;
use tokio::time::Instant;

/// What a message costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It is taken.
    Taken,
    /// It is one too many and is not taken.
    TooMany,
    /// It is far too many: whoever sends them does not listen.
    Flood,
}

/// A bucket of tokens: one for each message, one more each `refill`, never more than `burst`.
pub(super) struct Rate {
    burst: u32,
    refill: Duration,
    /// When the bucket is full again, if nothing more comes.
    full_at: Instant,
}

impl Rate {
    pub(super) fn new(burst: u32, refill: Duration, now: Instant) -> Rate {
        Rate { burst, refill, full_at: now }
    }

    /// Counts a message. Those that are not taken count as well, up to the flood.
    pub(super) fn count(&mut self, now: Instant) -> Verdict {
        let full_at = self.full_at.max(now) + self.refill;
        let missing = full_at - now;
        if missing > self.refill * self.burst.saturating_mul(2) {
            return Verdict::Flood;
        }
        self.full_at = full_at;
        if missing > self.refill * self.burst { Verdict::TooMany } else { Verdict::Taken }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, Verdict};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_burst_is_taken_more_is_refused_and_time_makes_room() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut rate = Rate::new(2, second, start);
        let verdicts: Vec<_> = (0..5).map(|_| rate.count(start)).collect();
        use Verdict::{Flood, Taken, TooMany};
        assert_eq!(verdicts, [Taken, Taken, TooMany, TooMany, Flood]);
        assert_eq!(rate.count(start + second), TooMany);
        assert_eq!(rate.count(start + second * 4), Taken);
        assert_eq!(rate.count(start + second * 100), Taken);
    }
}

/// Seconds after which an old speed counts for a third: short enough to follow a change, long enough not to jump.
const MEMORY: f64 = 4.0;

/// Milliseconds between two figures for a person: faster ones cannot be read.
const INTERVAL: f64 = 1000.0;

/// Bytes a second, smoothed, and how long the rest takes at that speed.
pub(crate) struct Rate {
    bytes: u64,
    at: f64,
    smoothed: Option<f64>,
    told: (u64, Option<u32>),
    told_at: f64,
}

impl Rate {
    /// Nothing is done yet. `now` is in milliseconds.
    pub fn new(now: f64) -> Rate {
        Rate { bytes: 0, at: now, smoothed: None, told: (0, None), told_at: now }
    }

    /// Bytes a second and seconds left, if they can be told: they change at most once a second.
    pub fn tell(&mut self, bytes: u64, total_bytes: u64, now: f64) -> (u64, Option<u32>) {
        if now - self.told_at < INTERVAL {
            return self.told;
        }
        let seconds = (now - self.at) / 1000.0;
        let speed = bytes.saturating_sub(self.bytes) as f64 / seconds;
        let smoothed = match self.smoothed {
            Some(before) => speed + (before - speed) * (-seconds / MEMORY).exp(),
            None => speed,
        };
        (self.bytes, self.at, self.told_at, self.smoothed) = (bytes, now, now, Some(smoothed));
        let left = total_bytes.saturating_sub(bytes) as f64 / smoothed;
        // Nobody waits with a watch for more than a day.
        self.told = (smoothed as u64, (left < 86_400.0).then_some(left.ceil() as u32));
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn a_steady_speed_is_told_exactly_and_once_a_second() {
        let mut rate = Rate::new(0.0);
        assert_eq!(rate.tell(500, 10_000, 500.0), (0, None));
        assert_eq!(rate.tell(1000, 10_000, 1000.0), (1000, Some(9)));
        assert_eq!(rate.tell(1999, 10_000, 1999.0), (1000, Some(9)));
        assert_eq!(rate.tell(2000, 10_000, 2000.0), (1000, Some(8)));
    }

    #[test]
    fn a_pause_slows_the_figure_down_instead_of_stopping_it() {
        let mut rate = Rate::new(0.0);
        rate.tell(1000, 10_000, 1000.0);
        let (slower, _) = rate.tell(1000, 10_000, 2000.0);
        assert!((700..1000).contains(&slower), "{slower}");
    }

    #[test]
    fn what_cannot_be_told_is_not_told() {
        let mut rate = Rate::new(0.0);
        assert_eq!(rate.tell(0, 10_000, 5000.0), (0, None));
    }
}

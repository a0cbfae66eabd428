use aios_model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// This moment. The only place of the module that reads the clock.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

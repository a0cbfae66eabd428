//! Figures of the interface, each with its reason.

/// Turns that a conversation opens with: about 60 elements each, so that the page has fewer than 2,000. More are fetched as one scrolls.
pub const TURNS_PER_PAGE: u32 = 24;

/// Turns that are fetched at once when one scrolls: as many as are put into the page without a frame that is missed.
pub const TURNS_AT_ONCE: u32 = 6;

/// How near the first or last turn on the page may come before more are fetched, in pixels.
pub const LOAD_AHEAD_PIXELS: f64 = 1500.0;

/// How far from what is in sight a turn is dropped when others come at the other end, in pixels. More than is loaded ahead, so that none
/// comes and goes; little enough for about 2,000 elements.
pub const KEEP_PIXELS: f64 = 2400.0;

/// Lines of the sidebar that are fetched at once: more than a tall screen shows.
pub const CONVERSATIONS_PER_PAGE: u32 = 60;

/// The most results of a search.
pub const SEARCH_RESULTS: u32 = 50;

/// The first wait before a lost connection is tried again, in milliseconds; it doubles each time.
pub const RECONNECT_FIRST_MS: u32 = 300;

/// The longest wait before a lost connection is tried again, in milliseconds.
pub const RECONNECT_LONGEST_MS: u32 = 10_000;

/// How often an open connection is asked for a sign of life, in milliseconds. Below the 60 s after which proxies drop idle connections.
pub const PING_EVERY_MS: u32 = 25_000;

/// How near the end of the page counts as being at the end, in pixels.
pub const AT_END_PIXELS: i32 = 80;

/// The most bytes of a message that is sent at once; the frame around it fits `socket::MAXIMUM_FRAME`.
pub const MAXIMUM_MESSAGE_BYTES: usize = 48 * 1024;

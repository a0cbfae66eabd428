//! What page, worker and server say to each other.
//!
//! [`socket`] has the messages of the chat websocket, [`worker`] those between the page and its worker, and [`import`] the bodies of
//! the server functions that the worker calls by itself, with their paths. [`agents`] names who can answer.
//!
//! All of it is JSON by `serde`. Text is sent as **deltas**, never as the whole so far; every event of a stream has a sequence number,
//! so whoever comes back says the last number that it saw and gets the rest.
//!
//! **Invariant:** no transport is known here; a snapshot test holds the wire form of every message.

pub mod agents;
pub mod import;
pub mod socket;
pub mod worker;

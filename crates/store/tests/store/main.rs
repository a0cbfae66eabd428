//! The store from outside, scenario by scenario.

#![expect(clippy::unwrap_used, reason = "helpers of tests end the test where they cannot go on")]

mod batches;
mod common;
mod conversations;
mod copy;
mod database;
mod forget;
mod identity;
mod imports;
mod kill;
mod management;
mod original;
mod presets;
mod ratings;
mod safety;
mod schema;
mod search;
mod streams;
mod trash;
mod turns;

//! Tests of the importer through its public door.
#![expect(clippy::unwrap_used, reason = "these are tests, helpers among them")]

mod activity;
mod common;
mod companions;
mod containers;
mod exports;
mod files;
mod foreign;
mod fuzz;
mod hygiene;
mod properties;
mod refusals;

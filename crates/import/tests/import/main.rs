//! Tests of the importer through its public door.
#![expect(clippy::unwrap_used, reason = "these are tests, helpers among them")]

mod activity;
mod aios;
mod common;
mod companions;
mod containers;
mod every_kind;
mod exports;
mod files;
mod foreign;
mod fuzz;
mod hygiene;
mod logs;
mod properties;
mod refusals;

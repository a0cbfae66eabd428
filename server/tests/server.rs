//! The doors, each tried from outside: requests through the whole router, a websocket through a real listener, and the program itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod access;
mod changes;
mod chaos;
mod command_line;
mod contract;
mod exports;
mod guards;
mod headers;
mod hostile;
mod imports;
mod interrupted_import;
mod languages;
mod maintenance;
mod pages;
mod site;
mod socket;
mod support;

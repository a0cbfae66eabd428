#![no_main]
//! See [`aios_import_fuzz::provider`].

libfuzzer_sys::fuzz_target!(|data: &[u8]| aios_import_fuzz::provider(data));

#![no_main]
//! See [`aios_import_fuzz::text`].

libfuzzer_sys::fuzz_target!(|data: &[u8]| aios_import_fuzz::text(data));

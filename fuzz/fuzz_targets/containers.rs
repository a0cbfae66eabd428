#![no_main]
//! See [`aios_import_fuzz::containers`].

libfuzzer_sys::fuzz_target!(|data: &[u8]| aios_import_fuzz::containers(data));

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    lifeos_outside::export_archive(bytes);
});

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    lifeos_outside::router(bytes);
});

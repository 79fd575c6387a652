//! A sealed change.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_protocol::Wire;
use lifeos_protocol::change::Change;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(change) = Change::from_bytes(bytes) {
        assert_eq!(change.to_bytes(), bytes);
    }
});

//! Objects of fixed width that hold keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_protocol::Wire;
use lifeos_protocol::anchor::Anchor;
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::wrap::{SealedPrevious, Wrap};

fn reread<T: Wire>(bytes: &[u8]) {
    if let Ok(value) = T::from_bytes(bytes) {
        assert_eq!(value.to_bytes(), bytes);
    }
}

fuzz_target!(|bytes: &[u8]| {
    reread::<Wrap>(bytes);
    reread::<SealedPrevious>(bytes);
    reread::<SealedMethodKey>(bytes);
    reread::<Anchor>(bytes);
});

//! What a device hands to the box: a batch, or bodies sealed anew.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_protocol::Wire;
use lifeos_protocol::batch::{Batch, MAX_CHANGES};
use lifeos_protocol::bodies::{self, Bodies};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(batch) = Batch::from_bytes(bytes) {
        assert_eq!(batch.to_bytes(), bytes);
        assert!((1..=MAX_CHANGES).contains(&batch.changes().len()));
        assert_eq!(batch.first() + batch.changes().len() as u64 - 1, batch.last());
    }
    if let Ok(bodies) = Bodies::from_bytes(bytes) {
        assert_eq!(bodies.to_bytes(), bytes);
        assert!((1..=bodies::MAX_CHANGES).contains(&bodies.items().len()));
        assert_eq!(Bodies::new(bodies.erasure(), bodies.items().to_vec()), Ok(bodies));
    }
});

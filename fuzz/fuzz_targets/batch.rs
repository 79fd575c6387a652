//! A pushed batch.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_protocol::Wire;
use lifeos_protocol::batch::{Batch, MAX_CHANGES};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(batch) = Batch::from_bytes(bytes) {
        assert_eq!(batch.to_bytes(), bytes);
        assert!((1..=MAX_CHANGES).contains(&batch.changes().len()));
        assert_eq!(batch.first() + batch.changes().len() as u64 - 1, batch.last());
    }
});

//! Any bytes given to the importer: a refusal or a report, within the limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_exchange::{Limits, Options, read};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        file_bytes: 1 << 20,
        values: 100_000,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    if let Ok(import) = read(bytes, &options) {
        let mut known = std::collections::HashSet::new();
        for record in &import.records {
            assert!(
                known.insert(&record.external_id),
                "an external id stands twice"
            );
        }
        // What the tasks of a space take in can be made of every import.
        assert_eq!(
            import.items([7; 16], 1, |_| false).len(),
            import.records.len()
        );
    }
});

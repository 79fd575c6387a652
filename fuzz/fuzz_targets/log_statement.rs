//! A statement of either log, its body, and a log that would begin with it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_protocol::Wire;
use lifeos_protocol::log::{AccountBody, AccountLog, LogStatement, SpaceBody};

fn reread<T: Wire>(bytes: &[u8]) {
    if let Ok(value) = T::from_bytes(bytes) {
        assert_eq!(value.to_bytes(), bytes);
    }
}

fuzz_target!(|bytes: &[u8]| {
    reread::<AccountBody>(bytes);
    reread::<SpaceBody>(bytes);
    reread::<LogStatement>(bytes);
    if let Ok(statement) = LogStatement::from_bytes(bytes) {
        reread::<AccountBody>(&statement.body);
        reread::<SpaceBody>(&statement.body);
        let _ = AccountLog::start(statement, ());
    }
});

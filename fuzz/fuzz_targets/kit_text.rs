//! What a person types or scans from a recovery kit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifeos_protocol::kit::{KitAccount, KitBytes, KitText};

fuzz_target!(|text: &str| {
    if let Ok(kit) = KitBytes::from_code(text) {
        let again = KitBytes::from_code(&kit.to_code()).expect("a written code is read");
        assert_eq!(again.expose(), kit.expose());
    }
    if let Ok(line) = KitAccount::from_line(text) {
        assert_eq!(KitAccount::from_line(&line.to_line()), Ok(line));
    }
    if let Ok(kit) = KitText::from_text(text) {
        let again = KitText::from_text(&kit.to_text()).expect("a written kit is read");
        assert_eq!(again.account, kit.account);
    }
});

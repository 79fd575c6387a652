//! Other products' formats in a browser's worker without keys: bindings, no rules.
//!
//! The bytes of a file go in, an encoded import comes out; or what leaves a space goes in, and an
//! archive comes out that was read back. The worker around it
//! (`appliance/web/core/reader/`) holds no key, reaches no network and ends with the file; the core
//! takes what comes of it as it takes any bytes from outside.
#![forbid(unsafe_code)]

mod export;

pub use export::Exporting;

use js_sys::Function;
use lifeos_exchange::{File, LocalTime, Options, content_hash};
use wasm_bindgen::prelude::*;

/// A file that was read.
#[wasm_bindgen]
pub struct Reading {
    import: Vec<u8>,
    content: String,
}

#[wasm_bindgen]
impl Reading {
    /// The encoded import. It can be taken once.
    pub fn import(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.import)
    }

    /// The SHA-256 of the file, in hex: the same file again is the same batch.
    #[must_use]
    pub fn content(&self) -> String {
        self.content.clone()
    }
}

/// Reads a file. `zone` is the IANA name of the person's time zone, and `offset_minutes_at` its
/// rules: local time minus UTC at a moment in ms since 1970.
///
/// # Errors
/// The fixed word for why the file is refused (`Refused::code`), as a string.
#[wasm_bindgen]
pub fn read(
    name: &str,
    bytes: &[u8],
    zone: &str,
    offset_minutes_at: &Function,
) -> Result<Reading, JsValue> {
    let offset = |at_ms: i64| offset(offset_minutes_at, at_ms);
    let options = Options {
        local: LocalTime {
            zone,
            offset_minutes_at: &offset,
        },
        ..Options::default()
    };
    let file = File {
        name: Some(name),
        bytes,
    };
    let read = lifeos_exchange::read(file, &options).and_then(|import| import.encode());
    let import = read.map_err(|refused| JsValue::from_str(refused.code()))?;
    let hex = |byte: &u8| format!("{byte:02x}");
    Ok(Reading {
        import,
        content: content_hash(bytes).iter().map(hex).collect(),
    })
}

/// Returns the size beyond which a file is refused, so that it need not be fetched first.
#[wasm_bindgen]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub fn most_bytes() -> f64 {
    Options::default().limits.file_bytes as f64
}

/// Asks the browser. What is no number of minutes of a day counts as none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a moment is below 2^53, and an offset within a day"
)]
pub(crate) fn offset(rules: &Function, at_ms: i64) -> i16 {
    let told = rules.call1(&JsValue::NULL, &JsValue::from_f64(at_ms as f64));
    let minutes = told.ok().and_then(|minutes| minutes.as_f64());
    minutes
        .filter(|minutes| minutes.abs() < 1_440.0)
        .map_or(0, |minutes| minutes as i16)
}

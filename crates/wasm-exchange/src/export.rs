//! An export, from the page's wish to the archive.

use js_sys::Function;
use lifeos_exchange::LocalTime;
use lifeos_exchange::export::{ExportFailure, ExportWish, Pack, Packed, verify};
use wasm_bindgen::prelude::*;

/// An export that is being made.
#[wasm_bindgen]
pub struct Exporting {
    pack: Option<Pack>,
    archive: Vec<u8>,
}

#[wasm_bindgen]
impl Exporting {
    /// Begins one: the wish as JSON, and what leaves as the core gave it.
    ///
    /// # Errors
    /// Why not, as JSON (`ExportFailure`).
    #[wasm_bindgen(constructor)]
    pub fn new(
        wish: &str,
        items: &[u8],
        zone: &str,
        offset_minutes_at: &Function,
    ) -> Result<Self, JsValue> {
        let offset = |at_ms: i64| crate::offset(offset_minutes_at, at_ms);
        let local = LocalTime {
            zone,
            offset_minutes_at: &offset,
        };
        let wish: ExportWish =
            serde_json::from_str(wish).map_err(|_| told(&ExportFailure::of("form")))?;
        let pack = wish.begin(items, &local);
        Ok(Self {
            pack: Some(pack.map_err(|_| told(&ExportFailure::of("form")))?),
            archive: Vec::new(),
        })
    }

    /// Takes the next page of events.
    ///
    /// # Errors
    /// Why not, as JSON.
    pub fn events(&mut self, page: &[u8]) -> Result<(), JsValue> {
        let Some(pack) = &mut self.pack else {
            return Err(told(&ExportFailure::of("form")));
        };
        let taken = pack.events(page);
        taken.map_err(|_| told(&ExportFailure::of("form")))
    }

    /// Writes the archive and reads it back. Returns what was read, as JSON (`Verified`).
    ///
    /// # Errors
    /// What is not as it should be, as JSON; then there is no archive.
    pub fn finish(&mut self) -> Result<String, JsValue> {
        let Some(pack) = self.pack.take() else {
            return Err(told(&ExportFailure::of("form")));
        };
        let Packed { bytes, items } = pack.finish();
        let verified = verify(&bytes, Some(&items));
        let verified = verified.map_err(|unverified| told(&(&unverified).into()))?;
        self.archive = bytes;
        Ok(json(&verified))
    }

    /// The archive, once it was read back. It can be taken once.
    pub fn archive(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.archive)
    }
}

fn told(failure: &ExportFailure) -> JsValue {
    JsValue::from_str(&json(failure))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("what is told has text keys and no failing parts")
}

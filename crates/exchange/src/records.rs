//! An import as bytes: from the worker that read the file, and holds no keys, to the core, which
//! takes nothing of it on trust.
//!
//! Deterministic CBOR of the records and the report, by the names of their fields.

use lifeos_kernel::cbor::{self, CborError};
use thiserror::Error;

use crate::record::Import;
use crate::sound::Unsound;
use crate::{Limits, Refused};

/// The most bytes that an import may have on its way.
pub const RECORDS_BYTES: usize = 96 << 20;

/// Why bytes are no import.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordsError {
    /// More than [`RECORDS_BYTES`].
    #[error("the records are larger than {RECORDS_BYTES} bytes")]
    TooLarge,
    /// Not the form in which an import is written.
    #[error("the records are not in their form")]
    Form(#[source] CborError),
    /// Of the form, and not what any file yields.
    #[error("the records are not sound")]
    Unsound(#[source] Unsound),
}

impl Import {
    /// Returns the import as bytes.
    ///
    /// # Errors
    ///
    /// Refuses an import of more than [`RECORDS_BYTES`].
    pub fn encode(&self) -> Result<Vec<u8>, Refused> {
        let bytes = cbor::encode(self).expect("an import has text keys and no fractions");
        if bytes.len() > RECORDS_BYTES {
            return Err(Refused::TooLarge {
                limit_bytes: RECORDS_BYTES,
            });
        }
        Ok(bytes)
    }

    /// Reads an import from bytes of anybody.
    ///
    /// # Errors
    ///
    /// Refuses what is too large, of another form, or breaks a promise of [`Import`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordsError> {
        if bytes.len() > RECORDS_BYTES {
            return Err(RecordsError::TooLarge);
        }
        let import: Self = cbor::decode(bytes).map_err(RecordsError::Form)?;
        import
            .check(&Limits::default())
            .map_err(RecordsError::Unsound)?;
        Ok(import)
    }
}

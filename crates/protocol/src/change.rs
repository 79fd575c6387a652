//! A change as it is sent and stored: statement, seal, ciphertext. It delimits itself.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::padme::{FLOOR, padded_length};
use crate::seal::{Seal, SealKind};
use crate::statement::Statement;

/// The most bytes of a change as sent.
pub const MAX_BYTES: usize = 64 << 10;

/// The author's part, its seal, and the ciphertext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Written once, chained.
    pub statement: Statement,
    /// May be replaced by re-sealing.
    pub seal: Seal,
    ciphertext: Vec<u8>,
}

impl Change {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] when the seal is not one of a change, is of an epoch below the
    /// author's, or names another length than the ciphertext has; [`DecodeError::TooLarge`]
    /// beyond 64 KiB.
    pub fn new(statement: Statement, seal: Seal, ciphertext: Vec<u8>) -> Result<Self, DecodeError> {
        check_seal(&statement, &seal)?;
        if ciphertext.len() != seal.ciphertext_length() {
            return Err(DecodeError::Invalid {
                what: "padded length",
            });
        }
        let change = Self {
            statement,
            seal,
            ciphertext,
        };
        if change.to_bytes().len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { what: "change" });
        }
        Ok(change)
    }

    /// The ciphertext, its tag at the end.
    #[must_use]
    pub fn ciphertext(&self) -> &[u8] {
        &self.ciphertext
    }
}

impl Wire for Change {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.statement)
            .put(&self.seal)
            .raw(&self.ciphertext);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let before = reader.rest().len();
        let statement = Statement::read(reader)?;
        let seal = Seal::read(reader)?;
        check_seal(&statement, &seal)?;
        if before - reader.rest().len() + seal.ciphertext_length() > MAX_BYTES {
            return Err(DecodeError::TooLarge { what: "change" });
        }
        let ciphertext = reader.raw(seal.ciphertext_length())?.to_vec();
        Ok(Self {
            statement,
            seal,
            ciphertext,
        })
    }
}

fn check_seal(statement: &Statement, seal: &Seal) -> Result<(), DecodeError> {
    if seal.kind != SealKind::Change {
        return Err(DecodeError::Invalid {
            what: "seal kind of a change",
        });
    }
    if seal.epoch < statement.epoch {
        return Err(DecodeError::Invalid { what: "seal epoch" });
    }
    let length = seal.padded_length as usize;
    if !(FLOOR..=MAX_BYTES).contains(&length) || padded_length(length) != length {
        return Err(DecodeError::Invalid {
            what: "padded length",
        });
    }
    Ok(())
}

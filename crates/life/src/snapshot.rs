//! The state as bytes: the same for the same state, and gone through quickly.

use lifeos_kernel::{BatchId, Pack, PackError, Packer, Unpacker};

use crate::search::Search;
use crate::state::{Life, Reference};

/// The version of folding: what a snapshot is bound to. It grows whenever the same log would give
/// other bytes; older snapshots are then dropped and the state is folded anew from the log.
pub const FOLD_VERSION: u32 = 2;

/// Why a snapshot cannot be loaded: the state is folded from the log instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// It was made by another version of folding.
    #[error("the snapshot was made by another version of folding")]
    Version,
    /// Its bytes are not what this version writes.
    #[error("the snapshot cannot be read")]
    Bytes(#[from] PackError),
}

impl Life {
    /// Returns the state as bytes. Equal states give equal bytes, so that their hashes tell
    /// whether two devices agree.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        let mut out = Packer::default();
        out.bytes_fixed(&FOLD_VERSION.to_be_bytes());
        self.states.pack(&mut out);
        self.intents.pack(&mut out);
        self.history.pack(&mut out);
        self.unknown.pack(&mut out);
        self.rebuilding.pack(&mut out);
        out.finish()
    }

    /// Loads a state.
    ///
    /// # Errors
    /// [`SnapshotError`] where the bytes are of another version or damaged.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut from = Unpacker::new(bytes);
        if u32::from_be_bytes(from.bytes_fixed()?) != FOLD_VERSION {
            return Err(SnapshotError::Version);
        }
        let mut life = Self {
            states: Pack::unpack(&mut from)?,
            intents: Pack::unpack(&mut from)?,
            history: Pack::unpack(&mut from)?,
            unknown: Pack::unpack(&mut from)?,
            rebuilding: Pack::unpack(&mut from)?,
            search: Search::default(),
        };
        from.finish()?;
        life.search = Search::over(&life.states);
        Ok(life)
    }
}

impl Pack for Reference {
    fn pack(&self, out: &mut Packer) {
        self.stamp.pack(out);
        out.byte(u8::from(self.batch.is_some()));
        if let Some(batch) = self.batch {
            out.intern(batch.0);
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let stamp = Pack::unpack(from)?;
        let batch = if bool::unpack(from)? {
            Some(BatchId(from.intern()?))
        } else {
            None
        };
        Ok(Self { stamp, batch })
    }
}

//! The state as bytes: the same for the same state, and gone through quickly.

use std::collections::BTreeSet;
use std::ops::Range;

use lifeos_kernel::{BatchId, OwnBytes, OwnPacked, Pack, PackError, Packer, Unpacker};

use crate::search::Search;
use crate::state::{Life, Reference};

/// The version of folding: what a snapshot is bound to. It grows whenever the same log would give
/// other bytes; older snapshots are then dropped and the state is folded anew from the log.
pub const FOLD_VERSION: u32 = 4;

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
        self.pack(&mut out);
        out.finish()
    }

    /// Returns the state for this same device: what rests when it is loaded stands apart.
    #[must_use]
    pub fn to_own_snapshot(&self) -> OwnPacked {
        let mut out = Packer::of_own();
        self.pack(&mut out);
        out.finish_own()
    }

    fn pack(&self, out: &mut Packer) {
        out.bytes_fixed(&FOLD_VERSION.to_be_bytes());
        self.states.pack(out);
        self.intents.pack(out);
        self.history.pack(out);
        self.unknown.pack(out);
        self.rebuilding.pack(out);
    }

    /// Loads a state.
    ///
    /// # Errors
    /// [`SnapshotError`] where the bytes are of another version or damaged.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, SnapshotError> {
        Self::unpack(Unpacker::new(bytes))
    }

    /// Loads a state from what this device itself packed and sealed ([`Self::to_own_snapshot`]).
    /// Its records stay in their part of `resting`, unread and unjudged, until they are asked for;
    /// so these bytes are kept.
    ///
    /// # Errors
    /// As [`Self::from_snapshot`], as far as damage is met now.
    pub fn from_own_snapshot(
        read: &[u8],
        resting: &OwnBytes,
        part: Range<usize>,
    ) -> Result<Self, SnapshotError> {
        let mut life = Self::unpack(Unpacker::of_own(read, resting, part))?;
        if resting.is_damaged() {
            return Err(PackError::OutOfRange.into());
        }
        life.own = Some(resting.clone());
        Ok(life)
    }

    /// Tells whether a record was asked for that rests and cannot be read: then the state is to be
    /// folded anew from the log.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.own.as_ref().is_some_and(OwnBytes::is_damaged)
    }

    /// Lets the records rest in newly packed bytes of this very state and lets go of those in which
    /// they rested so far. Where something was erased since these were loaded
    /// ([`Self::rests_on_erased`]), it is in memory until then.
    ///
    /// # Errors
    /// As [`Self::from_own_snapshot`]; the state is as before then.
    pub fn rest_in(
        &mut self,
        read: &[u8],
        resting: &OwnBytes,
        part: Range<usize>,
    ) -> Result<(), SnapshotError> {
        let mut life = Self::from_own_snapshot(read, resting, part)?;
        std::mem::swap(&mut life.search, &mut self.search);
        *self = life;
        Ok(())
    }

    /// Tells whether records rest in bytes that still hold something of one that was erased.
    #[must_use]
    pub fn rests_on_erased(&self) -> bool {
        self.rests_on_erased
    }

    fn unpack(mut from: Unpacker<'_>) -> Result<Self, SnapshotError> {
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
            erasable: BTreeSet::new(),
            own: None,
            rests_on_erased: false,
        };
        from.finish()?;
        life.search = Search::over_all();
        let purged = life.states.purged().into_iter().map(|(record, _)| record);
        life.erasable = purged
            .filter(|record| life.going(*record).next().is_some())
            .collect();
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

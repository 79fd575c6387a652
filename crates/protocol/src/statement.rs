//! The statement of a change: written once, chained and signed for ever.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{DeviceId, Hash, SpaceId};
use crate::label;
use crate::seen::{ChainPoint, Seen};

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;

/// The part of a statement that travels. The rest (space, device, counter) is known from where it
/// stands and is authenticated by the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The author's epoch of the space key.
    pub epoch: u32,
    /// Sequence of the space-log statement that the author knew last.
    pub space_position: u32,
    /// Sequence in the author's own account log that it knew last.
    pub account_position: u32,
    /// What the author had of the others.
    pub seen: Seen,
    /// Hiding commitment to leaf 0 and every event.
    pub commitment: Hash,
}

impl Statement {
    /// Returns all fields, the unsent ones included: what the chain covers.
    #[must_use]
    pub fn full_bytes(&self, space: SpaceId, device: DeviceId, counter: u64) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u8(VERSION).put(&space).put(&device).u64(counter);
        self.write_after_version(&mut writer);
        writer.finish()
    }

    /// Returns the chain's next point: `h(n) = SHA(chain label ‖ statement(n) ‖ h(n−1))`.
    ///
    /// # Panics
    /// When the counter before is `u64::MAX`, which no device reaches.
    #[must_use]
    pub fn chain(&self, space: SpaceId, device: DeviceId, before: ChainPoint) -> ChainPoint {
        let counter = before
            .counter
            .checked_add(1)
            .expect("no device writes 2^64 changes");
        let statement = self.full_bytes(space, device, counter);
        ChainPoint {
            counter,
            h: hash(label::CHAIN, &[&statement, before.h.as_bytes()]),
        }
    }

    fn write_after_version(&self, writer: &mut Writer) {
        writer
            .u32(self.epoch)
            .u32(self.space_position)
            .u32(self.account_position)
            .put(&self.seen)
            .put(&self.commitment);
    }
}

impl Wire for Statement {
    fn write(&self, writer: &mut Writer) {
        writer.u8(VERSION);
        self.write_after_version(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "statement version",
                value: version.into(),
            });
        }
        Ok(Self {
            epoch: reader.u32()?,
            space_position: reader.u32()?,
            account_position: reader.u32()?,
            seen: Seen::read(reader)?,
            commitment: Hash::read(reader)?,
        })
    }
}

/// Returns the point before a device's first change in a space: counter 0, and the hash of space
/// and device.
#[must_use]
pub fn chain_start(space: SpaceId, device: DeviceId) -> ChainPoint {
    ChainPoint {
        counter: 0,
        h: hash(label::CHAIN, &[space.as_bytes(), device.as_bytes()]),
    }
}

/// Returns `C(i)`, the hiding commitment to one leaf: `r` is its 16 random bytes, `leaf` the leaf's
/// bytes as first written.
#[must_use]
pub fn leaf_commitment(r: &[u8; 16], leaf: &[u8]) -> Hash {
    hash(label::LEAF, &[r, leaf])
}

/// Returns the commitment to a change from the commitments to its leaves, leaf 0 first.
///
/// # Panics
/// Beyond 2^32 leaves, which a change of 64 KiB cannot hold.
#[must_use]
pub fn commitment(leaves: &[Hash]) -> Hash {
    let count = u32::try_from(leaves.len()).expect("a change of 64 KiB holds fewer leaves");
    let mut writer = Writer::new();
    writer.u32(count);
    for leaf in leaves {
        writer.put(leaf);
    }
    hash(label::COMMIT, &[writer.as_bytes()])
}

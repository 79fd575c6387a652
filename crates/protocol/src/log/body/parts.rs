//! What the bodies are made of.

use super::LIST;
use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::{DeviceId, Hash, RecipientId, SpaceId};
use crate::keys::{SealingPublic, coded};

coded! {
    /// A member's role in a space. Ordered: viewer < member < admin < owner.
    Role as "role" {
        /// Reads.
        Viewer = 1,
        /// Reads and writes.
        Member = 2,
        /// Also adds and removes members and viewers.
        Admin = 3,
        /// Also adds and removes admins, and owners who came later.
        Owner = 4,
    }
}

impl Role {
    /// Whether changes by this role count.
    #[must_use]
    pub fn writes(self) -> bool {
        self >= Self::Member
    }
}

coded! {
    /// What those who come in later may read.
    History as "history" {
        /// Everything: each space key wraps the one before it.
        All = 1,
        /// Only what is written from then on.
        FromNowOn = 2,
    }
}

/// A wrap that a statement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedWrap {
    /// To whom the secret was sealed.
    pub recipient: RecipientId,
    /// The account's epoch; 0 for a device or method.
    pub recipient_epoch: u32,
    /// The wrap's hash.
    pub wrap: Hash,
}

impl Wire for NamedWrap {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.recipient)
            .u32(self.recipient_epoch)
            .put(&self.wrap);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            recipient: RecipientId::read(reader)?,
            recipient_epoch: reader.u32()?,
            wrap: Hash::read(reader)?,
        })
    }
}

/// What every statement that begins an epoch carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochPart {
    /// The new epoch: one more than the last; 1 in statement 0.
    pub epoch: u32,
    /// The account's X-Wing key of this epoch; none in a space log.
    pub public_key: Option<SealingPublic>,
    /// To whom the new secret was sealed.
    pub wraps: Vec<NamedWrap>,
    /// Hash of the sealed secret of the epoch before; zeros where there is none.
    pub previous: Hash,
}

impl Wire for EpochPart {
    fn write(&self, writer: &mut Writer) {
        writer
            .u32(self.epoch)
            .bytes(
                self.public_key
                    .as_ref()
                    .map_or(&[], |key| key.as_bytes().as_slice()),
            )
            .list(&self.wraps)
            .put(&self.previous);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let epoch = reader.u32()?;
        let key = reader.bytes("public key of an epoch", SealingPublic::LENGTH)?;
        let public_key = if key.is_empty() {
            None
        } else {
            let key = key.try_into().map_err(|_| DecodeError::Invalid {
                what: "public key of an epoch",
            })?;
            Some(SealingPublic::new(key))
        };
        Ok(Self {
            epoch,
            public_key,
            wraps: reader.list("wraps", LIST)?,
            previous: Hash::read(reader)?,
        })
    }
}

/// The last accepted change of a device in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Whose changes are cut.
    pub device: DeviceId,
    /// In which space.
    pub space: SpaceId,
    /// Counter of the last accepted change; 0 where there is none.
    pub counter: u64,
    /// `h` at that counter.
    pub h: Hash,
}

impl Wire for Cut {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.device)
            .put(&self.space)
            .u64(self.counter)
            .put(&self.h);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            device: DeviceId::read(reader)?,
            space: SpaceId::read(reader)?,
            counter: reader.u64()?,
            h: Hash::read(reader)?,
        })
    }
}

/// Where a space's log stood when devices were revoked: what they signed there counts up to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogCut {
    /// In which space.
    pub space: SpaceId,
    /// Sequence of the last statement.
    pub sequence: u32,
    /// Hash of that statement.
    pub head: Hash,
}

impl Wire for LogCut {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.space).u32(self.sequence).put(&self.head);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            space: SpaceId::read(reader)?,
            sequence: reader.u32()?,
            head: Hash::read(reader)?,
        })
    }
}

/// One change of which an erasure takes leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The author.
    pub device: DeviceId,
    /// The change.
    pub counter: u64,
    /// Which leaves, ascending; leaf 0 is never erased.
    pub leaves: Vec<u16>,
}

impl Wire for Erased {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.device)
            .u64(self.counter)
            .list(&self.leaves);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let erased = Self {
            device: DeviceId::read(reader)?,
            counter: reader.u64()?,
            leaves: reader.list("leaves", LIST)?,
        };
        let ordered = erased.leaves.is_sorted_by(|left, right| left < right);
        if !ordered || erased.leaves.first().is_none_or(|first| *first == 0) {
            return Err(DecodeError::Invalid { what: "leaves" });
        }
        Ok(erased)
    }
}

//! Bodies sealed anew after an erasure: the same statements, with new seals. Taken whole or not at
//! all.

use crate::change::Change;
use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::DeviceId;

/// The media type of bodies sealed anew.
pub const MEDIA_TYPE: &str = "application/vnd.lifeos.bodies";
/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The most changes at once.
pub const MAX_CHANGES: usize = 256;
/// The most bytes at once.
pub const MAX_BYTES: usize = 1 << 20;

/// A change that stands in the log, under a new seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resealed {
    /// The author.
    pub device: DeviceId,
    /// Its counter.
    pub counter: u64,
    /// The statement as it was first written, and the new seal with its ciphertext.
    pub change: Change,
}

impl Resealed {
    const fn place(&self) -> (DeviceId, u64) {
        (self.device, self.counter)
    }
}

/// What is handed to the box once an erasure stands in the space's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bodies {
    erasure: u32,
    items: Vec<Resealed>,
}

impl Bodies {
    /// Puts bodies together, in the order of device and counter.
    ///
    /// `erasure` is the sequence of the space-log statement that names every one of the changes.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] when there is none, or a change stands twice; [`DecodeError::TooLarge`]
    /// beyond 256 changes or 1 MiB.
    pub fn new(erasure: u32, mut items: Vec<Resealed>) -> Result<Self, DecodeError> {
        if items.len() > MAX_CHANGES {
            return Err(DecodeError::TooLarge { what: "bodies" });
        }
        items.sort_by_key(Resealed::place);
        let bodies = Self { erasure, items };
        bodies.check()?;
        if bodies.to_bytes().len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { what: "bodies" });
        }
        Ok(bodies)
    }

    /// Sequence of the erasure in the space's log.
    #[must_use]
    pub const fn erasure(&self) -> u32 {
        self.erasure
    }

    /// The changes, ascending by device and counter, each once.
    #[must_use]
    pub fn items(&self) -> &[Resealed] {
        &self.items
    }

    fn check(&self) -> Result<(), DecodeError> {
        let ascending = self
            .items
            .is_sorted_by(|left, right| left.place() < right.place());
        let counted = self.items.iter().all(|item| item.counter > 0);
        if self.items.is_empty() || !ascending || !counted {
            return Err(DecodeError::Invalid { what: "bodies" });
        }
        Ok(())
    }
}

impl Wire for Resealed {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.device).u64(self.counter).put(&self.change);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            device: DeviceId::read(reader)?,
            counter: reader.u64()?,
            change: Change::read(reader)?,
        })
    }
}

impl Wire for Bodies {
    fn write(&self, writer: &mut Writer) {
        writer.u8(VERSION).u32(self.erasure).list(&self.items);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.rest().len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { what: "bodies" });
        }
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "bodies version",
                value: version.into(),
            });
        }
        let bodies = Self {
            erasure: reader.u32()?,
            items: reader.list("bodies", MAX_CHANGES)?,
        };
        bodies.check()?;
        Ok(bodies)
    }
}

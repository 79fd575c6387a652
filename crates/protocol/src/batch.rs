//! A batch: consecutive changes of one device, and the head that covers the last. Taken whole or
//! not at all.

use crate::change::Change;
use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::head::Head;
use crate::ids::DeviceId;

/// The media type of a batch.
pub const MEDIA_TYPE: &str = "application/vnd.lifeos.batch";
/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The most changes in a batch.
pub const MAX_CHANGES: usize = 256;
/// The most bytes of a batch.
pub const MAX_BYTES: usize = 1 << 20;

/// What is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    device: DeviceId,
    first: u64,
    changes: Vec<Change>,
    head: Head,
}

impl Batch {
    /// Puts a batch together.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] when it is empty or the head is of another device or does not cover
    /// the last change; [`DecodeError::TooLarge`] beyond 256 changes or 1 MiB.
    pub fn new(
        device: DeviceId,
        first: u64,
        changes: Vec<Change>,
        head: Head,
    ) -> Result<Self, DecodeError> {
        if changes.len() > MAX_CHANGES {
            return Err(DecodeError::TooLarge { what: "batch" });
        }
        let batch = Self {
            device,
            first,
            changes,
            head,
        };
        batch.check()?;
        if batch.to_bytes().len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { what: "batch" });
        }
        Ok(batch)
    }

    /// The author.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Counter of the first change.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// The changes, counters ascending by one.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The head that covers the last change.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Counter of the last change.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.head.body.counter
    }

    /// Takes the batch apart.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Change>, Head) {
        (self.changes, self.head)
    }

    fn check(&self) -> Result<(), DecodeError> {
        let last = (self.changes.len() as u64)
            .checked_sub(1)
            .and_then(|more| self.first.checked_add(more))
            .filter(|last| self.first > 0 && *last < u64::MAX);
        if last != Some(self.head.body.counter) || self.head.body.device != self.device {
            return Err(DecodeError::Invalid {
                what: "head of a batch",
            });
        }
        Ok(())
    }
}

impl Wire for Batch {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(VERSION)
            .put(&self.device)
            .u64(self.first)
            .list(&self.changes)
            .put(&self.head);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.rest().len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { what: "batch" });
        }
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "batch version",
                value: version.into(),
            });
        }
        let batch = Self {
            device: DeviceId::read(reader)?,
            first: reader.u64()?,
            changes: reader.list("batch", MAX_CHANGES)?,
            head: Head::read(reader)?,
        };
        batch.check()?;
        Ok(batch)
    }
}

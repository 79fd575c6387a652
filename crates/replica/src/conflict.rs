//! Conflicts that were settled: two devices wrote one field without having seen each other, and
//! the later stamp won. Kept in the snapshot and found again from the journal, so that the activity
//! page can say whose value lost.

use lifeos_kernel::{RecordId, Stamp};
use lifeos_protocol::{DecodeError, Reader, Wire, Writer};

use crate::record::read_text;

/// One settled conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The record.
    pub record: RecordId,
    /// The field's name in its domain.
    pub field: String,
    /// The stamp whose value stands.
    pub won: Stamp,
    /// The stamp whose value gave way; it stays in the history.
    pub lost: Stamp,
}

impl Wire for Conflict {
    fn write(&self, w: &mut Writer) {
        w.raw(&self.record.0).bytes(self.field.as_bytes());
        w.raw(self.won.as_bytes()).raw(self.lost.as_bytes());
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: RecordId(r.array()?),
            field: read_text(r)?,
            won: Stamp::from_bytes(r.array()?),
            lost: Stamp::from_bytes(r.array()?),
        })
    }
}

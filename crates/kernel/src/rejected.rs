//! Why a command was refused: a reason, a field and a record; never what a person typed.

use serde::Serialize;

use crate::id::RecordId;

/// The reason of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "kernel.ts"))]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// The record is not there (any more).
    #[error("the record is not there")]
    Missing,
    /// The record is in the trash.
    #[error("the record is in the trash")]
    Trashed,
    /// The record is not in the trash.
    #[error("the record is not in the trash")]
    NotTrashed,
    /// A text that must say something is empty.
    #[error("the text is empty")]
    Empty,
    /// A text or list is longer than allowed.
    #[error("the value is too long")]
    TooLong,
    /// A number or date is outside its range.
    #[error("the value is out of range")]
    OutOfRange,
    /// The record would come to stand under itself.
    #[error("the record would stand under itself")]
    Cycle,
    /// The field may not be set by this command.
    #[error("the field may not be set this way")]
    NotAllowed,
    /// Nothing would change.
    #[error("nothing would change")]
    Unchanged,
}

/// A refused command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "kernel.ts"))]
#[error("{reason}")]
pub struct Rejected {
    /// Why.
    pub reason: Reason,
    /// The name of the field, where one is to blame.
    pub field: Option<&'static str>,
    /// The record, where one is to blame.
    pub record: Option<RecordId>,
}

impl Rejected {
    /// Refuses for a reason.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self {
            reason,
            field: None,
            record: None,
        }
    }

    /// Names the field to blame.
    #[must_use]
    pub const fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Names the record to blame.
    #[must_use]
    pub const fn record(mut self, record: RecordId) -> Self {
        self.record = Some(record);
        self
    }
}

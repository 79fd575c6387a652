//! A cursor: where a puller stands in the box's order of arrival of one space.

use core::fmt;
use core::str::FromStr;

use crate::ids::IncarnationId;

/// A place in a space's order of arrival, within one life of the box's store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The life of the store in which the sequence counts.
    pub incarnation: IncarnationId,
    /// The last sequence that was taken, from 1; 0 before the first.
    pub sequence: u64,
}

/// Text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.incarnation, self.sequence)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (incarnation, sequence) = text.split_once('.').ok_or(BadCursor)?;
        let canonical = sequence == "0"
            || (!sequence.starts_with('0')
                && !sequence.is_empty()
                && sequence.bytes().all(|byte| byte.is_ascii_digit()));
        if !canonical {
            return Err(BadCursor);
        }
        Ok(Self {
            incarnation: incarnation.parse().map_err(|_| BadCursor)?,
            sequence: sequence.parse().map_err(|_| BadCursor)?,
        })
    }
}

impl Cursor {
    /// Reads the `after` parameter; empty text is the beginning.
    ///
    /// # Errors
    /// [`BadCursor`].
    pub fn from_parameter(text: &str) -> Result<Option<Self>, BadCursor> {
        if text.is_empty() {
            Ok(None)
        } else {
            text.parse().map(Some)
        }
    }
}

//! The last writer wins.

use crate::pack::{Pack, PackError, Packer, Unpacker};
use crate::stamp::Stamp;

/// A value of which the write with the greatest stamp stands. Where one device used a stamp
/// twice, the greater value stands, so that order of arrival still does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register<T>(Option<(Stamp, T)>);

impl<T> Default for Register<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Ord> Register<T> {
    /// Writes a value, and tells whether it now stands.
    pub fn set(&mut self, value: T, stamp: Stamp) -> bool {
        if self
            .0
            .as_ref()
            .is_some_and(|(at, standing)| (at, standing) >= (&stamp, &value))
        {
            return false;
        }
        self.0 = Some((stamp, value));
        true
    }

    /// Takes in everything that the other has seen.
    pub fn merge(&mut self, other: Self) {
        if let Some((stamp, value)) = other.0 {
            self.set(value, stamp);
        }
    }

    /// Returns the value, if any was written.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// Returns when the standing value was written.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        self.0.as_ref().map(|(stamp, _)| *stamp)
    }
}

impl<T: Pack> Pack for Register<T> {
    fn pack(&self, out: &mut Packer) {
        out.byte(u8::from(self.0.is_some()));
        if let Some((stamp, value)) = &self.0 {
            stamp.pack(out);
            value.pack(out);
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        if bool::unpack(from)? {
            Ok(Self(Some((Pack::unpack(from)?, Pack::unpack(from)?))))
        } else {
            Ok(Self(None))
        }
    }
}

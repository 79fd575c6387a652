//! A list that only grows.

use std::collections::BTreeSet;

use crate::pack::{Pack, PackError, Packer, Unpacker};
use crate::stamp::Stamp;

/// Entries in the order of their stamps. Equal entries of one event are one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendList<T: Ord>(BTreeSet<(Stamp, T)>);

impl<T: Ord> Default for AppendList<T> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<T: Ord> AppendList<T> {
    /// Adds an entry.
    pub fn append(&mut self, entry: T, stamp: Stamp) {
        self.0.insert((stamp, entry));
    }

    /// Takes in everything that the other has seen.
    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Walks the entries, oldest stamp first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> {
        self.0.iter().map(|(_, entry)| entry)
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Ord + Pack> Pack for AppendList<T> {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Pack::unpack(from).map(Self)
    }
}

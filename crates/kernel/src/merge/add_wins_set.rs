//! A set in which an addition survives a removal that had not seen it.

use std::collections::{BTreeMap, BTreeSet};

use crate::pack::{Pack, PackError, Packer, Unpacker};
use crate::stamp::Stamp;

/// An observed-remove set: a removal names the additions that it has seen and takes back those
/// only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddWinsSet<T: Ord> {
    added: BTreeMap<T, BTreeSet<Stamp>>,
    removed: BTreeSet<(T, Stamp)>,
}

impl<T: Ord> Default for AddWinsSet<T> {
    fn default() -> Self {
        Self {
            added: BTreeMap::new(),
            removed: BTreeSet::new(),
        }
    }
}

impl<T: Ord + Clone> AddWinsSet<T> {
    /// Adds an element.
    pub fn add(&mut self, element: T, stamp: Stamp) {
        let key = (element, stamp);
        if !self.removed.contains(&key) {
            self.added.entry(key.0).or_default().insert(stamp);
        }
    }

    /// Takes back the additions named.
    pub fn remove(&mut self, element: &T, seen: impl IntoIterator<Item = Stamp>) {
        for stamp in seen {
            self.removed.insert((element.clone(), stamp));
            if let Some(stamps) = self.added.get_mut(element) {
                stamps.remove(&stamp);
                if stamps.is_empty() {
                    self.added.remove(element);
                }
            }
        }
    }

    /// Takes in everything that the other has seen.
    pub fn merge(&mut self, other: Self) {
        for (element, stamp) in other.removed {
            self.remove(&element, [stamp]);
        }
        for (element, stamps) in other.added {
            for stamp in stamps {
                self.add(element.clone(), stamp);
            }
        }
    }

    /// Tells whether the element is in the set.
    #[must_use]
    pub fn contains(&self, element: &T) -> bool {
        self.added.contains_key(element)
    }

    /// Returns the additions of an element that still stand: what a removal has to name.
    #[must_use]
    pub fn additions(&self, element: &T) -> Vec<Stamp> {
        self.added
            .get(element)
            .map(|stamps| stamps.iter().copied().collect())
            .unwrap_or_default()
    }

    /// Walks the elements in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> {
        self.added.keys()
    }

    /// Returns how many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.added.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
    }
}

impl<T: Ord + Pack> Pack for AddWinsSet<T> {
    fn pack(&self, out: &mut Packer) {
        self.added.pack(out);
        self.removed.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let set = Self {
            added: Pack::unpack(from)?,
            removed: Pack::unpack(from)?,
        };
        if set.added.values().any(BTreeSet::is_empty) {
            Err(PackError::OutOfRange)
        } else {
            Ok(set)
        }
    }
}

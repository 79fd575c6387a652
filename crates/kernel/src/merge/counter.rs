//! A sum to which everybody adds.

use std::collections::BTreeMap;

use crate::pack::{Pack, PackError, Packer, Unpacker};
use crate::stamp::Stamp;

/// A sum of differences, one per stamp, each counted once however often it arrives. Where one
/// device used a stamp twice, the greater difference counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counter(BTreeMap<Stamp, i64>);

impl Counter {
    /// Adds a difference.
    pub fn add(&mut self, difference: i64, stamp: Stamp) {
        let standing = self.0.entry(stamp).or_insert(difference);
        *standing = (*standing).max(difference);
    }

    /// Takes in everything that the other has seen.
    pub fn merge(&mut self, other: Self) {
        for (stamp, difference) in other.0 {
            self.add(difference, stamp);
        }
    }

    /// Returns the sum, kept within 64 bits.
    #[must_use]
    pub fn sum(&self) -> i64 {
        let sum: i128 = self
            .0
            .values()
            .map(|difference| i128::from(*difference))
            .sum();
        i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
    }
}

impl Pack for Counter {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Pack::unpack(from).map(Self)
    }
}

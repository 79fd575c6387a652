//! The leaves of a change: how it came to be (leaf 0) and its events, each with the random opening
//! of its commitment, or the bare commitment where it was erased (formats.md §6).

use lifeos_protocol::statement::{commitment, leaf_commitment};
use lifeos_protocol::{Hash, Reader, Writer};
use rand_core::CryptoRng;

use crate::OpenError;

/// Width of the random opening of a leaf.
pub const OPENING_BYTES: usize = 16;

/// Stands where an erased leaf's opening stood; no open leaf has it.
const ERASED: [u8; OPENING_BYTES] = [0xFF; OPENING_BYTES];
/// Stands where an erased leaf's length stood; no leaf is that long.
const ERASED_LENGTH: u32 = u32::MAX;

/// One leaf of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf<'a> {
    /// As first written.
    Open {
        /// The random opening.
        opening: &'a [u8; OPENING_BYTES],
        /// The encoded event, or leaf 0's fields.
        bytes: &'a [u8],
    },
    /// Erased: only its commitment is left, which says nothing.
    Erased(Hash),
}

impl Leaf<'_> {
    /// Returns `C(i)`, the hiding commitment to the leaf.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        match self {
            Self::Open { opening, bytes } => leaf_commitment(opening, bytes),
            Self::Erased(commitment) => *commitment,
        }
    }

    fn read<'a>(reader: &mut Reader<'a>) -> Result<Leaf<'a>, OpenError> {
        let opening = reader.raw(OPENING_BYTES).map_err(|_| OpenError)?;
        let opening: &[u8; OPENING_BYTES] = opening.try_into().map_err(|_| OpenError)?;
        let length = reader.u32().map_err(|_| OpenError)?;
        if *opening == ERASED {
            if length != ERASED_LENGTH {
                return Err(OpenError);
            }
            return Ok(Leaf::Erased(Hash::new(
                reader.array().map_err(|_| OpenError)?,
            )));
        }
        let bytes = reader.raw(length as usize).map_err(|_| OpenError)?;
        Ok(Leaf::Open { opening, bytes })
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Open { opening, bytes } => writer.raw(*opening).bytes(bytes),
            Self::Erased(commitment) => writer
                .raw(&ERASED)
                .u32(ERASED_LENGTH)
                .raw(commitment.as_ref()),
        };
    }
}

/// The leaves of one change, in order, checked against its statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaves<'a> {
    bytes: &'a [u8],
    count: u16,
}

impl<'a> Leaves<'a> {
    /// Reads leaves that fill `bytes`, and checks that they are what the statement committed to, that leaf 0 is there and open, and that every bare one was erased by right.
    pub(crate) fn read_checked(
        bytes: &'a [u8],
        committed: &Hash,
        is_erased: impl Fn(u16) -> bool,
    ) -> Result<Self, OpenError> {
        let mut reader = Reader::new(bytes);
        let mut commitments = Vec::new();
        let mut count = 0_u16;
        while !reader.rest().is_empty() {
            let leaf = Leaf::read(&mut reader)?;
            if matches!(leaf, Leaf::Erased(_)) && (count == 0 || !is_erased(count)) {
                return Err(OpenError);
            }
            commitments.push(leaf.commitment());
            count = count.checked_add(1).ok_or(OpenError)?;
        }
        if count == 0 || commitment(&commitments) != *committed {
            return Err(OpenError);
        }
        Ok(Self { bytes, count })
    }

    /// Takes back leaves that were checked before.
    pub(crate) const fn checked_before(bytes: &'a [u8], count: u16) -> Self {
        Self { bytes, count }
    }

    /// Returns the number of leaves, leaf 0 included.
    #[must_use]
    pub const fn count(self) -> u16 {
        self.count
    }

    /// Returns the encoded leaves.
    pub(crate) const fn as_bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Returns every leaf with its index, leaf 0 first.
    pub fn iter(self) -> impl Iterator<Item = (u16, Leaf<'a>)> {
        let mut reader = Reader::new(self.bytes);
        (0..self.count).map(move |index| {
            (
                index,
                Leaf::read(&mut reader).expect("leaves are read when they are checked"),
            )
        })
    }

    /// Returns the events with their leaf's index, from 1.
    pub fn events(self) -> impl Iterator<Item = (u16, Leaf<'a>)> {
        self.iter().skip(1)
    }

    /// Returns the bytes of leaf 0, which [`super::Provenance`] reads.
    #[must_use]
    pub fn provenance(self) -> &'a [u8] {
        match self.iter().next() {
            Some((_, Leaf::Open { bytes, .. })) => bytes,
            _ => unreachable!("a change without an open leaf 0 is refused"),
        }
    }

    /// Returns the encoded leaves with those of `bare` reduced to their commitments.
    pub(crate) fn erased(self, bare: &[u16]) -> Vec<u8> {
        let mut writer = Writer::new();
        for (index, leaf) in self.iter() {
            if index > 0 && bare.contains(&index) {
                Leaf::Erased(leaf.commitment()).write(&mut writer);
            } else {
                leaf.write(&mut writer);
            }
        }
        writer.finish()
    }
}

/// Encodes new leaves, each with a fresh opening, and returns them with their commitment.
pub(crate) fn make_leaves<'a>(
    leaves: impl Iterator<Item = &'a [u8]>,
    rng: &mut impl CryptoRng,
) -> (Vec<u8>, Hash) {
    let mut writer = Writer::new();
    let mut commitments = Vec::new();
    for bytes in leaves {
        let leaf = Leaf::Open {
            opening: &make_opening(rng),
            bytes,
        };
        leaf.write(&mut writer);
        commitments.push(leaf.commitment());
    }
    (writer.finish(), commitment(&commitments))
}

/// Makes an opening; never the one that marks an erased leaf.
fn make_opening(rng: &mut impl CryptoRng) -> [u8; OPENING_BYTES] {
    let mut opening = ERASED;
    while opening == ERASED {
        rng.fill_bytes(&mut opening);
    }
    opening
}

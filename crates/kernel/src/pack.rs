//! The canonical binary form of folded state: what a sealed snapshot holds.
//!
//! Equal states give equal bytes, so that their hashes can be compared; it is compact (devices are
//! written once and then named by number) and loads without a parser between. It is bound to a
//! fold version and never outlives it; what lives for ever is the event (see [`crate::cbor`]).

mod own;
mod values;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(crate) use own::OwnPart;
pub use own::{OwnBytes, OwnPacked, PAGE_BYTES, Pages};

use crate::id::DeviceId;
use crate::stamp::{Stamp, WALL_LIMIT};

/// What a snapshot that this code did not write, or a cut one, is refused with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The bytes end before the value.
    #[error("the packed state is cut short")]
    Cut,
    /// A number, tag or length is outside what its place allows.
    #[error("a packed value is out of range")]
    OutOfRange,
    /// A text is not UTF-8.
    #[error("a packed text is not UTF-8")]
    NotUtf8,
    /// Keys are not in ascending order.
    #[error("packed entries are not in order")]
    Unordered,
    /// Bytes follow after the value.
    #[error("bytes follow after the packed state")]
    Trailing,
}

/// A value with a canonical packed form.
pub trait Pack: Sized {
    /// Appends the value.
    fn pack(&self, out: &mut Packer);
    /// Reads a value.
    ///
    /// # Errors
    /// [`PackError`] where the bytes are not what `pack` writes.
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError>;
}

/// Writes packed values.
#[derive(Debug, Default)]
pub struct Packer {
    bytes: Vec<u8>,
    interned: BTreeMap<[u8; 16], u64>,
    /// What was interned, in the order of its numbers, where the reader is given it as a table.
    table: Option<Vec<[u8; 16]>>,
    /// The stamp that was written last.
    last: Option<Stamp>,
    /// What rests, where the reader is this same device.
    resting: Option<Vec<u8>>,
}

impl Packer {
    /// Packs one value.
    #[must_use]
    pub fn to_bytes<T: Pack>(value: &T) -> Vec<u8> {
        let mut packer = Self::default();
        value.pack(&mut packer);
        packer.bytes
    }

    /// Begins to pack for this same device: what may rest until somebody asks for it is written
    /// apart.
    #[must_use]
    pub fn of_own() -> Self {
        Self {
            resting: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Returns what was written for this same device.
    #[must_use]
    pub fn finish_own(self) -> OwnPacked {
        OwnPacked {
            read: self.bytes,
            resting: self.resting.unwrap_or_default(),
        }
    }

    /// Returns what was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Appends one byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends an unsigned number, seven bits a byte, low bits first.
    pub fn uint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push((value as u8) | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Appends a signed number (zigzag).
    pub fn int(&mut self, value: i64) {
        self.uint(((value << 1) ^ (value >> 63)) as u64);
    }

    /// Appends bytes of a length that the reader knows.
    pub fn bytes_fixed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends bytes behind their length.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.uint(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends 16 bytes that often come again: in full at their first use, by number afterwards.
    pub fn intern(&mut self, bytes: [u8; 16]) {
        self.intern_after(0, bytes);
    }

    /// The same, where the first `taken` numbers mean something else.
    fn intern_after(&mut self, taken: u64, bytes: [u8; 16]) {
        let next = self.interned.len() as u64;
        let number = *self.interned.entry(bytes).or_insert(next);
        self.uint(number + taken);
        if number == next {
            match &mut self.table {
                Some(table) => table.push(bytes),
                None => self.bytes.extend_from_slice(&bytes),
            }
        }
    }

    /// Appends a stamp; one that was just written, as the fields of one event are, by a zero.
    pub(crate) fn stamp(&mut self, stamp: &Stamp) {
        if self.last.as_ref() == Some(stamp) {
            return self.uint(0);
        }
        self.intern_after(1, stamp.device().0);
        self.uint(stamp.wall_ms());
        self.uint(stamp.counter().into());
        self.uint(stamp.index().into());
        self.last = Some(*stamp);
    }

    /// Begins to write values that can be read each by itself, given the table of what they name.
    pub(crate) fn of_entries() -> Self {
        Self {
            table: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Appends bytes that may rest; the reader knows how many.
    pub(crate) fn rest(&mut self, bytes: &[u8]) {
        let onto = self.resting.as_mut().unwrap_or(&mut self.bytes);
        onto.extend_from_slice(bytes);
    }

    /// Ends an entry: the next one does not lean on it. Returns where it ends.
    pub(crate) fn end_entry(&mut self) -> usize {
        self.last = None;
        self.bytes.len()
    }

    /// Returns what was written so far.
    pub(crate) fn written(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the table, and the entries behind each other.
    pub(crate) fn into_entries(self) -> (Vec<[u8; 16]>, Vec<u8>) {
        (self.table.unwrap_or_default(), self.bytes)
    }
}

/// Reads packed values.
#[derive(Debug)]
pub struct Unpacker<'a> {
    rest: &'a [u8],
    interned: Cow<'a, [[u8; 16]]>,
    known: BTreeSet<[u8; 16]>,
    /// Whether new names may be introduced, or all are in a table.
    is_tabled: bool,
    /// The stamp that was read last.
    last: Option<Stamp>,
    /// Where what comes next rests, if this device itself wrote it.
    own: Option<(&'a OwnBytes, Range<usize>)>,
}

impl<'a> Unpacker<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            interned: Cow::Borrowed(&[]),
            known: BTreeSet::new(),
            is_tabled: false,
            last: None,
            own: None,
        }
    }

    /// Starts at the first byte of what this device packed by itself ([`Packer::of_own`]). What
    /// rests in a part of `resting` is not read now, and so not judged.
    #[must_use]
    pub fn of_own(read: &'a [u8], resting: &'a OwnBytes, part: Range<usize>) -> Self {
        Self {
            own: Some((resting, part)),
            ..Self::new(read)
        }
    }

    /// Starts at the first byte of an entry, given the table of what it names.
    pub(crate) fn of_entry(bytes: &'a [u8], table: &'a [[u8; 16]]) -> Self {
        Self {
            interned: Cow::Borrowed(table),
            is_tabled: true,
            ..Self::new(bytes)
        }
    }

    /// Tells whether this device itself wrote what is read, so that what derives from it can be
    /// taken as it was written.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Skips bytes that rest, and returns where; nothing where a stranger wrote them.
    pub(crate) fn resting(&mut self, length: usize) -> Result<Option<OwnPart>, PackError> {
        let Some((whole, part)) = &mut self.own else {
            return Ok(None);
        };
        let end = part.start.checked_add(length);
        let end = end
            .filter(|end| *end <= part.end && *end <= whole.len())
            .ok_or(PackError::Cut)?;
        let here = core::mem::replace(&mut part.start, end)..end;
        Ok(Some((whole.clone(), here)))
    }

    /// Reads one value that fills the bytes.
    ///
    /// # Errors
    /// [`PackError`] where the bytes are anything else.
    pub fn from_bytes<T: Pack>(bytes: &'a [u8]) -> Result<T, PackError> {
        let mut unpacker = Self::new(bytes);
        let value = T::unpack(&mut unpacker)?;
        unpacker.finish()?;
        Ok(value)
    }

    /// Asserts that nothing is left.
    ///
    /// # Errors
    /// [`PackError::Trailing`] where something is.
    pub fn finish(self) -> Result<(), PackError> {
        let rested = self.own.is_none_or(|(_, part)| part.is_empty());
        if self.rest.is_empty() && rested {
            Ok(())
        } else {
            Err(PackError::Trailing)
        }
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// [`PackError::Cut`] at the end.
    pub fn byte(&mut self) -> Result<u8, PackError> {
        let (first, rest) = self.rest.split_first().ok_or(PackError::Cut)?;
        self.rest = rest;
        Ok(*first)
    }

    /// Reads an unsigned number in its shortest form.
    ///
    /// # Errors
    /// [`PackError`] where it is cut, longer than needed or beyond 64 bits.
    pub fn uint(&mut self) -> Result<u64, PackError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                return Err(PackError::OutOfRange);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(PackError::OutOfRange);
                }
                return Ok(value);
            }
        }
        Err(PackError::OutOfRange)
    }

    /// Reads a signed number.
    ///
    /// # Errors
    /// As [`Self::uint`].
    pub fn int(&mut self) -> Result<i64, PackError> {
        let raw = self.uint()?;
        Ok(((raw >> 1) as i64) ^ -((raw & 1) as i64))
    }

    /// Reads bytes of a known length.
    ///
    /// # Errors
    /// [`PackError::Cut`] where fewer are left.
    pub fn bytes_fixed<const N: usize>(&mut self) -> Result<[u8; N], PackError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(PackError::Cut)?;
        self.rest = rest;
        Ok(*head)
    }

    /// Reads bytes behind their length.
    ///
    /// # Errors
    /// [`PackError`] where fewer are left.
    pub fn bytes(&mut self) -> Result<&'a [u8], PackError> {
        let length = usize::try_from(self.uint()?).map_err(|_| PackError::Cut)?;
        self.bytes_of(length)
    }

    /// Reads 16 bytes that often come again.
    ///
    /// # Errors
    /// [`PackError`] where their number was never introduced.
    pub fn intern(&mut self) -> Result<[u8; 16], PackError> {
        let number = self.uint()?;
        self.interned(number)
    }

    fn interned(&mut self, number: u64) -> Result<[u8; 16], PackError> {
        let number = usize::try_from(number).map_err(|_| PackError::OutOfRange)?;
        if number == self.interned.len() && !self.is_tabled {
            let bytes = self.bytes_fixed()?;
            if !self.known.insert(bytes) {
                return Err(PackError::OutOfRange);
            }
            self.interned.to_mut().push(bytes);
        }
        self.interned
            .get(number)
            .copied()
            .ok_or(PackError::OutOfRange)
    }

    /// Reads a stamp.
    ///
    /// # Errors
    /// [`PackError`] where it is out of range, or not in its shortest form.
    pub(crate) fn stamp(&mut self) -> Result<Stamp, PackError> {
        let Some(number) = self.uint()?.checked_sub(1) else {
            return self.last.ok_or(PackError::OutOfRange);
        };
        let device = DeviceId(self.interned(number)?);
        let wall_ms = self.uint()?;
        let counter = u16::try_from(self.uint()?).map_err(|_| PackError::OutOfRange)?;
        let index = u16::try_from(self.uint()?).map_err(|_| PackError::OutOfRange)?;
        if wall_ms >= WALL_LIMIT {
            return Err(PackError::OutOfRange);
        }
        let stamp = Stamp::new(wall_ms, counter, device, index);
        if self.last.replace(stamp) == Some(stamp) {
            return Err(PackError::OutOfRange);
        }
        Ok(stamp)
    }

    /// Reads so many bytes.
    ///
    /// # Errors
    /// [`PackError::Cut`] where fewer are left.
    pub(crate) fn bytes_of(&mut self, length: usize) -> Result<&'a [u8], PackError> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or(PackError::Cut)?;
        self.rest = rest;
        Ok(head)
    }

    /// Reads a count of entries, each of at least one byte.
    ///
    /// # Errors
    /// [`PackError::Cut`] where that many cannot follow: no allocation is made on a stranger's word.
    pub fn count(&mut self) -> Result<usize, PackError> {
        let count = usize::try_from(self.uint()?).map_err(|_| PackError::Cut)?;
        if count > self.rest.len() {
            Err(PackError::Cut)
        } else {
            Ok(count)
        }
    }
}

/// Derives [`Pack`] for a struct from the list of its fields, in the order given.
#[macro_export]
macro_rules! pack_struct {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::Pack for $name {
            fn pack(&self, out: &mut $crate::Packer) {
                $($crate::Pack::pack(&self.$field, out);)*
            }
            fn unpack(from: &mut $crate::Unpacker<'_>) -> Result<Self, $crate::PackError> {
                $(let $field = $crate::Pack::unpack(from)?;)*
                Ok(Self { $($field),* })
            }
        }
    };
}

/// Derives [`Pack`] for an enum without data from its numbers.
#[macro_export]
macro_rules! pack_choice {
    ($name:ident { $($variant:ident = $number:literal),* $(,)? }) => {
        impl $crate::Pack for $name {
            fn pack(&self, out: &mut $crate::Packer) {
                out.byte(match self { $(Self::$variant => $number),* });
            }
            fn unpack(from: &mut $crate::Unpacker<'_>) -> Result<Self, $crate::PackError> {
                match from.byte()? {
                    $($number => Ok(Self::$variant),)*
                    _ => Err($crate::PackError::OutOfRange),
                }
            }
        }
    };
}

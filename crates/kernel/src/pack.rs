//! The canonical binary form of folded state: what a sealed snapshot holds.
//!
//! Equal states give equal bytes, so that their hashes can be compared; it is compact (devices are
//! written once and then named by number) and loads without a parser between. It is bound to a
//! fold version and never outlives it; what lives for ever is the event (see [`crate::cbor`]).

use std::collections::{BTreeMap, BTreeSet};

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
}

impl Packer {
    /// Packs one value.
    #[must_use]
    pub fn to_bytes<T: Pack>(value: &T) -> Vec<u8> {
        let mut packer = Self::default();
        value.pack(&mut packer);
        packer.bytes
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
        let next = self.interned.len() as u64;
        let number = *self.interned.entry(bytes).or_insert(next);
        self.uint(number);
        if number == next {
            self.bytes.extend_from_slice(&bytes);
        }
    }
}

/// Reads packed values.
#[derive(Debug)]
pub struct Unpacker<'a> {
    rest: &'a [u8],
    interned: Vec<[u8; 16]>,
    known: BTreeSet<[u8; 16]>,
}

impl<'a> Unpacker<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            interned: Vec::new(),
            known: BTreeSet::new(),
        }
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
        if self.rest.is_empty() {
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
        if length > self.rest.len() {
            return Err(PackError::Cut);
        }
        let (head, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(head)
    }

    /// Reads 16 bytes that often come again.
    ///
    /// # Errors
    /// [`PackError`] where their number was never introduced.
    pub fn intern(&mut self) -> Result<[u8; 16], PackError> {
        let number = usize::try_from(self.uint()?).map_err(|_| PackError::OutOfRange)?;
        if number == self.interned.len() {
            let bytes = self.bytes_fixed()?;
            if !self.known.insert(bytes) {
                return Err(PackError::OutOfRange);
            }
            self.interned.push(bytes);
        }
        self.interned
            .get(number)
            .copied()
            .ok_or(PackError::OutOfRange)
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

macro_rules! pack_uint {
    ($($type:ty),*) => {$(
        impl Pack for $type {
            fn pack(&self, out: &mut Packer) {
                out.uint(u64::from(*self));
            }
            fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
                from.uint()?.try_into().map_err(|_| PackError::OutOfRange)
            }
        }
    )*};
}
pack_uint!(u8, u16, u32, u64);

macro_rules! pack_int {
    ($($type:ty),*) => {$(
        impl Pack for $type {
            fn pack(&self, out: &mut Packer) {
                out.int(i64::from(*self));
            }
            fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
                from.int()?.try_into().map_err(|_| PackError::OutOfRange)
            }
        }
    )*};
}
pack_int!(i16, i32, i64);

impl Pack for bool {
    fn pack(&self, out: &mut Packer) {
        out.byte(u8::from(*self));
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(PackError::OutOfRange),
        }
    }
}

impl Pack for String {
    fn pack(&self, out: &mut Packer) {
        out.bytes(self.as_bytes());
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        core::str::from_utf8(from.bytes()?)
            .map(str::to_owned)
            .map_err(|_| PackError::NotUtf8)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn pack(&self, out: &mut Packer) {
        out.byte(u8::from(self.is_some()));
        if let Some(value) = self {
            value.pack(out);
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        if bool::unpack(from)? {
            T::unpack(from).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
        self.1.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Ok((A::unpack(from)?, B::unpack(from)?))
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn pack(&self, out: &mut Packer) {
        out.uint(self.len() as u64);
        for value in self {
            value.pack(out);
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let count = from.count()?;
        let mut values = Self::with_capacity(count.min(4_096));
        for _ in 0..count {
            values.push(T::unpack(from)?);
        }
        Ok(values)
    }
}

impl<K: Pack + Ord, V: Pack> Pack for BTreeMap<K, V> {
    fn pack(&self, out: &mut Packer) {
        out.uint(self.len() as u64);
        for (key, value) in self {
            key.pack(out);
            value.pack(out);
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let entries = Vec::<(K, V)>::unpack(from)?;
        if entries.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
            return Err(PackError::Unordered);
        }
        Ok(entries.into_iter().collect())
    }
}

impl<T: Pack + Ord> Pack for BTreeSet<T> {
    fn pack(&self, out: &mut Packer) {
        out.uint(self.len() as u64);
        for value in self {
            value.pack(out);
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let values = Vec::<T>::unpack(from)?;
        if values.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(PackError::Unordered);
        }
        Ok(values.into_iter().collect())
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

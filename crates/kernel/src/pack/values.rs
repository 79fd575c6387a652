//! The packed forms of numbers, texts and collections.

use std::collections::{BTreeMap, BTreeSet};

use super::{Pack, PackError, Packer, Unpacker};

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
        // Put in one by one: a collection sorts, and a sort for each type is a large part of the
        // browser's core.
        let mut entries = Self::new();
        for _ in 0..from.count()? {
            let key = K::unpack(from)?;
            if entries
                .last_key_value()
                .is_some_and(|(last, _)| *last >= key)
            {
                return Err(PackError::Unordered);
            }
            entries.insert(key, V::unpack(from)?);
        }
        Ok(entries)
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
        let mut values = Self::new();
        for _ in 0..from.count()? {
            let value = T::unpack(from)?;
            if values.last().is_some_and(|last| *last >= value) {
                return Err(PackError::Unordered);
            }
            values.insert(value);
        }
        Ok(values)
    }
}

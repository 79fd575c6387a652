//! The fields of a record, each a register of its own: the last writer of a field wins, writers
//! of different fields never meet.

use core::fmt::Debug;

use crate::pack::{Pack, PackError, Packer, Unpacker};
use crate::stamp::Stamp;

/// One field with its value. Made by the macro [`fields!`](crate::fields!).
pub trait Field: Clone + Debug + Ord + Pack {
    /// Which field it is.
    type Key: Copy + Debug + Ord + FieldName;
    /// Returns which field it is.
    fn key(&self) -> Self::Key;
    /// Returns the field as it is when nobody has written it.
    fn unset(key: Self::Key) -> Self;
}

/// The name of a field as it is written everywhere outside this code.
pub trait FieldName {
    /// Returns the name, in camel case.
    fn name(&self) -> String;
}

/// The fields that were ever written, in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields<F>(Vec<(F, Stamp)>);

impl<F> Default for Fields<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// How to take one write back: what stood before it, and which write it was.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldUndo<F> {
    /// The field as it was.
    pub before: F,
    /// The write that is to be taken back; once another stands, it is left alone.
    pub written: Stamp,
}

/// Puts fields in their order, each at its place: they are few, and a sort for each type is ten
/// kilobytes of the browser's core.
pub fn sort_fields<F: Field>(set: &mut Vec<F>) {
    for field in std::mem::take(set) {
        let at = set.partition_point(|other| *other <= field);
        set.insert(at, field);
    }
}

impl<F: Field> Fields<F> {
    /// Writes a field, and tells whether the write now stands. Of two writes with one stamp, the
    /// greater value stands.
    pub fn set(&mut self, field: F, stamp: Stamp) -> bool {
        let key = field.key();
        match self
            .0
            .binary_search_by(|(standing, _)| standing.key().cmp(&key))
        {
            Ok(at) => {
                let standing = &mut self.0[at];
                if (standing.1, &standing.0) >= (stamp, &field) {
                    return false;
                }
                *standing = (field, stamp);
                true
            }
            Err(at) => {
                self.0.insert(at, (field, stamp));
                true
            }
        }
    }

    /// Returns a field, if it was ever written.
    #[must_use]
    pub fn get(&self, key: F::Key) -> Option<&F> {
        self.entry(key).map(|(field, _)| field)
    }

    /// Returns when the standing value was written.
    #[must_use]
    pub fn stamp(&self, key: F::Key) -> Option<Stamp> {
        self.entry(key).map(|(_, stamp)| *stamp)
    }

    /// Tells whether the field holds this value; a field never written holds its unset value.
    #[must_use]
    pub fn holds(&self, field: &F) -> bool {
        match self.get(field.key()) {
            Some(standing) => standing == field,
            None => *field == F::unset(field.key()),
        }
    }

    /// Walks the fields that were written, in the order of their keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&F, Stamp)> {
        self.0.iter().map(|(field, stamp)| (field, *stamp))
    }

    /// Returns how to take back the writes given, before they are made.
    #[must_use]
    pub fn capture(&self, writes: &[F], stamp: Stamp) -> Vec<FieldUndo<F>> {
        let undo = |write: &F| FieldUndo {
            before: self
                .get(write.key())
                .cloned()
                .unwrap_or_else(|| F::unset(write.key())),
            written: stamp,
        };
        writes.iter().map(undo).collect()
    }

    /// Returns the writes that take back what still stands, and the fields that were written
    /// since.
    #[must_use]
    pub fn revert(&self, undo: &[FieldUndo<F>]) -> (Vec<F>, Vec<F::Key>) {
        let mut writes = Vec::new();
        let mut kept = Vec::new();
        for undo in undo {
            let key = undo.before.key();
            if self.stamp(key) != Some(undo.written) {
                kept.push(key);
            } else if !self.holds(&undo.before) {
                writes.push(undo.before.clone());
            }
        }
        (writes, kept)
    }

    /// Returns the fields among the writes that another device than the stamp's wrote last, each
    /// with the write that stands there.
    #[must_use]
    pub fn meets(&self, writes: &[F], stamp: Stamp) -> Vec<(String, Stamp)> {
        let standing = |write: &F| {
            let standing = self.stamp(write.key())?;
            (standing.device() != stamp.device() && !self.holds(write))
                .then(|| (write.key().name(), standing))
        };
        writes.iter().filter_map(standing).collect()
    }

    /// Returns the writes that bring these fields to what they are in `then`.
    #[must_use]
    pub fn towards(&self, then: &Self) -> Vec<F> {
        let unset = self
            .0
            .iter()
            .map(|(field, _)| field.key())
            .filter(|key| then.get(*key).is_none())
            .map(F::unset);
        then.0
            .iter()
            .map(|(field, _)| field.clone())
            .chain(unset)
            .filter(|field| !self.holds(field))
            .collect()
    }

    /// Returns every field that differs, as (before, after).
    #[must_use]
    pub fn changes(&self, after: &Self) -> Vec<(F, F)> {
        let mut changed: Vec<F::Key> = Vec::new();
        for (field, _) in after.0.iter().chain(&self.0) {
            if let Err(at) = changed.binary_search(&field.key()) {
                changed.insert(at, field.key());
            }
        }
        let value = |fields: &Self, key| fields.get(key).cloned().unwrap_or_else(|| F::unset(key));
        changed
            .into_iter()
            .map(|key| (value(self, key), value(after, key)))
            .filter(|(before, after)| before != after)
            .collect()
    }

    fn entry(&self, key: F::Key) -> Option<&(F, Stamp)> {
        self.0
            .binary_search_by(|(standing, _)| standing.key().cmp(&key))
            .ok()
            .map(|at| &self.0[at])
    }
}

impl<F: Field> Pack for Fields<F> {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let fields = Vec::<(F, Stamp)>::unpack(from)?;
        if fields
            .windows(2)
            .any(|pair| pair[0].0.key() >= pair[1].0.key())
        {
            return Err(PackError::Unordered);
        }
        Ok(Self(fields))
    }
}

/// Declares the fields of a record: an enum of values, an enum of keys, and what both need.
///
/// The names (in camel case) and the types stand in people's logs: a released field is never
/// renamed, and its type only changes with a new version of the domain. The numbers stand in
/// snapshots.
///
/// ```
/// lifeos_kernel::fields! {
///     /// A field of a book.
///     pub enum BookField, BookKey in "books.ts" {
///         /// Its title.
///         Title(String) = 1,
///         /// How many pages it has.
///         PageCount(Option<u32>) = 2,
///     }
/// }
/// ```
#[macro_export]
macro_rules! fields {
    (
        $(#[$doc:meta])*
        $vis:vis enum $field:ident, $key:ident in $file:literal {
            $($(#[$variant_doc:meta])* $variant:ident($type:ty) = $number:literal),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord,
            $crate::macro_support::serde::Serialize, $crate::macro_support::serde::Deserialize,
        )]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = $file))]
        #[serde(crate = "lifeos_kernel::macro_support::serde", rename_all = "camelCase")]
        $vis enum $field {
            $($(#[$variant_doc])* $variant($type)),*
        }

        /// Which field it is, without its value.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::macro_support::serde::Serialize, $crate::macro_support::serde::Deserialize,
        )]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = $file))]
        #[serde(crate = "lifeos_kernel::macro_support::serde", rename_all = "camelCase")]
        #[repr(u8)]
        $vis enum $key {
            $($(#[$variant_doc])* $variant = $number),*
        }

        impl $crate::FieldName for $key {
            fn name(&self) -> String {
                let name = match self { $(Self::$variant => stringify!($variant)),* };
                name[..1].to_ascii_lowercase() + &name[1..]
            }
        }

        impl $crate::Field for $field {
            type Key = $key;
            fn key(&self) -> $key {
                match self { $(Self::$variant(_) => $key::$variant),* }
            }
            fn unset(key: $key) -> Self {
                match key { $($key::$variant => Self::$variant(<$type>::default())),* }
            }
        }

        impl $crate::Pack for $field {
            fn pack(&self, out: &mut $crate::Packer) {
                out.byte($crate::Field::key(self) as u8);
                match self { $(Self::$variant(value) => $crate::Pack::pack(value, out)),* }
            }
            fn unpack(from: &mut $crate::Unpacker<'_>) -> Result<Self, $crate::PackError> {
                match from.byte()? {
                    $($number => $crate::Pack::unpack(from).map(Self::$variant),)*
                    _ => Err($crate::PackError::OutOfRange),
                }
            }
        }
    };
}

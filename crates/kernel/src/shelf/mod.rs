//! A map by id whose loaded entries rest packed until somebody asks for them.
//!
//! A long life is opened every morning and looked at in a few places: reading a hundred thousand
//! records for the sake of fifty would be the larger part of a start. So a shelf that is loaded
//! from what this device itself wrote keeps the bytes, finds an entry among them by its id, and
//! reads it when it is first asked for. What is written goes beside it. From a stranger's bytes
//! every entry is read, and judged, at once.
//!
//! What rests may lie in pages that are opened one by one ([`OwnBytes`]), so that an entry that
//! nobody asks for is not even deciphered. One that cannot be read is not there, and its bytes say
//! so from then on ([`OwnBytes::is_damaged`]).

mod resting;

use core::fmt::{self, Debug};
use core::ops::Deref;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::resting::{END, ID, Resting, rest, unpack_entry};
use crate::pack::{Pack, PackError, Packer, Unpacker};

/// What a shelf is ordered by: sixteen bytes.
pub trait ShelfKey: Copy + Ord + Debug + From<[u8; 16]> + Into<[u8; 16]> {}
impl<K: Copy + Ord + Debug + From<[u8; 16]> + Into<[u8; 16]>> ShelfKey for K {}

/// A map by id. Equal maps are equal and pack to equal bytes, whatever of them still rests.
#[derive(Clone)]
pub struct Shelf<K, T> {
    resting: Option<Arc<Resting<T>>>,
    /// Places of resting entries that do not count any more: changed, or taken out.
    gone: BTreeSet<usize>,
    /// Boxed: entries are large, and a map moves what stands behind a new one.
    here: BTreeMap<K, Box<T>>,
}

/// An entry that is walked past.
#[derive(Debug)]
pub enum Entry<'a, T> {
    /// It is held.
    Here(&'a T),
    /// It rests, and was read for the moment.
    Resting(T),
}

impl<T> Deref for Entry<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        match self {
            Self::Here(value) => value,
            Self::Resting(value) => value,
        }
    }
}

impl<K, T> Default for Shelf<K, T> {
    fn default() -> Self {
        Self {
            resting: None,
            gone: BTreeSet::new(),
            here: BTreeMap::new(),
        }
    }
}

impl<K: ShelfKey, T: Pack> Shelf<K, T> {
    /// Returns an entry.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&T> {
        self.here.get(key).map(Box::as_ref).or_else(|| {
            let resting = self.resting.as_ref()?;
            resting.get(self.resting_place(key)?)
        })
    }

    /// Returns an entry to be written to; an empty one where there is none.
    pub fn or_default(&mut self, key: K) -> &mut T
    where
        T: Default,
    {
        let resting = self.take_resting(&key);
        self.here
            .entry(key)
            .or_insert_with(|| Box::new(resting.unwrap_or_default()))
    }

    /// Puts an entry in, in place of what was there.
    pub fn insert(&mut self, key: K, value: T) {
        self.take_resting(&key);
        self.here.insert(key, Box::new(value));
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &K) -> Option<T> {
        let resting = self.take_resting(key);
        self.here.remove(key).map(|value| *value).or(resting)
    }

    /// Tells whether there is such an entry.
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        self.here.contains_key(key) || self.resting_place(key).is_some()
    }

    /// Returns how many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let resting = self.resting.as_ref().map_or(0, |resting| resting.len());
        self.here.len() + resting - self.gone.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Walks the ids in order.
    pub fn keys(&self) -> impl Iterator<Item = K> + '_ {
        self.places().map(|(key, _)| key)
    }

    /// Returns the id that a number falls on: each of them by some number, none before the others.
    #[must_use]
    pub fn draw(&self, number: u64) -> Option<K> {
        let rested = self.resting.as_ref().map_or(0, |resting| resting.len());
        let place = number.checked_rem((rested + self.here.len()) as u64)?;
        let place = usize::try_from(place).ok()?;
        if let Some(beside) = place.checked_sub(rested) {
            return self.here.keys().nth(beside).copied();
        }
        // What does not count any more gives way to what comes next.
        let next = (place..rested).find(|place| !self.gone.contains(place));
        let id = next.and_then(|next| self.resting.as_ref()?.id(next));
        id.map(K::from).or_else(|| self.here.keys().next().copied())
    }

    /// Walks the entries in the order of their ids. What rests is read for the moment and goes on
    /// resting: walking is no reason to hold all of a life twice.
    pub fn iter(&self) -> impl Iterator<Item = (K, Entry<'_, T>)> {
        self.places().filter_map(|(key, place)| {
            let entry = match place {
                None => Entry::Here(self.here.get(&key)?.as_ref()),
                Some(place) => self.resting.as_ref()?.entry(place)?,
            };
            Some((key, entry))
        })
    }

    /// Walks the ids in order, each with its place where it rests.
    fn places(&self) -> impl Iterator<Item = (K, Option<usize>)> + '_ {
        let mut here = self.here.keys().copied().peekable();
        let counts = |place: &usize| self.gone.is_empty() || !self.gone.contains(place);
        let ids = self.resting.iter().flat_map(move |resting| {
            let ids = resting.ids().filter(move |(_, place)| counts(place));
            ids.map(|(id, place)| (K::from(id), place))
        });
        let mut resting = ids.peekable();
        core::iter::from_fn(move || match (here.peek(), resting.peek()) {
            (Some(own), Some((other, _))) if own < other => here.next().map(|key| (key, None)),
            (Some(_), None) => here.next().map(|key| (key, None)),
            _ => resting.next().map(|(key, place)| (key, Some(place))),
        })
    }

    fn resting_place(&self, key: &K) -> Option<usize> {
        let place = self.resting.as_ref()?.find((*key).into())?;
        (!self.gone.contains(&place)).then_some(place)
    }

    /// Takes an entry out of those that rest.
    fn take_resting(&mut self, key: &K) -> Option<T> {
        let place = self.resting_place(key)?;
        let resting = self.resting.as_ref()?;
        self.gone.insert(place);
        resting.unpack(place)
    }
}

impl<K: ShelfKey, T: Pack> Pack for Shelf<K, T> {
    fn pack(&self, out: &mut Packer) {
        let mut entries = Packer::of_entries();
        let mut ids = Vec::with_capacity(self.len() * ID);
        let mut ends = Vec::with_capacity(self.len() * END);
        for (key, entry) in self.iter() {
            entry.pack(&mut entries);
            ids.extend_from_slice(&key.into());
            let end = u32::try_from(entries.end_entry())
                .expect("less than 4 GiB of records are held in memory");
            ends.extend_from_slice(&end.to_be_bytes());
        }
        let (table, entries) = entries.into_entries();
        out.uint(table.len() as u64);
        table.iter().for_each(|name| out.bytes_fixed(name));
        out.uint((ids.len() / ID) as u64);
        out.rest(&ids);
        out.rest(&ends);
        out.uint(entries.len() as u64);
        out.rest(&entries);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let named = from.count()?;
        let mut table = Vec::with_capacity(named.min(4_096));
        for _ in 0..named {
            table.push(from.bytes_fixed()?);
        }
        let count = number(from)?;
        if from.is_own() {
            return Ok(Self {
                resting: rest(from, table, count)?.map(Arc::new),
                ..Self::default()
            });
        }
        let mut shelf = Self::default();
        let ids = from.bytes_of(width(count, ID)?)?;
        let ends = from.bytes_of(width(count, END)?)?;
        let entries = from.bytes()?;
        let mut start = 0;
        let mut judge = Judge::new(&table);
        for (id, end) in ids
            .as_chunks::<ID>()
            .0
            .iter()
            .zip(ends.as_chunks::<END>().0)
        {
            let end = u32::from_be_bytes(*end) as usize;
            let bytes = entries.get(start..end).ok_or(PackError::OutOfRange)?;
            let key = K::from(*id);
            if shelf
                .here
                .last_key_value()
                .is_some_and(|(last, _)| *last >= key)
            {
                return Err(PackError::Unordered);
            }
            let value: T = unpack_entry(bytes, &table)?;
            judge.takes(&value, bytes)?;
            shelf.here.insert(key, Box::new(value));
            start = end;
        }
        if start != entries.len() || !judge.saw_all() {
            return Err(PackError::OutOfRange);
        }
        Ok(shelf)
    }
}

/// Sees to it that a stranger's table is the one that packing would have made.
struct Judge<'a> {
    table: &'a [[u8; 16]],
    again: Packer,
    seen: usize,
}

impl<'a> Judge<'a> {
    fn new(table: &'a [[u8; 16]]) -> Self {
        Self {
            table,
            again: Packer::of_entries(),
            seen: 0,
        }
    }

    fn takes<T: Pack>(&mut self, value: &T, bytes: &[u8]) -> Result<(), PackError> {
        value.pack(&mut self.again);
        let end = self.again.end_entry();
        if self.again.written()[self.seen..] != *bytes {
            return Err(PackError::OutOfRange);
        }
        self.seen = end;
        Ok(())
    }

    fn saw_all(self) -> bool {
        self.again.into_entries().0 == self.table
    }
}

fn width(count: usize, each: usize) -> Result<usize, PackError> {
    count.checked_mul(each).ok_or(PackError::Cut)
}

fn number(from: &mut Unpacker<'_>) -> Result<usize, PackError> {
    usize::try_from(from.uint()?).map_err(|_| PackError::Cut)
}

impl<K: ShelfKey, T: Pack + PartialEq> PartialEq for Shelf<K, T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .zip(other.iter())
                .all(|((id, one), (other_id, other))| id == other_id && *one == *other)
    }
}

impl<K: ShelfKey, T: Pack + Eq> Eq for Shelf<K, T> {}

impl<K: ShelfKey, T: Pack + Debug> Debug for Shelf<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, entry) in self.iter() {
            map.entry(&key, &*entry);
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests;

//! The part of a shelf that rests packed.

use core::cmp::Ordering;
use core::ops::Range;
use std::sync::OnceLock;

use super::{Entry, number, width};
use crate::pack::{OwnBytes, PAGE_BYTES, Pack, PackError, Unpacker};

/// Packed entries in the order of their ids: a column of ids, one of ends, and the entries behind
/// each other.
pub(super) struct Resting<T> {
    whole: OwnBytes,
    ids: usize,
    ends: usize,
    entries: Range<usize>,
    table: Vec<[u8; 16]>,
    read: Box<[OnceLock<Option<Box<T>>>]>,
}

pub(super) const ID: usize = 16;
pub(super) const END: usize = 4;

impl<T: Pack> Resting<T> {
    pub(super) fn len(&self) -> usize {
        self.read.len()
    }

    /// Walks the ids in order, each with its place; those that cannot be read are left out.
    pub(super) fn ids(&self) -> impl Iterator<Item = ([u8; ID], usize)> + '_ {
        const AT_ONCE: usize = PAGE_BYTES / ID;
        (0..self.len()).step_by(AT_ONCE).flat_map(move |first| {
            let end = self.len().min(first + AT_ONCE);
            let read = self.whole.read(self.ids + first * ID..self.ids + end * ID);
            let read = read.unwrap_or_default();
            let ids: Vec<[u8; ID]> = read.as_chunks().0.to_vec();
            ids.into_iter().zip(first..)
        })
    }

    pub(super) fn id(&self, place: usize) -> Option<[u8; ID]> {
        self.cell(self.ids, place)
    }

    pub(super) fn find(&self, id: [u8; ID]) -> Option<usize> {
        let mut among = 0..self.len();
        while !among.is_empty() {
            let middle = among.start + among.len() / 2;
            match self.id(middle)?.cmp(&id) {
                Ordering::Less => among.start = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => among.end = middle,
            }
        }
        None
    }

    fn end(&self, place: usize) -> Option<usize> {
        let end = self.cell(self.ends, place)?;
        self.entries
            .start
            .checked_add(u32::from_be_bytes(end) as usize)
    }

    /// One cell of a column.
    fn cell<const N: usize>(&self, column: usize, place: usize) -> Option<[u8; N]> {
        let start = column + place * N;
        self.whole.read(start..start + N)?.as_ref().try_into().ok()
    }

    pub(super) fn get(&self, place: usize) -> Option<&T> {
        let slot = self.read.get(place)?;
        slot.get_or_init(|| self.unpack(place).map(Box::new))
            .as_deref()
    }

    /// What was read before, or else what is read for the moment.
    pub(super) fn entry(&self, place: usize) -> Option<Entry<'_, T>> {
        match self.read.get(place)?.get() {
            Some(value) => Some(Entry::Here(value.as_deref()?)),
            None => Some(Entry::Resting(self.unpack(place)?)),
        }
    }

    pub(super) fn unpack(&self, place: usize) -> Option<T> {
        let start = match place.checked_sub(1) {
            Some(before) => self.end(before)?,
            None => self.entries.start,
        };
        let end = self.end(place)?;
        let lies = (start <= end && end <= self.entries.end).then_some(start..end);
        let bytes = lies.and_then(|lies| self.whole.read(lies));
        let value = bytes.and_then(|bytes| unpack_entry(&bytes, &self.table).ok());
        if value.is_none() {
            self.whole.note_damage();
        }
        value
    }
}

pub(super) fn unpack_entry<T: Pack>(bytes: &[u8], table: &[[u8; 16]]) -> Result<T, PackError> {
    let mut from = Unpacker::of_entry(bytes, table);
    let value = T::unpack(&mut from)?;
    from.finish()?;
    Ok(value)
}

pub(super) fn rest<T: Pack>(
    from: &mut Unpacker<'_>,
    table: Vec<[u8; 16]>,
    count: usize,
) -> Result<Option<Resting<T>>, PackError> {
    let length = number(from)?;
    let (Some((whole, ids)), Some((_, ends)), Some((_, entries))) = (
        from.resting(width(count, ID)?)?,
        from.resting(width(count, END)?)?,
        from.resting(length)?,
    ) else {
        return Ok(None);
    };
    Ok(Some(Resting {
        whole,
        ids: ids.start,
        ends: ends.start,
        entries,
        table,
        read: core::iter::repeat_with(OnceLock::new).take(count).collect(),
    }))
}

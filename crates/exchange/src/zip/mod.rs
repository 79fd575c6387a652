//! A reader of ZIP archives that trusts nothing they say.
//!
//! The list of entries at the end of the file is read and judged as a whole before anything is
//! unpacked: a name is a name and never a path on a disk, two entries never share a name or a byte
//! (overlapping entries are how a small file unpacks to petabytes), and what is encrypted, split,
//! in ZIP64 or packed by anything but deflate is refused. What is unpacked is bounded by a budget
//! over all entries, by a ratio, and checked by length and checksum. An archive inside an archive
//! is an entry like any other and is not opened.
//!
//! Deliberately absent: writing, extraction, dates and rights of entries, entries that the list
//! does not name.

mod directory;

use std::io::Read;

use thiserror::Error;

use directory::{Entry, Method};

/// Entries of one archive.
pub const ENTRIES: usize = 20_000;
/// What is smaller is not weighed by its ratio.
const RATIO_FROM_BYTES: usize = 1 << 20;
/// How much more an entry may unpack to than it is packed. Text of a product's export comes to 30;
/// deflate itself to 1,032.
const RATIO: usize = 250;
/// How much is unpacked at a time.
const PIECE_BYTES: usize = 16 << 10;

/// Why an archive is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}{wrong}", place(*entry))]
pub struct Fault {
    /// The entry, counted from one in the order of the list; none for the archive as a whole.
    pub entry: Option<u32>,
    /// What is wrong.
    pub wrong: Wrong,
}

fn place(entry: Option<u32>) -> String {
    entry.map_or_else(String::new, |number| format!("entry {number}: "))
}

/// What is wrong with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Wrong {
    /// No list of entries at its end.
    #[error("no list of entries at the end: not an archive, or cut short")]
    NoList,
    /// What the list says does not agree with the file.
    #[error("what the list says does not agree with the file")]
    List,
    /// More entries than [`ENTRIES`].
    #[error("more entries than can be read")]
    TooManyEntries,
    /// Larger than any archive that is read here, or claims to be.
    #[error("in ZIP64, or split over several files")]
    Zip64,
    /// Packed with a password.
    #[error("encrypted")]
    Encrypted,
    /// Packed by something else than deflate.
    #[error("packed in a way that is not read")]
    Method,
    /// A name that leads out of the archive, or that is no text.
    #[error("a name that leads elsewhere")]
    Name,
    /// A name that an earlier entry has.
    #[error("a name that stands there twice")]
    NameTwice,
    /// Bytes that another entry claims as well.
    #[error("bytes that belong to another entry")]
    Overlap,
    /// Unpacks to more than is allowed for all entries together, or than its ratio allows.
    #[error("unpacks to more than is allowed")]
    TooLarge,
    /// Does not unpack to what the list says.
    #[error("damaged")]
    Damaged,
}

/// An archive whose list of entries was read and judged.
#[derive(Clone, Debug)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry<'a>>,
    budget_bytes: usize,
    ratio: usize,
}

impl<'a> Archive<'a> {
    /// Reads and judges the list of entries. `budget_bytes` bounds what all that is unpacked of it
    /// comes to.
    ///
    /// # Errors
    /// Says what is wrong, and with which entry.
    pub fn open(bytes: &'a [u8], budget_bytes: usize) -> Result<Self, Fault> {
        Ok(Self {
            bytes,
            entries: directory::read(bytes)?,
            budget_bytes,
            ratio: RATIO,
        })
    }

    /// Leaves the ratio out of account: for who takes what is unpacked piece by piece, or stops in
    /// time. The budget stays.
    #[must_use]
    pub fn without_ratio(self) -> Self {
        Self {
            ratio: usize::MAX,
            ..self
        }
    }

    /// Returns the names of all files, in the order of the list.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.entries.iter().map(|entry| entry.name)
    }

    /// Unpacks the file of that name; nothing where there is none.
    ///
    /// # Errors
    /// Says that it is damaged, or larger than what is left of the budget.
    pub fn unpack(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(entry) = self.entry(name)? else {
            return Ok(None);
        };
        let mut unpacked = Vec::new();
        self.unpack_entry(&entry, &mut |piece| {
            unpacked.extend_from_slice(piece);
            true
        })?;
        Ok(Some(unpacked))
    }

    /// Unpacks the file of that name piece by piece, until `take` wants no more, and tells whether
    /// there is one. Only when all was taken is it known to be what was packed.
    ///
    /// # Errors
    /// As [`Archive::unpack`].
    pub fn unpack_to(
        &mut self,
        name: &str,
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<bool, Fault> {
        let Some(entry) = self.entry(name)? else {
            return Ok(false);
        };
        self.unpack_entry(&entry, take)?;
        Ok(true)
    }

    /// Returns the entry of that name, if it may be unpacked.
    fn entry(&self, name: &str) -> Result<Option<Entry<'a>>, Fault> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name) else {
            return Ok(None);
        };
        let ratio = entry.size / entry.data.len().max(1);
        let is_bomb = entry.size > RATIO_FROM_BYTES && ratio > self.ratio;
        if is_bomb || entry.size > self.budget_bytes {
            return Err(Fault {
                entry: Some(entry.number),
                wrong: Wrong::TooLarge,
            });
        }
        Ok(Some(entry.clone()))
    }

    fn unpack_entry(
        &mut self,
        entry: &Entry<'a>,
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), Fault> {
        let damaged = Fault {
            entry: Some(entry.number),
            wrong: Wrong::Damaged,
        };
        let data = &self.bytes[entry.data.clone()];
        let mut inflating = flate2::read::DeflateDecoder::new(data);
        let mut stored = data;
        let mut crc = flate2::Crc::new();
        let mut piece = [0; PIECE_BYTES];
        let mut size = 0;
        loop {
            let read = match entry.method {
                Method::Stored => stored.read(&mut piece),
                Method::Deflated => inflating.read(&mut piece),
            };
            let read = read.map_err(|_| damaged)?;
            if read == 0 {
                break;
            }
            size += read;
            // No more than a piece over what was announced.
            if size > entry.size {
                return Err(damaged);
            }
            crc.update(&piece[..read]);
            if !take(&piece[..read]) {
                self.budget_bytes -= size;
                return Ok(());
            }
        }
        let is_all_read = match entry.method {
            Method::Stored => true,
            Method::Deflated => inflating.total_in() == data.len() as u64,
        };
        if !is_all_read || size != entry.size || crc.sum() != entry.crc {
            return Err(damaged);
        }
        self.budget_bytes -= size;
        Ok(())
    }
}

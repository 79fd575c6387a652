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
        })
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
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name) else {
            return Ok(None);
        };
        let fault = |wrong| Fault {
            entry: Some(entry.number),
            wrong,
        };
        let ratio = entry.size / entry.data.len().max(1);
        let is_bomb = entry.size > RATIO_FROM_BYTES && ratio > RATIO;
        if is_bomb || entry.size > self.budget_bytes {
            return Err(fault(Wrong::TooLarge));
        }
        let data = &self.bytes[entry.data.clone()];
        let unpacked = match entry.method {
            Method::Stored => data.to_vec(),
            Method::Deflated => inflate(data, entry.size).ok_or(fault(Wrong::Damaged))?,
        };
        let mut crc = flate2::Crc::new();
        crc.update(&unpacked);
        if unpacked.len() != entry.size || crc.sum() != entry.crc {
            return Err(fault(Wrong::Damaged));
        }
        self.budget_bytes -= unpacked.len();
        Ok(Some(unpacked))
    }
}

/// Unpacks to no more than one byte over what was announced.
fn inflate(data: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    let mut source = flate2::read::DeflateDecoder::new(data);
    let room = u64::try_from(size).ok()?.checked_add(1)?;
    source.by_ref().take(room).read_to_end(&mut unpacked).ok()?;
    (source.total_in() == data.len() as u64).then_some(unpacked)
}

//! Why a file is refused as a whole.

use thiserror::Error;

use crate::sqlite::Damage;
use crate::zip::{Fault, Wrong};

/// The file is not read at all. Says where and why, never what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refused {
    /// No byte, or white space only.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`Limits::file_bytes`](crate::Limits::file_bytes), packed or unpacked.
    #[error("the file is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit that was passed.
        limit_bytes: usize,
    },
    /// Begins like a gzip file and cannot be unpacked to its end.
    #[error("the packed file is damaged or cut short")]
    DamagedGzip,
    /// Neither UTF-8 nor marked UTF-16.
    #[error("the file is not text (first bad byte at {offset_bytes})")]
    NotText {
        /// Where the text stops being UTF-8.
        offset_bytes: usize,
    },
    /// JSON that ends too early.
    #[error("the file is cut short (it ends at line {line}, column {column})")]
    CutShort {
        /// One-based.
        line: usize,
        /// One-based.
        column: usize,
    },
    /// Not JSON (RFC 8259).
    #[error("the file is not JSON (line {line}, column {column})")]
    NotJson {
        /// One-based.
        line: usize,
        /// One-based.
        column: usize,
    },
    /// Not what its format allows at a place from which on nothing can be told.
    #[error("the file is not written as its format is (line {line}, column {column})")]
    Malformed {
        /// One-based.
        line: usize,
        /// One-based.
        column: usize,
    },
    /// Lists and objects inside each other beyond any backup's.
    #[error("the file nests deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More values than [`Limits::values`](crate::Limits::values).
    #[error("the file holds more than {limit} values")]
    TooManyValues {
        /// The limit that was passed.
        limit: usize,
    },
    /// More tasks, notes and the like than [`Limits::records`](crate::Limits::records).
    #[error("the file holds more than {limit} records")]
    TooManyRecords {
        /// The limit that was passed.
        limit: usize,
    },
    /// Of another product, or of none.
    #[error(
        "the file is not in a format that can be read here: a Super Productivity backup (.json), a \
         TickTick, Todoist or ClickUp export (.csv), todo.txt (.txt), Org (.org), iCalendar (.ics), \
         a Vikunja export (.zip) or the Things 3 database (main.sqlite)"
    )]
    UnknownFormat,
    /// Of a release of its product that had another form.
    #[error("the file is of an older release than can be read here")]
    OlderFormat,
    /// A database that is damaged, or of a form that is not read.
    #[error("the database cannot be read")]
    Database(#[from] Damage),
    /// An archive that is damaged, or of a form that is not read.
    #[error("the archive cannot be read")]
    Archive(#[from] Fault),
    /// A synchronisation file, packed or encrypted by its product.
    #[error("the file is a synchronisation file; export a backup in its place")]
    SyncFile,
}

impl Refused {
    /// Returns a fixed word for programs; never changes once released.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "tooLarge",
            Self::DamagedGzip => "damagedGzip",
            Self::NotText { .. } => "notText",
            Self::CutShort { .. } => "cutShort",
            Self::NotJson { .. } => "notJson",
            Self::Malformed { .. } => "malformed",
            Self::TooDeep { .. } => "tooDeep",
            Self::TooManyValues { .. } => "tooManyValues",
            Self::TooManyRecords { .. } => "tooManyRecords",
            Self::UnknownFormat => "unknownFormat",
            Self::SyncFile => "syncFile",
            Self::OlderFormat => "olderFormat",
            Self::Database(_) => "damagedDatabase",
            Self::Archive(fault) => match fault.wrong {
                Wrong::TooLarge | Wrong::TooManyEntries | Wrong::Zip64 => "tooLarge",
                Wrong::Encrypted => "encryptedArchive",
                _ => "damagedArchive",
            },
        }
    }
}

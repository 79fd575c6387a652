//! What a host stores for an engine, and what an engine asks of it: named files of sealed bytes.
//!
//! The host knows nothing of their content. It carries writes out in the order given, flushes
//! before it goes from one file to the next and before it begins the next batch, and reports a
//! batch durable when all of it is.

use core::fmt;

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Appended to, frame by frame; also the local copy of every change.
    Journal,
    /// Written once, then replaced by a newer number.
    Snapshot,
    /// The device's own keys.
    Keys,
}

impl FileKind {
    /// The kind under which a file of this kind is sealed.
    #[must_use]
    pub fn sealed_as(self) -> lifeos_crypto::local::FileKind {
        match self {
            Self::Journal => lifeos_crypto::local::FileKind::Journal,
            Self::Snapshot => lifeos_crypto::local::FileKind::Snapshot,
            Self::Keys => lifeos_crypto::local::FileKind::Keys,
        }
    }
}

/// The name of a file: its kind and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    /// Its kind.
    pub kind: FileKind,
    /// Its number, ascending.
    pub number: u64,
}

impl FileName {
    pub(crate) fn journal(number: u64) -> Self {
        Self {
            kind: FileKind::Journal,
            number,
        }
    }

    pub(crate) fn snapshot(number: u64) -> Self {
        Self {
            kind: FileKind::Snapshot,
            number,
        }
    }

    /// The keys of the device whose files begin at a number.
    pub(crate) fn keys(first: u64) -> Self {
        Self {
            kind: FileKind::Keys,
            number: first,
        }
    }

    /// Reads the text form, as [`fmt::Display`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, number) = text.split_once('-')?;
        let kind = match kind {
            "journal" => FileKind::Journal,
            "snapshot" => FileKind::Snapshot,
            "keys" => FileKind::Keys,
            _ => return None,
        };
        let name = Self {
            kind,
            number: number.parse().ok()?,
        };
        (name.to_string() == text).then_some(name)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            FileKind::Journal => "journal",
            FileKind::Snapshot => "snapshot",
            FileKind::Keys => "keys",
        };
        write!(f, "{kind}-{:08}", self.number)
    }
}

/// One file as read at the start.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Its name.
    pub name: FileName,
    /// All of its bytes.
    pub bytes: Vec<u8>,
}

/// One thing that a host does to its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Appends bytes at the offset, which is the file's present length; makes the file if the
    /// offset is 0.
    Append {
        /// The file.
        file: FileName,
        /// Where; the file's length.
        offset: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// Cuts a file off at a length (a torn last frame, or a torn snapshot that is written again).
    /// A file that is not there stays away.
    Truncate {
        /// The file.
        file: FileName,
        /// The new length.
        length: u64,
    },
    /// Replaces a file, which is not the one appended to, as a whole: whatever happens, either the
    /// old bytes are found or the new. The old ones are gone afterwards.
    Replace {
        /// The file.
        file: FileName,
        /// All of its bytes.
        bytes: Vec<u8>,
    },
    /// Removes a file, after everything before it is durable.
    Remove {
        /// The file.
        file: FileName,
    },
}

/// Writes to carry out in order; when all are durable, the host says so with the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writes {
    /// Given back to `Engine::durable`.
    pub token: u64,
    /// What to do.
    pub writes: Vec<Write>,
}

/// Bytes that the engine asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadNeeded {
    /// From which file.
    pub file: FileName,
    /// From where.
    pub offset: u64,
    /// How many bytes.
    pub length: u32,
}

/// The files that a start needs, of those of one device: the keys, the newest snapshot and every
/// journal from its number on. If that snapshot turns out damaged, ask again without it.
#[must_use]
pub fn files_to_open(present: &[FileName]) -> Vec<FileName> {
    let newest = present
        .iter()
        .filter(|name| name.kind == FileKind::Snapshot)
        .max_by_key(|name| name.number)
        .copied();
    let first_journal = newest.map_or(0, |name| name.number);
    let mut wanted: Vec<FileName> = present
        .iter()
        .filter(|name| match name.kind {
            FileKind::Keys => true,
            FileKind::Snapshot => Some(**name) == newest,
            FileKind::Journal => name.number >= first_journal,
        })
        .copied()
        .collect();
    wanted.sort_unstable();
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_nothing_else_is_a_name() {
        for name in [
            FileName::journal(7),
            FileName::snapshot(123_456_789),
            FileName::keys(0),
        ] {
            assert_eq!(FileName::parse(&name.to_string()), Some(name));
        }
        for bad in [
            "journal-7",
            "journal-",
            "x-00000001",
            "journal-0000000x",
            "",
        ] {
            assert_eq!(FileName::parse(bad), None);
        }
    }

    #[test]
    fn a_start_reads_from_the_newest_snapshot_on() {
        let present = [
            FileName::journal(0),
            FileName::journal(3),
            FileName::journal(5),
            FileName::snapshot(3),
            FileName::snapshot(5),
            FileName::keys(0),
        ];
        assert_eq!(
            files_to_open(&present),
            [
                FileName::journal(5),
                FileName::snapshot(5),
                FileName::keys(0)
            ]
        );
    }
}

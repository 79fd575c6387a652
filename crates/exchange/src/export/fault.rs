//! Why an export is not what it should be: the file in it, the place in that file, and what is
//! there. Nothing that a person wrote.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use crate::zip::Fault as ZipFault;

/// An archive that is no export, or no longer the one that was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unverified {
    /// Not an archive that this version can open.
    #[error("the archive cannot be opened")]
    Archive(#[from] ZipFault),
    /// Its seal is missing: it is no export, or was packed again by another program.
    #[error("the archive does not carry the seal of an export")]
    NoSeal,
    /// Its seal does not match: bytes changed since it was written.
    #[error("the archive was changed after it was written, or is damaged")]
    Changed,
    /// No manifest that this version reads.
    #[error("the manifest cannot be read")]
    Manifest,
    /// Written by a newer version.
    #[error("the export was written by a newer version")]
    Newer,
    /// A file is not what the manifest or the other files say.
    #[error(transparent)]
    File(#[from] Difference),
}

impl Unverified {
    /// Returns the fixed word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Archive(_) => "archive",
            Self::NoSeal => "noSeal",
            Self::Changed => "changed",
            Self::Manifest => "manifest",
            Self::Newer => "newer",
            Self::File(difference) => difference.what.code(),
        }
    }
}

/// The first place at which an export differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The file in the archive, by a name that this program gives.
    pub file: String,
    /// The row, line, task or project in it, from one; none for the file as a whole.
    pub place: Option<u64>,
    /// What is wrong there.
    pub what: What,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        if let Some(place) = self.place {
            write!(out, ", at {place}")?;
        }
        write!(out, ": {}", self.what)
    }
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum What {
    /// The manifest names it, and it is not there.
    #[error("not there")]
    Missing,
    /// It is there, and the manifest does not name it.
    #[error("not in the manifest")]
    Unlisted,
    /// Its bytes are not those that the manifest tells.
    #[error("the checksum is another")]
    Checksum,
    /// Its format is broken.
    #[error("cannot be read")]
    Form,
    /// It has another number of records than the manifest says.
    #[error("another number of records")]
    Count,
    /// A value is another than in the other files.
    #[error("says something else")]
    Differs,
    /// There is more than there should be.
    #[error("there is more than there should be")]
    TooMany,
    /// A change is not there, or stands in the wrong place.
    #[error("a change is missing, or not in its order")]
    Gap,
}

impl What {
    fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unlisted => "unlisted",
            Self::Checksum => "checksum",
            Self::Form => "form",
            Self::Count => "count",
            Self::Differs => "differs",
            Self::TooMany => "tooMany",
            Self::Gap => "gap",
        }
    }
}

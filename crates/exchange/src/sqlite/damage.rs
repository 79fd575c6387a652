//! What is wrong with a database file, and where.

use std::fmt;

use thiserror::Error;

/// A place in a database file that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The page, counted from one; zero for the file as a whole.
    pub page: u32,
    /// The cell of the page, counted from zero, where it is one.
    pub cell: Option<u16>,
    /// What is wrong there.
    pub wrong: Wrong,
}

impl Damage {
    pub(super) fn file(wrong: Wrong) -> Self {
        Self::at(0, wrong)
    }

    pub(super) fn at(page: u32, wrong: Wrong) -> Self {
        Self {
            page,
            cell: None,
            wrong,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.page, self.cell) {
            (0, _) => write!(out, "{}", self.wrong),
            (page, None) => write!(out, "page {page}: {}", self.wrong),
            (page, Some(cell)) => write!(out, "page {page}, cell {cell}: {}", self.wrong),
        }
    }
}

impl std::error::Error for Damage {}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Wrong {
    /// Does not begin as a database does.
    #[error("not a database")]
    NotADatabase,
    /// The header names a size, an encoding or a version that does not exist.
    #[error("the header is damaged")]
    Header,
    /// Of a release of the format that is not known here.
    #[error("of a newer release of the format")]
    NewerFormat,
    /// Shorter than the header says, or not of whole pages.
    #[error("the file is cut short")]
    CutShort,
    /// A page is named that the file does not have.
    #[error("names a page that is not there")]
    NoSuchPage,
    /// A page stands in the table twice, or in a circle.
    #[error("the page was read already")]
    PageTwice,
    /// Not a page of a table with row ids.
    #[error("not a page of a table")]
    NotATablePage,
    /// Pages below pages, deeper than any database.
    #[error("pages nest too deep")]
    TooDeep,
    /// A cell begins or ends outside its page, or over another.
    #[error("a cell lies outside its place")]
    Cell,
    /// A row id does not rise.
    #[error("rows are out of order")]
    Order,
    /// A record's own lengths do not agree.
    #[error("the record is damaged")]
    Record,
    /// A record goes on in pages that end too early or too late.
    #[error("what a record goes on in is damaged")]
    Overflow,
    /// More tables than any product has.
    #[error("too many tables")]
    TooManyTables,
    /// The text that defines a table is not understood.
    #[error("the definition of a table is not understood")]
    Definition,
}

//! Why the store could not do what it was asked. Nothing of what is stored appears here.

use thiserror::Error;

/// What can go wrong between a request and the disk.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The disk, or the space set aside for the database, is full. Nothing of the refused work was kept.
    #[error("disk is full")]
    DiskFull,
    /// The database was written by a release whose schema this one cannot read. The file was not touched.
    #[error(
        "database needs a newer release (schema {found}, readable from {oldest_reader}; this release has {ours})"
    )]
    Newer {
        /// Schema of the file.
        found: u32,
        /// Oldest schema whose release may open the file.
        oldest_reader: u32,
        /// Newest schema of this release.
        ours: u32,
    },
    /// The file is a database of something else.
    #[error("file is not a LifeOS database")]
    Foreign,
    /// Another process has the data folder open.
    #[error("data folder is in use by another process")]
    InUse,
    /// A reader still holds what was replaced, so that it rests in the journal: to be asked again.
    #[error("replaced bytes are still being read")]
    StillRead,
    /// A stored value does not have the form that its column promises.
    #[error("stored {0} is damaged")]
    Damaged(&'static str),
    /// The work shared a transaction that failed; nothing of it was kept, and it may be tried again.
    #[error("transaction was undone")]
    Undone,
    /// The committer has stopped, as it does at shutdown.
    #[error("store is closing")]
    Closing,
    /// A file of the data folder could not be read or written.
    #[error("data folder could not be read or written")]
    Io(#[from] std::io::Error),
    /// Anything else that SQLite said.
    #[error("database refused")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // Extended codes carry the primary code in their low byte; 13 is SQLITE_FULL.
        let full = error
            .as_database_error()
            .and_then(|database| database.code())
            .and_then(|code| code.parse::<u32>().ok())
            .is_some_and(|code| code & 0xff == 13);
        if full {
            Self::DiskFull
        } else {
            Self::Database(error)
        }
    }
}

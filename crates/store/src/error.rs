//! Why the store could not do what it was asked. Nothing of what is stored appears here.

use sqlx::postgres::PgDatabaseError;
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
    /// The folder belongs to a store of the other kind: a fresh one beside it would look as if
    /// everything were lost.
    #[error("data folder belongs to a store that is kept elsewhere (SQLite or PostgreSQL)")]
    Elsewhere,
    /// The URL of the database is not taken; says why without repeating it.
    #[error("address of the database is not taken: {0}")]
    Address(&'static str),
    /// The database would acknowledge what a power cut takes back.
    #[error("database does not wait for its disk (synchronous_commit and fsync must be on)")]
    NotDurable,
    /// The database cannot be reached, or was lost on the way: whether the work was kept is not
    /// known, and the same may be asked again.
    #[error(
        "database cannot be reached: it is not running, is not at this address, or takes nobody more"
    )]
    Unreachable,
    /// The server of the database is not who it should be, or speaks no TLS; or what is shown to it
    /// is no certificate with its key.
    #[error(
        "connection to the database could not be secured: its server speaks no TLS, or shows no \
         certificate for its host of an authority that is public or in sslrootcert; or sslcert and \
         sslkey are no certificate and its key"
    )]
    Unsecured,
    /// PostgreSQL refused; only its code is told, for its words may name who connects to what.
    #[error("database refused (SQLSTATE {code}){remedy}", code = .0, remedy = remedy(.0))]
    Refused(String),
    /// Anything else that SQLite said.
    #[error("database refused")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let database = match &error {
            sqlx::Error::Database(database) => database,
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => return Self::Unreachable,
            sqlx::Error::Tls(_) | sqlx::Error::Configuration(_) => return Self::Unsecured,
            _ => return Self::Database(error),
        };
        let code = database.code().unwrap_or_default();
        if let Some(refused) = database.try_downcast_ref::<PgDatabaseError>() {
            return Self::of_postgres(refused.code());
        }
        // Extended codes carry the primary code in their low byte; 13 is SQLITE_FULL.
        let full = code.parse::<u32>().is_ok_and(|code| code & 0xff == 13);
        if full {
            Self::DiskFull
        } else {
            Self::Database(error)
        }
    }
}

impl StoreError {
    /// Whether another program held the database for longer than is waited for.
    pub(crate) fn is_busy(&self) -> bool {
        let Self::Database(sqlx::Error::Database(database)) = self else {
            return false;
        };
        // 5 is SQLITE_BUSY, 6 is SQLITE_LOCKED.
        let code = database.code().unwrap_or_default();
        code.parse::<u32>()
            .is_ok_and(|code| matches!(code & 0xff, 5 | 6))
    }

    fn of_postgres(code: &str) -> Self {
        match code {
            "53100" => Self::DiskFull,
            // Too many connections; ended by its administrator, crashed, starting, gone.
            "53300" | "57P01" | "57P02" | "57P03" => Self::Unreachable,
            _ if code.starts_with("08") => Self::Unreachable,
            _ => Self::Refused(code.to_owned()),
        }
    }
}

/// What is to be put right where whoever runs the box can do so.
fn remedy(code: &str) -> &'static str {
    match code {
        "28000" | "28P01" => {
            ": role or password are not the server's, or it lets nobody in from here"
        }
        "3D000" => ": there is no database of that name",
        "42501" => ": the role must own its database",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_postgresql_says_is_told_by_its_code_alone() {
        for (code, told) in [
            ("53100", "disk is full"),
            ("57P03", "database cannot be reached"),
            ("08006", "database cannot be reached"),
            (
                "28P01",
                "database refused (SQLSTATE 28P01): role or password",
            ),
            (
                "3D000",
                "database refused (SQLSTATE 3D000): there is no database",
            ),
            (
                "42501",
                "database refused (SQLSTATE 42501): the role must own",
            ),
            ("42P01", "database refused (SQLSTATE 42P01)"),
        ] {
            let said = StoreError::of_postgres(code).to_string();
            assert!(said.starts_with(told), "{said}");
        }
    }
}

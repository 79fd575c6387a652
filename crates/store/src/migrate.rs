//! The shape of the database, grown only by adding: release N opens what N+1 wrote.
//!
//! Each kind of database keeps beside its tables which schema it has and the oldest schema whose
//! release may open it, and sets a copy aside before each migration; the last three are kept.

use crate::error::StoreError;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Schema after this step; ascending from 1 without gaps.
    pub schema: u32,
    /// Oldest schema whose release can still read and write a database of this schema.
    pub oldest_reader: u32,
    /// What is added in SQLite. Nothing is renamed, dropped or given another meaning.
    pub sqlite: &'static str,
    /// The same in PostgreSQL.
    pub postgres: &'static str,
}

/// The steps of this release.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        schema: 1,
        oldest_reader: 1,
        sqlite: include_str!("../migrations/sqlite/0001.sql"),
        postgres: include_str!("../migrations/postgres/0001.sql"),
    },
    Migration {
        schema: 2,
        oldest_reader: 1,
        sqlite: include_str!("../migrations/sqlite/0002.sql"),
        postgres: include_str!("../migrations/postgres/0002.sql"),
    },
    Migration {
        schema: 3,
        oldest_reader: 1,
        sqlite: include_str!("../migrations/sqlite/0003.sql"),
        postgres: include_str!("../migrations/postgres/0003.sql"),
    },
];

/// Copies that are kept.
pub(crate) const COPIES_KEPT: usize = 3;

/// Returns the newest schema of these migrations.
pub(crate) fn newest(migrations: &[Migration]) -> u32 {
    migrations.last().map_or(0, |step| step.schema)
}

/// Returns the steps that a database of this schema has not taken yet.
pub(crate) fn pending(migrations: &[Migration], found: u32) -> Vec<&Migration> {
    let is_later = |step: &&Migration| step.schema > found;
    migrations.iter().filter(is_later).collect()
}

/// Refuses a database that these migrations' release cannot read.
pub(crate) fn judge(
    found: u32,
    oldest_reader: u32,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let ours = newest(migrations);
    if oldest_reader > ours {
        return Err(StoreError::Newer {
            found,
            oldest_reader,
            ours,
        });
    }
    Ok(())
}

/// Refuses a database that is not up to date, where nothing may be brought up.
pub(crate) fn judge_ready(found: u32, migrations: &[Migration]) -> Result<(), StoreError> {
    if found < newest(migrations) {
        return Err(StoreError::Damaged(
            "schema: start `lifeos serve` once to bring it up to date",
        ));
    }
    Ok(())
}

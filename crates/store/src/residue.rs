//! Old bytes that must be gone from the disk, not only from the tables: what was replaced, and the
//! mark that says so until it is gone. How it goes is each database's own.

use crate::connection::Connection;
use crate::error::StoreError;
use crate::sql;

/// What is to be gone, and the mark that outlives a stop in between.
pub(crate) struct Residue {
    pub(crate) mark: Option<String>,
    pub(crate) bodies: Vec<Vec<u8>>,
}

impl Residue {
    /// Nothing of one's own: whatever others left marked.
    pub(crate) fn none() -> Self {
        Self {
            mark: None,
            bodies: Vec::new(),
        }
    }

    /// Marks in the same transaction what is being replaced: `place` names it, `bodies` are the old
    /// bytes.
    pub(crate) async fn mark(
        connection: &mut Connection,
        place: i64,
        bodies: Vec<Vec<u8>>,
    ) -> Result<Self, StoreError> {
        let mark = format!("residue {place}");
        sql::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(mark.as_str())
        .bind(place.to_be_bytes().as_slice())
        .execute(connection)
        .await?;
        Ok(Self {
            mark: Some(mark),
            bodies,
        })
    }
}

/// Returns what is marked.
pub(crate) async fn marks(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let rows = sql::query("SELECT name FROM settings WHERE name LIKE 'residue %'")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
}

/// Takes a mark away: what it names is gone.
pub(crate) async fn unmark(connection: &mut Connection, mark: &str) -> Result<(), StoreError> {
    sql::query("DELETE FROM settings WHERE name = $1")
        .bind(mark)
        .execute(connection)
        .await?;
    Ok(())
}

//! Old bytes in PostgreSQL: where a body was replaced, the old one stays in its page until a vacuum,
//! and in the files for as long as the page is not written over. So the table is written anew, in the
//! transaction that takes the marks away; the old files go when it commits.
//!
//! `VACUUM (FULL)` would carry along what some older view of the database may still see (a backup
//! that runs, a forgotten session). A change of a column's type writes only what stands now.
//!
//! What this cannot reach is said in the threat model: the write-ahead log, and the operator's
//! backups and replicas.

use crate::connection::Connection;
use crate::error::StoreError;
use crate::postgres::BEGIN;
use crate::residue::{marks, unmark};

/// Writes the table anew where anything is marked. Runs outside of a transaction, alone with the
/// writing connection.
pub(crate) async fn clear(connection: &mut Connection) -> Result<(), StoreError> {
    if marks(connection).await?.is_empty() {
        return Ok(());
    }
    connection.order(BEGIN).await?;
    let outcome = write_anew(connection).await;
    if outcome.is_err() {
        drop(connection.order("ROLLBACK").await);
    }
    outcome
}

/// Ends what a stop interrupted.
pub(crate) async fn finish_interrupted(connection: &mut Connection) -> Result<(), StoreError> {
    clear(connection).await
}

async fn write_anew(connection: &mut Connection) -> Result<(), StoreError> {
    // Whoever reads the table for long is not waited for: all others would wait behind.
    connection.order("SET LOCAL lock_timeout = '5s'").await?;
    connection
        .order(
            "ALTER TABLE bodies ALTER COLUMN body TYPE BYTEA USING substring(body FROM 1),
             ALTER COLUMN body SET STORAGE EXTERNAL",
        )
        .await
        .map_err(still_read)?;
    for mark in marks(connection).await? {
        unmark(connection, &mark).await?;
    }
    connection.order("COMMIT").await?;
    Ok(())
}

fn still_read(error: sqlx::Error) -> StoreError {
    // 55P03: the lock was not to be had in time.
    let code = error.as_database_error().and_then(|error| error.code());
    if code.as_deref() == Some("55P03") {
        StoreError::StillRead
    } else {
        error.into()
    }
}

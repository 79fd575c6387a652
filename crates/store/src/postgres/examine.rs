//! What PostgreSQL says of its own tables.

use sqlx::{PgConnection, Row};

use crate::error::StoreError;

/// Returns the names of the triggers that there are and that run.
pub(crate) async fn triggers(connection: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT t.tgname::text AS name FROM pg_catalog.pg_trigger t
         JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'lifeos' AND NOT t.tgisinternal AND t.tgenabled <> 'D'",
    )
    .fetch_all(connection)
    .await?;
    let name = |row: &sqlx::postgres::PgRow| Ok(row.try_get("name")?);
    rows.iter().map(name).collect()
}

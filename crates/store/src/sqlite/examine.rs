//! What SQLite says of its own file.

use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;

/// Returns one line for each thing that was looked at: nothing where it is whole, else what is wrong.
/// SQLite's words name tables and numbers of pages and rows.
pub(crate) async fn whole(
    connection: &mut SqliteConnection,
) -> Result<Vec<Option<String>>, StoreError> {
    let rows = sqlx::query("SELECT integrity_check AS said FROM pragma_integrity_check")
        .fetch_all(&mut *connection)
        .await?;
    let mut said = Vec::new();
    for row in &rows {
        let line: String = row.try_get("said")?;
        said.push((line != "ok").then_some(line));
    }
    let rows = sqlx::query("SELECT [table] AS said FROM pragma_foreign_key_check LIMIT 100")
        .fetch_all(connection)
        .await?;
    for row in &rows {
        let table: String = row.try_get("said")?;
        said.push(Some(format!("a row of {table} leads nowhere")));
    }
    Ok(said)
}

/// Returns the names of the triggers that there are.
pub(crate) async fn triggers(connection: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .fetch_all(connection)
        .await?;
    let name = |row: &sqlx::sqlite::SqliteRow| Ok(row.try_get("name")?);
    rows.iter().map(name).collect()
}

//! Migrating a database of PostgreSQL.
//!
//! All is in one schema, `lifeos`, whose table `schema_version` says which schema it has and the
//! oldest one whose release may open it. Before a migration a copy of every table is set aside in a
//! schema of its own (`before_<time>_schema_<number>`), in the transaction that migrates: there is
//! the copy and the new schema, or neither.

use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::error::StoreError;
use crate::migrate::{COPIES_KEPT, Migration, judge, judge_ready, pending};
use crate::postgres::BEGIN;

/// Refuses a database that is not exactly ready for these migrations' release.
pub(crate) async fn check(
    connection: &mut PgConnection,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let (found, oldest_reader) = version(connection).await?.ok_or(StoreError::Foreign)?;
    judge(found, oldest_reader, migrations)?;
    judge_ready(found, migrations)
}

/// Refuses a database that is not the one of before: it was emptied or exchanged meanwhile.
pub(crate) async fn check_still(
    connection: &mut PgConnection,
    schema: u32,
) -> Result<(), StoreError> {
    let (found, oldest_reader) = version(connection).await?.ok_or(StoreError::Foreign)?;
    if found < schema {
        return Err(StoreError::Foreign);
    }
    if oldest_reader > schema {
        return Err(StoreError::Newer {
            found,
            oldest_reader,
            ours: schema,
        });
    }
    Ok(())
}

/// Brings a database to the newest of `migrations`, after setting a copy aside.
pub(crate) async fn migrate(
    connection: &mut PgConnection,
    migrations: &[Migration],
    now_ms: u64,
) -> Result<(), StoreError> {
    let found = match version(connection).await? {
        Some((found, oldest_reader)) => {
            judge(found, oldest_reader, migrations)?;
            found
        }
        None if holds_anything(connection).await? => return Err(StoreError::Foreign),
        None => 0,
    };
    let pending = pending(migrations, found);
    if pending.is_empty() {
        return Ok(());
    }
    order(connection, BEGIN).await?;
    let outcome = take_steps(connection, found, &pending, now_ms).await;
    if outcome.is_err() {
        drop(order(connection, "ROLLBACK").await);
    }
    outcome
}

async fn take_steps(
    connection: &mut PgConnection,
    found: u32,
    pending: &[&Migration],
    now_ms: u64,
) -> Result<(), StoreError> {
    if found > 0 {
        set_aside(connection, found, now_ms).await?;
    } else {
        let row = sqlx::query("SELECT to_regnamespace('lifeos') IS NULL AS missing")
            .fetch_one(&mut *connection)
            .await?;
        if row.try_get("missing")? {
            order(connection, "CREATE SCHEMA lifeos").await?;
        }
    }
    for step in pending {
        sqlx::raw_sql(step.postgres)
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "INSERT INTO schema_version (one, schema, oldest_reader) VALUES (1, $1, $2)
             ON CONFLICT (one) DO UPDATE
             SET schema = excluded.schema, oldest_reader = excluded.oldest_reader",
        )
        .bind(i64::from(step.schema))
        .bind(i64::from(step.oldest_reader))
        .execute(&mut *connection)
        .await?;
    }
    order(connection, "COMMIT").await
}

/// Returns the schema of the database and the oldest that may open it; nothing if it is not ours.
async fn version(connection: &mut PgConnection) -> Result<Option<(u32, u32)>, StoreError> {
    let known = sqlx::query("SELECT to_regclass('lifeos.schema_version') IS NOT NULL AS known")
        .fetch_one(&mut *connection)
        .await?;
    if !known.try_get::<bool, _>("known")? {
        return Ok(None);
    }
    let row = sqlx::query("SELECT schema, oldest_reader FROM schema_version")
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let number = |column| -> Result<u32, StoreError> {
        u32::try_from(row.try_get::<i64, _>(column)?).map_err(|_| StoreError::Foreign)
    };
    Ok(Some((number("schema")?, number("oldest_reader")?)))
}

/// Whether the database holds tables, views or sequences that no extension brought.
async fn holds_anything(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
             AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg!_%' ESCAPE '!'
             AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                 WHERE d.objid = c.oid AND d.deptype = 'e')) AS anything",
    )
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("anything")?)
}

async fn set_aside(
    connection: &mut PgConnection,
    found: u32,
    now_ms: u64,
) -> Result<(), StoreError> {
    let copy = format!("before_{now_ms:015}_schema_{found}");
    run_made(connection, &format!("CREATE SCHEMA {copy}")).await?;
    let tables = sqlx::query(
        "SELECT quote_ident(tablename) AS quoted FROM pg_catalog.pg_tables
         WHERE schemaname = 'lifeos' ORDER BY tablename",
    )
    .fetch_all(&mut *connection)
    .await?;
    for table in &tables {
        let table: String = table.try_get("quoted")?;
        let text = format!("CREATE TABLE {copy}.{table} AS TABLE lifeos.{table}");
        run_made(connection, &text).await?;
    }
    let copies = sqlx::query(
        "SELECT quote_ident(nspname) AS quoted FROM pg_catalog.pg_namespace
         WHERE nspname ~ '^before_[0-9]{15}_schema_[0-9]+$' ORDER BY nspname DESC",
    )
    .fetch_all(&mut *connection)
    .await?;
    for copy in copies.iter().skip(COPIES_KEPT) {
        let copy: String = copy.try_get("quoted")?;
        run_made(connection, &format!("DROP SCHEMA {copy} CASCADE")).await?;
    }
    Ok(())
}

async fn order(connection: &mut PgConnection, text: &'static str) -> Result<(), StoreError> {
    sqlx::raw_sql(text).execute(connection).await?;
    Ok(())
}

/// Runs a text made of numbers and of names that the database itself has quoted.
async fn run_made(connection: &mut PgConnection, text: &str) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(text))
        .execute(connection)
        .await?;
    Ok(())
}

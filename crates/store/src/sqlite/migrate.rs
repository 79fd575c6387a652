//! Migrating a file of SQLite.
//!
//! The file's own header says its schema (`user_version`) and the oldest schema whose release may
//! open it (low half of `application_id`), so a file that is too new is refused without opening it.
//! Before each migration a whole copy is set aside in a file of its own.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use crate::error::StoreError;
use crate::migrate::{self as steps, COPIES_KEPT, Migration, judge_ready, pending};

/// "LO" in the high half of the application id.
const APPLICATION: u32 = 0x4c4f_0000;

/// Refuses a database that these migrations cannot read, from its header alone: nothing is opened,
/// created or written.
pub(crate) fn check_header(file: &Path, migrations: &[Migration]) -> Result<(), StoreError> {
    let mut header = Vec::with_capacity(100);
    match fs::File::open(file) {
        Ok(opened) => opened.take(100).read_to_end(&mut header)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if header.is_empty() {
        return Ok(());
    }
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return Err(StoreError::Foreign);
    }
    judge(word(&header, 60), word(&header, 68), migrations)
}

/// Refuses an open database that is not exactly ready for these migrations' release.
pub(crate) async fn check(
    connection: &mut SqliteConnection,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let found = pragma(connection, "PRAGMA user_version").await?;
    let application = pragma(connection, "PRAGMA application_id").await?;
    judge(found, application, migrations)?;
    judge_ready(found, migrations)
}

/// Brings an open database to the newest of `migrations`, after setting a copy aside.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    folder: &Path,
    migrations: &[Migration],
    now_ms: u64,
) -> Result<(), StoreError> {
    let found = pragma(connection, "PRAGMA user_version").await?;
    let application = pragma(connection, "PRAGMA application_id").await?;
    // The header may lag behind the journal; what counts is said here.
    judge(found, application, migrations)?;
    let pending = pending(migrations, found);
    if pending.is_empty() {
        return Ok(());
    }
    if found == 0 && pragma(connection, "SELECT count(*) FROM sqlite_schema").await? > 0 {
        return Err(StoreError::Foreign);
    }
    if found > 0 {
        set_aside(connection, folder, found, now_ms).await?;
    }
    for step in pending {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::raw_sql(step.sqlite)
            .execute(&mut *transaction)
            .await?;
        let mark = format!(
            "PRAGMA user_version = {}; PRAGMA application_id = {};",
            step.schema,
            APPLICATION | step.oldest_reader
        );
        // Only numbers of this file enter the text.
        sqlx::raw_sql(AssertSqlSafe(mark))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    // So that the header in the file itself tells an older release what it would open.
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut *connection)
        .await?;
    Ok(())
}

fn judge(found: u32, application: u32, migrations: &[Migration]) -> Result<(), StoreError> {
    if application == 0 && found == 0 {
        return Ok(());
    }
    if application & 0xffff_0000 != APPLICATION {
        return Err(StoreError::Foreign);
    }
    steps::judge(found, application & 0xffff, migrations)
}

async fn pragma(connection: &mut SqliteConnection, sql: &'static str) -> Result<u32, StoreError> {
    let row = sqlx::query(sql).fetch_one(connection).await?;
    u32::try_from(row.try_get::<i64, _>(0)?).map_err(|_| StoreError::Foreign)
}

async fn set_aside(
    connection: &mut SqliteConnection,
    folder: &Path,
    found: u32,
    now_ms: u64,
) -> Result<(), StoreError> {
    let backups = folder.join("before-migrations");
    fs::create_dir_all(&backups)?;
    let copy = backups.join(format!("{now_ms:015}-schema-{found}.sqlite"));
    let target = copy
        .to_str()
        .ok_or(StoreError::Damaged("path of the data folder"))?;
    sqlx::query("VACUUM INTO $1")
        .bind(target)
        .execute(connection)
        .await?;
    fs::File::open(&copy)?.sync_all()?;
    let mut copies = copies_in(&backups)?;
    while copies.len() > COPIES_KEPT {
        fs::remove_file(copies.remove(0))?;
    }
    Ok(())
}

fn copies_in(backups: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(backups)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "sqlite")
        {
            copies.push(path);
        }
    }
    copies.sort();
    Ok(copies)
}

fn word(header: &[u8], at: usize) -> u32 {
    header[at..at + 4]
        .iter()
        .fold(0, |value, byte| value << 8 | u32::from(*byte))
}

//! The store in a file of SQLite: the connections and their settings.

pub(crate) mod examine;
pub(crate) mod migrate;
pub(crate) mod residue;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use crate::connection::{Connection, Held, Readers};
use crate::error::StoreError;
use crate::migrate::Migration;
use crate::open::READERS;

const DATABASE: &str = "lifeos.sqlite";
/// Wide enough that the sealed bodies of a page waste little; chosen once, when the file is made.
const PAGE_SIZE_BYTES: u32 = 8192;

/// Returns the database file of a data folder.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

/// Opens the file of a data folder. With `migrating`, it is made where it is missing and brought to
/// the newest of `migrations` at that wall clock; without, it is opened beside its server.
pub(crate) async fn open(
    folder: &Path,
    migrations: &[Migration],
    migrating: Option<u64>,
) -> Result<(Connection, Readers), StoreError> {
    let file = file(folder);
    migrate::check_header(&file, migrations)?;
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(migrating.is_some())
        .page_size(PAGE_SIZE_BYTES)
        .auto_vacuum(SqliteAutoVacuum::None)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "MEMORY")
        .pragma("secure_delete", "ON")
        .disable_statement_logging();
    let mut writer = options
        .clone()
        .pragma("cache_size", "-2000")
        .connect()
        .await?;
    if let Some(now_ms) = migrating {
        migrate::migrate(&mut writer, folder, migrations, now_ms).await?;
    } else {
        migrate::check(&mut writer, migrations).await?;
    }
    let mut writer = Connection::Sqlite(Box::new(Held::Own(writer)));
    if migrating.is_some() {
        residue::finish_interrupted(&mut writer).await?;
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(0)
        .idle_timeout(Duration::from_secs(60))
        .connect_lazy_with(
            options
                .pragma("cache_size", "-500")
                .pragma("query_only", "ON"),
        );
    Ok((writer, Readers::Sqlite(readers)))
}

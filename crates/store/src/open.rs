//! Opening and closing the data folder: the lock, the connections and their settings.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::committer::Committer;
use crate::error::StoreError;
use crate::log_cache::LogCache;
use crate::migrate::{self, MIGRATIONS, Migration};
use crate::residue;

const DATABASE: &str = "lifeos.sqlite";
const LOCK: &str = "lifeos.lock";
const READERS: u32 = 4;
/// Wide enough that the sealed bodies of a page waste little; chosen once, when the file is made.
const PAGE_SIZE_BYTES: u32 = 8192;

/// The box's sealed log, accounts and sessions. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) readers: SqlitePool,
    pub(crate) committer: Committer,
    pub(crate) logs: Arc<LogCache>,
    closing: Arc<Mutex<Option<JoinHandle<()>>>>,
    folder: Arc<PathBuf>,
    _lock: Arc<Option<fs::File>>,
}

impl Store {
    /// Opens the data folder for serving, making it where it is missing, and brings its database to
    /// this release's schema. `now_ms` is the wall clock in milliseconds since 1970.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process serves from the folder; [`StoreError::Newer`] and
    /// [`StoreError::Foreign`] leave the file untouched.
    pub async fn open(folder: &Path, now_ms: u64) -> Result<Self, StoreError> {
        Self::open_with(folder, now_ms, MIGRATIONS).await
    }

    /// As [`Store::open`], with other steps than this release's: for tests of the way to the next
    /// release and back.
    #[doc(hidden)]
    pub async fn open_with(
        folder: &Path,
        now_ms: u64,
        migrations: &[Migration],
    ) -> Result<Self, StoreError> {
        make_private_folder(folder)?;
        let lock = fs::File::create(folder.join(LOCK))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => StoreError::InUse,
            fs::TryLockError::Error(error) => StoreError::Io(error),
        })?;
        Self::connect(folder, now_ms, migrations, Some(lock)).await
    }

    /// Opens a folder beside the process that serves from it, for single acts of administration.
    /// Never migrates.
    ///
    /// # Errors
    /// As [`Store::open`], except that a folder in use is no error; [`StoreError::Foreign`] also
    /// where there is no database yet.
    pub async fn open_beside(folder: &Path) -> Result<Self, StoreError> {
        if !folder.join(DATABASE).exists() {
            return Err(StoreError::Foreign);
        }
        Self::connect(folder, 0, MIGRATIONS, None).await
    }

    async fn connect(
        folder: &Path,
        now_ms: u64,
        migrations: &[Migration],
        lock: Option<fs::File>,
    ) -> Result<Self, StoreError> {
        let file = folder.join(DATABASE);
        migrate::check_header(&file, migrations)?;
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(lock.is_some())
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
        if lock.is_some() {
            migrate::migrate(&mut writer, folder, migrations, now_ms).await?;
            residue::finish_interrupted(&mut writer).await?;
        } else {
            migrate::check(&mut writer, migrations).await?;
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
        let (committer, task) = Committer::start(writer, file);
        Ok(Self {
            readers,
            committer,
            logs: Arc::default(),
            closing: Arc::new(Mutex::new(Some(task))),
            folder: Arc::new(folder.to_path_buf()),
            _lock: Arc::new(lock),
        })
    }

    /// Bounds the database file, as a full disk would: for tests of what happens then.
    #[doc(hidden)]
    pub async fn limit_pages_for_tests(&self, pages: u32) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    // Only a number enters the text; SQLite never goes below what is in use.
                    let sql = format!("PRAGMA max_page_count = {pages}");
                    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
                        .execute(connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends: what was accepted is written, the readers go. Work handed in later is refused.
    pub async fn close(self) {
        let Self {
            readers,
            committer,
            closing,
            ..
        } = self;
        let task = closing.lock().await.take();
        committer.stop();
        drop(committer);
        if let Some(task) = task {
            drop(task.await);
        }
        readers.close().await;
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

fn make_private_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    Ok(())
}

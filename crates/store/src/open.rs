//! Opening and closing the data folder: the lock, and where what is stored is kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::committer::{Committer, Home};
use crate::connection::{Connection, Readers};
use crate::error::StoreError;
use crate::log_cache::LogCache;
use crate::migrate::{MIGRATIONS, Migration, newest};
use crate::postgres::address::DatabaseUrl;
use crate::{postgres, sqlite};

const LOCK: &str = "lifeos.lock";
/// Says that what the folder belongs to is in PostgreSQL, so that no fresh start is made beside it.
const ELSEWHERE: &str = "lifeos.postgresql";
pub(crate) const READERS: u32 = 4;

/// The box's sealed log, accounts and sessions. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) readers: Readers,
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
        Self::open_on(folder, None, now_ms).await
    }

    /// As [`Store::open`], with what is stored in PostgreSQL where `database` names one: the folder
    /// then keeps only what else belongs to the box.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Elsewhere`], [`StoreError::NotDurable`],
    /// [`StoreError::Unreachable`].
    pub async fn open_on(
        folder: &Path,
        database: Option<&DatabaseUrl>,
        now_ms: u64,
    ) -> Result<Self, StoreError> {
        Self::open_with(folder, database, now_ms, MIGRATIONS).await
    }

    /// As [`Store::open_on`], with other steps than this release's: for tests of the way to the next
    /// release and back.
    #[doc(hidden)]
    pub async fn open_with(
        folder: &Path,
        database: Option<&DatabaseUrl>,
        now_ms: u64,
        migrations: &[Migration],
    ) -> Result<Self, StoreError> {
        make_private_folder(folder)?;
        let lock = fs::File::create(folder.join(LOCK))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => StoreError::InUse,
            fs::TryLockError::Error(error) => StoreError::Io(error),
        })?;
        Self::connect(folder, database, migrations, Some((lock, now_ms))).await
    }

    /// Opens a folder beside the process that serves from it, for single acts of administration.
    /// Never migrates.
    ///
    /// # Errors
    /// As [`Store::open_on`], except that a folder in use is no error; [`StoreError::Foreign`] also
    /// where there is no database yet.
    pub async fn open_beside(
        folder: &Path,
        database: Option<&DatabaseUrl>,
    ) -> Result<Self, StoreError> {
        if database.is_none() && !folder.join(ELSEWHERE).exists() && !sqlite::file(folder).exists()
        {
            return Err(StoreError::Foreign);
        }
        Self::connect(folder, database, MIGRATIONS, None).await
    }

    async fn connect(
        folder: &Path,
        database: Option<&DatabaseUrl>,
        migrations: &[Migration],
        serving: Option<(fs::File, u64)>,
    ) -> Result<Self, StoreError> {
        let (lock, migrating) = serving.unzip();
        let (there, elsewhere) = (sqlite::file(folder), folder.join(ELSEWHERE));
        let ((writer, readers), home) = match database {
            None if elsewhere.exists() => return Err(StoreError::Elsewhere),
            None => (
                sqlite::open(folder, migrations, migrating).await?,
                Home::File(there),
            ),
            Some(_) if there.exists() => return Err(StoreError::Elsewhere),
            Some(url) => {
                let opened = postgres::open(url, migrations, migrating).await?;
                if lock.is_some() {
                    fs::write(elsewhere, "")?;
                }
                let home = Home::Server {
                    url: Box::new(url.clone()),
                    schema: newest(migrations),
                    serving: lock.is_some(),
                };
                (opened, home)
            }
        };
        let (committer, task) = Committer::start(writer, home);
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
                    if let Connection::Sqlite(held) = connection {
                        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
                            .execute(held.get())
                            .await?;
                    }
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

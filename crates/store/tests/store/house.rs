//! A data folder with a file of SQLite in it, and the way to the file beside the store.

use std::fs;

use lifeos_store::{MIGRATIONS, Migration, Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};
use tempfile::TempDir;

pub(crate) struct House {
    pub(crate) folder: TempDir,
}

impl House {
    pub(crate) fn new() -> Option<Self> {
        Some(Self {
            folder: TempDir::new().unwrap(),
        })
    }

    pub(crate) async fn open(&self) -> Result<Store, StoreError> {
        self.open_with(1, MIGRATIONS).await
    }

    pub(crate) async fn open_with(
        &self,
        now_ms: u64,
        migrations: &[Migration],
    ) -> Result<Store, StoreError> {
        Store::open_with(self.folder.path(), None, now_ms, migrations).await
    }

    pub(crate) async fn open_beside(&self) -> Result<Store, StoreError> {
        Store::open_beside(self.folder.path(), None).await
    }

    pub(crate) fn drop_trigger(&self, trigger: &str, _table: &str) -> String {
        format!("DROP TRIGGER {trigger}")
    }

    pub(crate) async fn raw(&self) -> Raw {
        let file = self.folder.path().join("lifeos.sqlite");
        let options = SqliteConnectOptions::new()
            .filename(file)
            .foreign_keys(false);
        Raw(options.connect().await.unwrap())
    }

    /// The names of the copies that were set aside, oldest first.
    pub(crate) async fn copies(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("before-migrations")) else {
            return Vec::new();
        };
        let mut copies: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        copies.sort();
        copies
    }

    /// How many ceremonies a copy holds.
    pub(crate) async fn ceremonies_in(&self, copy: &str) -> i64 {
        let file = self.folder.path().join("before-migrations").join(copy);
        let options = SqliteConnectOptions::new().filename(file);
        let mut copy = Raw(options.connect().await.unwrap());
        copy.number("SELECT count(*) FROM ceremonies").await
    }
}

pub(crate) struct Raw(SqliteConnection);

impl Raw {
    /// Runs a text and says why it was refused.
    pub(crate) async fn run(&mut self, text: &str) -> Result<u64, String> {
        // Bytes are written as PostgreSQL writes them.
        let text = text.replace("'\\x", "x'");
        let done = sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut self.0)
            .await;
        done.map(|done| done.rows_affected())
            .map_err(|error| error.to_string())
    }

    pub(crate) async fn number(&mut self, text: &'static str) -> i64 {
        let row = sqlx::query(text).fetch_one(&mut self.0).await.unwrap();
        row.try_get(0).unwrap()
    }
}

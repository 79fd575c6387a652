//! A data folder beside a PostgreSQL of its own, and the way to the database beside the store.

use lifeos_store::{MIGRATIONS, Migration, Store, StoreError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Row};
use tempfile::TempDir;

use crate::cluster::Cluster;

pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) cluster: Cluster,
}

impl House {
    pub(crate) fn new() -> Option<Self> {
        Some(Self {
            cluster: Cluster::start()?,
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
        let url = self.cluster.url();
        Store::open_with(self.folder.path(), Some(&url), now_ms, migrations).await
    }

    pub(crate) async fn open_beside(&self) -> Result<Store, StoreError> {
        Store::open_beside(self.folder.path(), Some(&self.cluster.url())).await
    }

    pub(crate) fn drop_trigger(&self, trigger: &str, table: &str) -> String {
        format!("DROP TRIGGER {trigger} ON {table}")
    }

    pub(crate) async fn raw(&self) -> Raw {
        let options: PgConnectOptions = self.cluster.address().parse().unwrap();
        // Keys that lead elsewhere are beside the point of a raw text, as they are in SQLite's.
        let options = options.options([("search_path", "lifeos")]);
        Raw(options.connect().await.unwrap())
    }

    /// The names of the copies that were set aside, oldest first.
    pub(crate) async fn copies(&self) -> Vec<String> {
        let mut raw = self.raw().await;
        let rows = sqlx::query(
            "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'before%' ORDER BY 1",
        )
        .fetch_all(&mut raw.0)
        .await
        .unwrap();
        rows.iter().map(|row| row.try_get(0).unwrap()).collect()
    }

    /// How many ceremonies a copy holds.
    pub(crate) async fn ceremonies_in(&self, copy: &str) -> i64 {
        let text = format!("SELECT count(*) FROM {copy}.ceremonies");
        let row = sqlx::query(AssertSqlSafe(text))
            .fetch_one(&mut self.raw().await.0)
            .await
            .unwrap();
        row.try_get(0).unwrap()
    }
}

pub(crate) struct Raw(pub(crate) PgConnection);

impl Raw {
    /// Runs a text and says why it was refused.
    pub(crate) async fn run(&mut self, text: &str) -> Result<u64, String> {
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

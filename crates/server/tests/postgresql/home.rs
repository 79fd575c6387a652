//! Where a box keeps what it stores: a PostgreSQL of its own, beside its data folder.

use std::path::PathBuf;

use lifeos_store::{DatabaseUrl, Store};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, Row};
use tempfile::TempDir;

use crate::cluster::Cluster;

pub(crate) struct Home {
    pub(crate) folder: TempDir,
    pub(crate) cluster: Cluster,
}

impl Home {
    pub(crate) fn new() -> Self {
        // Said aloud by the cluster; there is nothing that the test could go on with.
        let Some(cluster) = Cluster::start() else {
            std::process::exit(0)
        };
        Self {
            cluster,
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn database(&self) -> Option<DatabaseUrl> {
        Some(self.cluster.url())
    }

    /// The store, once its server has stopped.
    pub(crate) async fn store(&self) -> Store {
        let url = self.cluster.url();
        Store::open_on(self.folder.path(), Some(&url), 2)
            .await
            .unwrap()
    }

    /// The folder of the files in which what is stored rests, with all that is in memory written
    /// out. The write-ahead log is not among them.
    pub(crate) async fn files(&self) -> PathBuf {
        let mut connection = self.master().await;
        sqlx::raw_sql("CHECKPOINT")
            .execute(&mut connection)
            .await
            .unwrap();
        let text = "SELECT oid::bigint FROM pg_database WHERE datname = 'lifeos'";
        let row = sqlx::query(text).fetch_one(&mut connection).await.unwrap();
        let number: i64 = row.try_get(0).unwrap();
        self.cluster.data().join("base").join(number.to_string())
    }

    /// How many copies were set aside before migrations.
    pub(crate) async fn copies(&self) -> usize {
        let text = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'before%'";
        let row = sqlx::query(text).fetch_one(&mut self.master().await).await;
        let count: i64 = row.unwrap().try_get(0).unwrap();
        usize::try_from(count).unwrap()
    }

    /// Returns once the cluster takes connections.
    pub(crate) async fn recovered(&self) {
        let options: PgConnectOptions = self.cluster.address().parse().unwrap();
        while options.connect().await.is_err() {}
    }

    /// A connection of the cluster's own role.
    pub(crate) async fn master(&self) -> PgConnection {
        let options: PgConnectOptions = self.cluster.address().parse().unwrap();
        options.username("postgres").connect().await.unwrap()
    }
}

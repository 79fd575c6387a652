//! Where a box keeps what it stores: a file of SQLite in its data folder.

use std::path::PathBuf;

use lifeos_store::{DatabaseUrl, Store};
use tempfile::TempDir;

pub(crate) struct Home {
    pub(crate) folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn database(&self) -> Option<DatabaseUrl> {
        None
    }

    /// The store, once its server has stopped.
    pub(crate) async fn store(&self) -> Store {
        Store::open(self.folder.path(), 2).await.unwrap()
    }

    /// The folder of the files in which what is stored rests.
    pub(crate) async fn files(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// How many copies were set aside before migrations.
    pub(crate) async fn copies(&self) -> usize {
        let copies = self.folder.path().join("before-migrations");
        std::fs::read_dir(copies).unwrap().count()
    }
}

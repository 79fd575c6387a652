//! What is SQLite's alone: the file itself, and a disk that is full.

use std::fs;

use lifeos_store::{Ceremony, MIGRATIONS, Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};
use tempfile::TempDir;

use crate::both::{BREAKING, LATER, OURS};

#[tokio::test]
async fn a_database_that_needs_a_newer_release_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([BREAKING]).collect();
    Store::open_with(folder.path(), None, 1, &next)
        .await
        .unwrap()
        .close()
        .await;
    let before = fs::read(folder.path().join("lifeos.sqlite")).unwrap();
    let error = Store::open(folder.path(), 2).await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Newer {
                oldest_reader: LATER,
                ours: OURS,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(
        fs::read(folder.path().join("lifeos.sqlite")).unwrap(),
        before
    );
    assert!(!folder.path().join("lifeos.sqlite-wal").exists());
}

#[tokio::test]
async fn a_file_of_something_else_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("lifeos.sqlite");
    fs::write(&file, "somebody's letters").unwrap();
    assert!(matches!(
        Store::open(folder.path(), 1).await,
        Err(StoreError::Foreign)
    ));
    assert_eq!(fs::read(&file).unwrap(), b"somebody's letters");
    fs::remove_file(&file).unwrap();
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let mut other = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE letters (id)")
        .execute(&mut other)
        .await
        .unwrap();
    other.close().await.unwrap();
    assert!(matches!(
        Store::open(folder.path(), 1).await,
        Err(StoreError::Foreign)
    ));
    let row = sqlx::query("SELECT count(*) FROM sqlite_schema")
        .fetch_one(
            &mut SqliteConnectOptions::new()
                .filename(&file)
                .connect()
                .await
                .unwrap(),
        )
        .await
        .unwrap();
    assert_eq!(row.get::<i64, _>(0), 1);
}

#[tokio::test]
async fn a_full_disk_is_named_and_what_was_kept_before_stays() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), 1).await.unwrap();
    store
        .put_ceremony([1; 16], Ceremony::Approval, vec![1], 1_000, 1)
        .await
        .unwrap();
    store.limit_pages_for_tests(1).await.unwrap();
    let large = vec![7; 4 << 20];
    let error = store
        .put_ceremony([2; 16], Ceremony::Approval, large, 1_000, 1)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    assert!(
        store
            .ceremony([1; 16], Ceremony::Approval, 1)
            .await
            .unwrap()
            .is_some()
    );
    store.limit_pages_for_tests(1 << 20).await.unwrap();
    store
        .put_ceremony([2; 16], Ceremony::Approval, vec![2], 1_000, 1)
        .await
        .unwrap();
    store.close().await;
}

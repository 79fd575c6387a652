//! The store alone: what its triggers refuse, how its schema grows, what a full disk does.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use lifeos_protocol::hash::sha256;
use lifeos_store::{Ceremony, Instance, MIGRATIONS, Migration, Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use tempfile::TempDir;

const FRESH: Instance = Instance {
    instance: lifeos_protocol::InstanceId::new([1; 16]),
    incarnation: lifeos_protocol::IncarnationId::new([2; 16]),
};

async fn raw(folder: &TempDir) -> SqliteConnection {
    let file = folder.path().join("lifeos.sqlite");
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(false)
        .connect()
        .await
        .unwrap()
}

async fn refused(connection: &mut SqliteConnection, sql: &'static str) -> String {
    sqlx::query(sql)
        .execute(connection)
        .await
        .unwrap_err()
        .to_string()
}

#[tokio::test]
async fn what_is_chained_and_signed_can_be_neither_changed_nor_deleted() {
    let folder = TempDir::new().unwrap();
    Store::open(folder.path(), 1).await.unwrap().close().await;
    let mut connection = raw(&folder).await;
    sqlx::raw_sql(
        "INSERT INTO statements VALUES (1, 1, 1, x'00');
         INSERT INTO log_statements VALUES (1, 0, x'00', zeroblob(16));
         INSERT INTO evidence VALUES (1, 1, 1, x'00', zeroblob(32), x'00', x'00', 1);
         INSERT INTO bodies VALUES (1, 1, 1, x'00');
         INSERT INTO body_authorisations VALUES (2, 0, 1, 2);
         INSERT INTO bodies VALUES (2, 1, 2, x'00');",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    for sql in [
        "UPDATE statements SET statement = x'01'",
        "DELETE FROM statements",
        "UPDATE log_statements SET statement = x'01'",
        "DELETE FROM log_statements",
        "UPDATE evidence SET refused = x'01'",
        "DELETE FROM evidence",
        "UPDATE body_authorisations SET why = 1",
        "DELETE FROM body_authorisations",
    ] {
        assert!(
            refused(&mut connection, sql).await.contains("append-only"),
            "{sql}"
        );
    }
    let kept = refused(&mut connection, "DELETE FROM bodies WHERE place = 2").await;
    assert!(kept.contains("the place of a body is kept"));
    let unsigned = refused(
        &mut connection,
        "UPDATE bodies SET body = NULL WHERE place = 1",
    )
    .await;
    assert!(unsigned.contains("signed authorisation"));
    // With an authorisation the body goes, and its place stays.
    let gone = sqlx::query("UPDATE bodies SET body = NULL WHERE place = 2");
    assert_eq!(
        gone.execute(&mut connection).await.unwrap().rows_affected(),
        1
    );
    let moved = refused(
        &mut connection,
        "UPDATE bodies SET counter = 9 WHERE place = 2",
    )
    .await;
    assert!(moved.contains("signed authorisation"));
}

const NEXT: Migration = Migration {
    schema: 2,
    oldest_reader: 1,
    sql: "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;
          ALTER TABLE accounts ADD COLUMN later INTEGER;",
};
const BREAKING: Migration = Migration {
    schema: 2,
    oldest_reader: 2,
    sql: NEXT.sql,
};

async fn count(folder: &TempDir, sql: &'static str) -> i64 {
    let mut connection = raw(folder).await;
    sqlx::query(sql)
        .fetch_one(&mut connection)
        .await
        .unwrap()
        .try_get(0)
        .unwrap()
}

#[tokio::test]
async fn this_release_opens_what_the_next_one_wrote_and_the_next_goes_on() {
    let folder = TempDir::new().unwrap();
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([NEXT]).collect();
    let put = async |store: &Store, id: u8| {
        store
            .put_ceremony([id; 16], Ceremony::Approval, vec![id], 1_000, 1)
            .await
            .unwrap();
    };
    let now = Store::open(folder.path(), 1).await.unwrap();
    put(&now, 1).await;
    now.close().await;
    let later = Store::open_with(folder.path(), 2, &next).await.unwrap();
    put(&later, 2).await;
    later.close().await;
    let back = Store::open(folder.path(), 3).await.unwrap();
    put(&back, 3).await;
    assert_eq!(back.instance(FRESH, 3).await.unwrap(), FRESH);
    back.close().await;
    let again = Store::open_with(folder.path(), 4, &next).await.unwrap();
    for id in 1..=3 {
        assert!(
            again
                .ceremony([id; 16], Ceremony::Approval, 1)
                .await
                .unwrap()
                .is_some()
        );
    }
    again.close().await;
    let copies: Vec<_> = fs::read_dir(folder.path().join("before-migrations"))
        .unwrap()
        .collect();
    assert_eq!(copies.len(), 1, "one migration, one copy");
    let copy = copies[0].as_ref().unwrap().path();
    let mut copy = SqliteConnectOptions::new()
        .filename(copy)
        .connect()
        .await
        .unwrap();
    let row = sqlx::query("SELECT count(*) FROM ceremonies")
        .fetch_one(&mut copy)
        .await
        .unwrap();
    assert_eq!(row.try_get::<i64, _>(0).unwrap(), 1);
}

#[tokio::test]
async fn only_the_last_three_copies_are_kept() {
    let folder = TempDir::new().unwrap();
    let mut steps = MIGRATIONS.to_vec();
    Store::open(folder.path(), 1).await.unwrap().close().await;
    for schema in 2..=6 {
        steps.push(Migration {
            schema,
            oldest_reader: 1,
            sql: "SELECT 1",
        });
        Store::open_with(folder.path(), schema.into(), &steps)
            .await
            .unwrap()
            .close()
            .await;
    }
    let mut copies: Vec<_> = fs::read_dir(folder.path().join("before-migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    copies.sort();
    assert_eq!(copies.len(), 3);
    assert!(copies[2].ends_with("-schema-5.sqlite"), "{copies:?}");
}

#[tokio::test]
async fn a_database_that_needs_a_newer_release_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([BREAKING]).collect();
    Store::open_with(folder.path(), 1, &next)
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
                oldest_reader: 2,
                ours: 1,
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
    assert_eq!(
        count(&folder, "SELECT count(*) FROM sqlite_schema").await,
        1
    );
}

#[tokio::test]
async fn a_data_folder_serves_one_process_at_a_time() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), 1).await.unwrap();
    assert!(matches!(
        Store::open(folder.path(), 1).await,
        Err(StoreError::InUse)
    ));
    let beside = Store::open_beside(folder.path()).await.unwrap();
    assert_eq!(beside.status().await.unwrap().accounts, 0);
    beside.close().await;
    store.close().await;
    Store::open(folder.path(), 1).await.unwrap().close().await;
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

#[tokio::test]
async fn a_ceremony_is_taken_once_and_not_after_its_end() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), 1).await.unwrap();
    store
        .put_ceremony([1; 16], Ceremony::SignIn, vec![1], 100, 1)
        .await
        .unwrap();
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::Claim, 50)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::SignIn, 50)
            .await
            .unwrap(),
        Some(vec![1])
    );
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::SignIn, 50)
            .await
            .unwrap(),
        None
    );
    store
        .put_ceremony([1; 16], Ceremony::SignIn, vec![1], 100, 1)
        .await
        .unwrap();
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::SignIn, 100)
            .await
            .unwrap(),
        None
    );
    store.close().await;
}

#[tokio::test]
async fn many_writers_lose_nothing_and_each_sees_the_one_before() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), 1).await.unwrap();
    store
        .put_ceremony([255; 16], Ceremony::Approval, vec![0], 1_000, 1)
        .await
        .unwrap();
    let mut writers = Vec::new();
    for id in 0..100 {
        let store = store.clone();
        writers.push(tokio::spawn(async move {
            store
                .put_ceremony([id; 16], Ceremony::Approval, vec![id], 1_000, 1)
                .await
                .unwrap();
            // Every turn sees the turn before it; the odd ones refuse.
            let turned = store.turn_ceremony([255; 16], Ceremony::Approval, 1, move |state| {
                if id % 2 == 1 {
                    Err(())
                } else {
                    Ok(vec![state[0] + 1])
                }
            });
            turned.await.unwrap().unwrap().is_ok()
        }));
    }
    let mut kept = 0;
    for writer in writers {
        kept += u8::from(writer.await.unwrap());
    }
    let (state, _) = store
        .ceremony([255; 16], Ceremony::Approval, 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((state[0], kept), (50, 50));
    store.close().await;
    assert_eq!(count(&folder, "SELECT count(*) FROM ceremonies").await, 101);
}

#[tokio::test]
async fn a_claim_code_is_wrong_until_it_is_set_and_after_its_time() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path(), 1).await.unwrap();
    let (right, wrong) = (sha256(b"right"), sha256(b"wrong"));
    assert!(!store.try_claim_code(Some(right), 1).await.unwrap());
    assert!(store.set_claim_code(right, 100).await.unwrap());
    assert!(!store.try_claim_code(Some(wrong), 1).await.unwrap());
    assert!(!store.try_claim_code(None, 1).await.unwrap());
    assert!(store.try_claim_code(Some(right), 99).await.unwrap());
    assert!(!store.try_claim_code(Some(right), 100).await.unwrap());
    store.close().await;
}

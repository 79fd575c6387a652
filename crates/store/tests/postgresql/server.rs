//! What is PostgreSQL's alone: whose database it is, what it must promise, and what is left of a
//! process that was killed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use lifeos_protocol::hash::sha256;
use lifeos_store::{Ceremony, MIGRATIONS, Store, StoreError};
use tempfile::TempDir;

use crate::both::{BREAKING, LATER, OURS};
use crate::cluster::Cluster;
use crate::house::House;

/// Everything that the role can see, as one number.
const SEEN: &str = "SELECT coalesce(sum(hashtext(c.oid || ':' || c.relname || ':' || c.relfilenode
    || ':' || a.attname)::bigint), 0)::bigint FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg!_%' ESCAPE '!'";

#[tokio::test]
async fn a_newer_release_s_database_is_refused_and_left_as_it_was() {
    let Some(house) = House::new() else { return };
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([BREAKING]).collect();
    house.open_with(1, &next).await.unwrap().close().await;
    let mut raw = house.raw().await;
    let before = raw.number(SEEN).await;
    let error = house.open().await.unwrap_err();
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
    assert!(house.open_beside().await.is_err());
    assert_eq!(raw.number(SEEN).await, before);
    assert!(house.copies().await.is_empty());
}

#[tokio::test]
async fn a_database_of_something_else_is_refused_and_left_as_it_was() {
    let Some(house) = House::new() else { return };
    let mut raw = house.raw().await;
    raw.run("CREATE SCHEMA letters; CREATE TABLE letters.sent (id BIGINT)")
        .await
        .unwrap();
    assert!(matches!(house.open().await, Err(StoreError::Foreign)));
    assert!(matches!(
        house.open_beside().await,
        Err(StoreError::Foreign)
    ));
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'lifeos'";
    assert_eq!(raw.number(schemas).await, 0);
}

#[tokio::test]
async fn a_step_that_fails_leaves_neither_a_copy_nor_half_a_schema() {
    let Some(house) = House::new() else { return };
    house.open().await.unwrap().close().await;
    let broken = lifeos_store::Migration {
        schema: LATER,
        oldest_reader: 1,
        sqlite: "",
        postgres: "CREATE TABLE later (id BIGINT); SELECT nothing FROM nowhere",
    };
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([broken]).collect();
    let error = house.open_with(2, &next).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Refused(code) if code == "42P01"),
        "{error:?}"
    );
    assert!(house.copies().await.is_empty());
    let later = "SELECT count(*) FROM pg_class WHERE relname = 'later'";
    assert_eq!(house.raw().await.number(later).await, 0);
    house.open().await.unwrap().close().await;
}

#[tokio::test]
async fn one_database_has_one_server_whatever_its_folder() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    let other = TempDir::new().unwrap();
    let url = house.cluster.url();
    let second = Store::open_on(other.path(), Some(&url), 1).await;
    assert!(matches!(second, Err(StoreError::InUse)), "{second:?}");
    store.close().await;
    let second = Store::open_on(other.path(), Some(&url), 1).await.unwrap();
    second.close().await;
}

#[tokio::test]
async fn a_folder_whose_store_is_elsewhere_makes_no_fresh_start() {
    let Some(house) = House::new() else { return };
    house.open().await.unwrap().close().await;
    let alone = Store::open(house.folder.path(), 1).await;
    assert!(matches!(alone, Err(StoreError::Elsewhere)), "{alone:?}");
    let folder = TempDir::new().unwrap();
    Store::open(folder.path(), 1).await.unwrap().close().await;
    let url = house.cluster.url();
    let moved = Store::open_on(folder.path(), Some(&url), 1).await;
    assert!(matches!(moved, Err(StoreError::Elsewhere)), "{moved:?}");
}

#[tokio::test]
async fn a_server_that_does_not_wait_for_its_disk_is_refused() {
    let Some(house) = House::new() else { return };
    house.cluster.cut();
    let settings = house.cluster.data().join("postgresql.auto.conf");
    fs::write(&settings, "fsync = off\n").unwrap();
    house.cluster.again();
    let error = house.open().await.unwrap_err();
    assert!(matches!(error, StoreError::NotDurable), "{error:?}");
    house.cluster.cut();
    // What the role or the database would have is overruled for every connection of the store.
    fs::write(&settings, "synchronous_commit = off\n").unwrap();
    house.cluster.again();
    let store = house.open().await.unwrap();
    let mut raw = house.raw().await;
    assert_eq!(
        raw.number("SELECT (current_setting('synchronous_commit') = 'off')::int::bigint")
            .await,
        1
    );
    store.close().await;
}

#[tokio::test]
async fn nothing_of_the_address_is_in_what_is_said_of_a_failure() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    for (from, to) in [("box@", "hunter2:hunter2@"), ("/lifeos?", "/hunter2?")] {
        let url = cluster.address().replace(from, to).parse().unwrap();
        let error = Store::open_on(folder.path(), Some(&url), 1)
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Refused(_)), "{error:?}");
        assert!(!chain(&error).contains("hunter2"), "{}", chain(&error));
    }
    let url = "postgres://hunter2@hunter2.invalid/hunter2"
        .parse()
        .unwrap();
    let error = Store::open_on(folder.path(), Some(&url), 1)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unreachable), "{error:?}");
    assert!(!chain(&error).contains("hunter2"), "{}", chain(&error));
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut said = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said} {error} {error:?}");
        cause = error.source();
    }
    said
}

/// Has many write until they are told to stop, and returns what was acknowledged to them.
struct Writers {
    stop: Arc<AtomicBool>,
    kept: Arc<Mutex<BTreeSet<u64>>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

fn id_of(number: u64) -> [u8; 16] {
    sha256(&number.to_be_bytes()).as_bytes()[..16]
        .try_into()
        .unwrap()
}

impl Writers {
    fn start(store: &Store) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let kept = Arc::new(Mutex::new(BTreeSet::new()));
        let tasks = (0..8)
            .map(|writer| {
                let (store, stop, kept) = (store.clone(), Arc::clone(&stop), Arc::clone(&kept));
                tokio::spawn(async move {
                    let mut number = writer;
                    while !stop.load(Ordering::Relaxed) {
                        number += 8;
                        let put =
                            store.put_ceremony(id_of(number), Ceremony::Approval, vec![1], 9, 1);
                        match put.await {
                            Ok(()) => drop(kept.lock().unwrap().insert(number)),
                            Err(StoreError::Unreachable | StoreError::Undone) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        Self { stop, kept, tasks }
    }

    fn count(&self) -> usize {
        self.kept.lock().unwrap().len()
    }

    async fn reach(&self, count: usize) {
        while self.count() < count {
            tokio::task::yield_now().await;
        }
    }

    async fn end(self) -> BTreeSet<u64> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
        Arc::try_unwrap(self.kept).unwrap().into_inner().unwrap()
    }
}

async fn everything_stands(store: &Store, kept: &BTreeSet<u64>) {
    for number in kept {
        let found = store.ceremony(id_of(*number), Ceremony::Approval, 1).await;
        assert!(found.unwrap().is_some(), "{number} was acknowledged");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_killed_process_and_the_store_goes_on_by_itself() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    let writers = Writers::start(&store);
    writers.reach(100).await;
    let mut raw = house.raw().await;
    // The one that writes holds the lock of whoever serves.
    let writing = "SELECT pid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND objid = 1717915475::oid LIMIT 1";
    let writing = raw.number(writing).await;
    Cluster::kill(writing);
    let before = writers.count();
    // PostgreSQL ends everybody, recovers from its log and takes connections again.
    writers.reach(before + 200).await;
    let kept = writers.end().await;
    everything_stands(&store, &kept).await;
    let error = house.open().await.unwrap_err();
    assert!(matches!(error, StoreError::InUse), "the lock is held again");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_the_server() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    let writers = Writers::start(&store);
    writers.reach(300).await;
    let cluster = &house.cluster;
    tokio::task::block_in_place(|| cluster.cut());
    let kept = writers.end().await;
    store.close().await;
    house.cluster.again();
    let store = house.open().await.unwrap();
    everything_stands(&store, &kept).await;
    store.close().await;
}

/// How many files below a folder hold these bytes, the write-ahead log aside.
pub(crate) fn files_with(folder: &Path, bytes: &[u8]) -> usize {
    let mut found = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let Ok(entry) = entry else { continue };
        if entry.file_name() == "pg_wal" {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found += files_with(&entry.path(), bytes),
            Ok(kind) if kind.is_file() => {
                let held = fs::read(entry.path()).unwrap_or_default();
                found += usize::from(held.windows(bytes.len()).any(|window| window == bytes));
            }
            _ => {}
        }
    }
    found
}

/// What is erased.
const OLD: [u8; 64] = *b"what is erased is found in no file of the tables after its going";

/// Keeps a body, and what allows that it goes.
async fn keep_body(house: &House) {
    let mut raw = house.raw().await;
    let (id, hash) = ("00".repeat(16), "00".repeat(32));
    let old: String = OLD.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!(
        "INSERT INTO accounts (account, id, household_role, created_ms) VALUES (1, '\\x{id}', 4, 1);
         INSERT INTO logs (log, id, kind, account, sequence, head, arrivals)
             VALUES (1, '\\x{id}', 2, 1, 0, '\\x{hash}', 0);
         INSERT INTO log_statements (log, sequence, statement, trace) VALUES (1, 0, '\\x00', '\\x{id}');
         INSERT INTO bodies (place, author, counter, body) VALUES (1, 1, 1, '\\x{old}');
         INSERT INTO body_authorisations (place, sequence, log, why) VALUES (1, 0, 1, 2);"
    );
    raw.run(&text).await.unwrap();
}

/// Replaces the body as an erasure does, with the mark that says so.
const REPLACED: &str = "UPDATE bodies SET body = '\\x00' WHERE place = 1;
    INSERT INTO settings (name, value) VALUES ('residue 1', '\\x00');";

/// Whether the old bytes stand in a file of the tables, once all is written out.
async fn stands(house: &House) -> bool {
    let master = house.cluster.address().replace("box@", "postgres@");
    let options: sqlx::postgres::PgConnectOptions = master.parse().unwrap();
    let mut master = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let written = sqlx::raw_sql("CHECKPOINT").execute(&mut master);
    written.await.unwrap();
    files_with(&house.cluster.data(), &OLD) > 0
}

#[tokio::test]
async fn a_stop_before_the_old_bodies_are_gone_is_made_good_at_the_next_start() {
    let Some(house) = House::new() else { return };
    house.open().await.unwrap().close().await;
    keep_body(&house).await;
    assert!(stands(&house).await);
    house.raw().await.run(REPLACED).await.unwrap();
    // What PostgreSQL leaves in its page alone: the reason for all this.
    assert!(stands(&house).await);
    house.open().await.unwrap().close().await;
    assert!(!stands(&house).await);
    let mut raw = house.raw().await;
    assert_eq!(raw.number("SELECT count(*) FROM settings").await, 0);
    let kept = "SELECT count(*) FROM bodies WHERE body = '\\x00'";
    assert_eq!(raw.number(kept).await, 1);
    // Written anew, the table refuses what it refused before.
    assert!(raw.run("DELETE FROM bodies").await.is_err());
    assert!(raw.run("TRUNCATE bodies").await.is_err());
}

#[tokio::test]
async fn an_old_view_of_the_database_keeps_no_erased_body() {
    let Some(house) = House::new() else { return };
    house.open().await.unwrap().close().await;
    keep_body(&house).await;
    let mut view = house.raw().await;
    view.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM lifeos.accounts")
        .await
        .unwrap();
    house.raw().await.run(REPLACED).await.unwrap();
    let full = house.raw().await.run("VACUUM (FULL) bodies").await;
    full.unwrap();
    assert!(stands(&house).await, "what a vacuum carries along");
    house.open().await.unwrap().close().await;
    assert!(!stands(&house).await);
    // The view is there to the end.
    assert_eq!(view.number("SELECT count(*) FROM lifeos.accounts").await, 1);
}

#[tokio::test]
async fn who_reads_the_bodies_for_long_is_not_waited_for() {
    let Some(house) = House::new() else { return };
    house.open().await.unwrap().close().await;
    keep_body(&house).await;
    let mut reader = house.raw().await;
    reader
        .run("BEGIN; SELECT count(*) FROM lifeos.bodies")
        .await
        .unwrap();
    house.raw().await.run(REPLACED).await.unwrap();
    let error = house.open().await.unwrap_err();
    assert!(matches!(error, StoreError::StillRead), "{error:?}");
    reader.run("COMMIT").await.unwrap();
    house.open().await.unwrap().close().await;
    assert!(!stands(&house).await);
}

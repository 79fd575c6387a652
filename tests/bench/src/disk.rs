//! Bytes on the wire and on the disk, over 100,000 changes at a real box; and its start over them.

use std::path::Path;
use std::time::{Duration, Instant};

use lifeos_bench::{EVENT_BYTES, Log};
use lifeos_protocol::Wire as _;
use lifeos_protocol::api::Pushed;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::bare;
use crate::client::{Session, claim, read};
use crate::harness::TestBox;
use crate::table::{Row, Target, median};

const BATCHES: usize = 391;
const BATCH: usize = 256;
const STARTS: usize = 15;
/// Padded plaintext of a change whose one event has 400 bytes: the box opens nothing, so that
/// padding of the right length stands for it.
const PADDED: u32 = 464;
/// What an unsealed change needs beside its event: its author, its counter, its length.
const BARE_HEADER: usize = 16 + 8 + 4;

pub(crate) async fn rows() -> Vec<Row> {
    let (real, _) = Log::make(BATCH).bytes_each();
    let mut at = TestBox::start();
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    at.process.end();
    let empty = database_bytes(at.folder.path());
    at.start_again();
    session.base = format!("http://{}", at.address);

    let mut author = person.author(&person.device);
    let mut wire = 0;
    let mut changes = 0;
    let pushing = Instant::now();
    for _ in 0..BATCHES {
        let batch = author.write_sized(BATCH, 1, PADDED);
        assert!(batch.changes()[1].to_bytes().len().abs_diff(real) <= 1);
        wire += batch.to_bytes().len();
        let pushed: Pushed = read(session.push(&person, &batch).await).await;
        changes = pushed.counter;
    }
    println!(
        "  {changes} changes pushed, {:.0} a second; {real} bytes is a change that the product sealed",
        changes as f64 / pushing.elapsed().as_secs_f64()
    );
    at.process.end();
    let ours = (database_bytes(at.folder.path()) - empty) as f64 / changes as f64;
    let unsealed = unsealed_bytes(at.folder.path(), changes).await;

    let mut starts = Vec::new();
    let mut bare_starts = Vec::new();
    let ms = |took: Duration| took.as_secs_f64() * 1000.0;
    // The process was ended above, so that this first start is one over a closed database.
    for round in 0..=STARTS {
        let took = at.start_again();
        let bare = bare::start().took;
        if round > 0 {
            starts.push(ms(took));
            bare_starts.push(ms(bare));
        }
    }
    vec![
        Row::new(
            "bytes per change of 400 B, wire",
            "B",
            (
                wire as f64 / changes as f64,
                (EVENT_BYTES + BARE_HEADER) as f64,
            ),
            Target::AtMost(620.0),
            format!(
                "author, counter, length and the bare event; {changes} changes in batches of {BATCH}"
            ),
        ),
        Row::new(
            "bytes per change of 400 B, disk",
            "B",
            (ours, unsealed),
            Target::AtMost(700.0),
            format!("the same in one SQLite table; {changes} changes, the file after a clean end"),
        ),
        Row::new(
            "start with 100,000 changes",
            "ms",
            (median(&starts), median(&bare_starts)),
            Target::AtMost(150.0),
            format!("a bare axum server until it listens; median of {STARTS}, alternating"),
        ),
    ]
}

/// The database alone: the journal beside it is emptied at a clean end.
fn database_bytes(folder: &Path) -> u64 {
    std::fs::metadata(folder.join("lifeos.sqlite"))
        .unwrap()
        .len()
}

/// Writes as many bare rows into one table, and returns the bytes of each.
async fn unsealed_bytes(folder: &Path, changes: u64) -> f64 {
    let file = folder.join("unsealed.sqlite");
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let table = "CREATE TABLE change (sequence INTEGER PRIMARY KEY, device BLOB NOT NULL, \
                 counter INTEGER NOT NULL, event BLOB NOT NULL)";
    sqlx::query(table).execute(&mut connection).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    for counter in 0..changes {
        sqlx::query("INSERT INTO change (device, counter, event) VALUES (?, ?, ?)")
            .bind([7_u8; 16].as_slice())
            .bind(i64::try_from(counter).unwrap())
            .bind([42_u8; EVENT_BYTES].as_slice())
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
    std::fs::metadata(&file).unwrap().len() as f64 / changes as f64
}

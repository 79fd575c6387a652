//! How much a box bears: small reads, durable pushes, pulls, many who listen. Ours is the server in a
//! process of its own with its limits out of the way (all clients share one address here); the
//! baseline is a bare axum server over SQLite in WAL with `synchronous=FULL` and group commit, which
//! knows nobody and checks nothing.

mod bare_store;
mod clients;
mod crowd;
mod disk;
mod drive;
mod figures;
mod open_box;
mod report;

use std::time::Duration;

use self::bare_store::BareStore;
use self::drive::{Driven, drive};
use self::figures::{Asked, Figures};
use self::open_box::OpenBox;
use self::report::{Machine, Report};
use crate::table::{self, Row, Target};

pub(crate) use self::bare_store::{ROLE as BARE_ROLE, serve_forever as bare_forever};
pub(crate) use self::open_box::{ROLE as OPEN_ROLE, serve_forever as open_forever};

/// How long each is measured, after a beginning that does not count.
const FOR: Duration = Duration::from_secs(4);
const BEFORE: Duration = Duration::from_millis(800);
/// Ours and the baseline alternate so often; the middle counts.
const ROUNDS: usize = 3;
/// Padded plaintext of a change whose event is 400 bytes.
pub(crate) const PADDED: u32 = 464;

pub(crate) async fn rows() -> Vec<Row> {
    let flushes = disk::flushes_a_second();
    println!("  fdatasync alone: {flushes:.0} a second");
    let mut servers = Vec::new();
    let mut rows = reads(&mut servers).await;
    rows.extend(pushes(flushes, &mut servers).await);
    rows.extend(crowd::rows(&mut servers).await);
    let report = Report {
        machine: Machine::this(flushes),
        rows: &rows,
        servers: &servers,
    };
    table::write(&report, &crate::target().join("bench/load.json"));
    rows
}

async fn reads(servers: &mut Vec<Asked>) -> Vec<Row> {
    let ours = OpenBox::start().await;
    let bare = BareStore::start().await;
    let before = Figures::of(&ours).await;
    let mut rows = Vec::new();
    for (clients, share) in [(16, 0.7), (128, 0.6)] {
        let mut readers = ours.readers(clients).await;
        let mut others = bare.readers(clients);
        let (mine, theirs) = alternating(&mut readers, &mut others).await;
        rows.push(Row::new(
            format!("small authenticated read, {clients} clients"),
            "a second",
            (mine.rate, theirs.rate),
            Target::Share(share),
            "the spaces of an account; bare: one row by its key, as JSON of that size",
        ));
        if clients == 128 {
            rows.push(Row::new(
                "small authenticated read, 128 clients, p95",
                "ms",
                (mine.p95_ms, theirs.p95_ms),
                Target::Times(2.0),
                "the same run",
            ));
        }
    }
    servers.push(Asked::now("reads", &ours, before).await);
    rows.push(Row::new(
        "server memory after reads",
        "MB",
        (ours.process.resident_mb(), bare.process.resident_mb()),
        Target::AtMost(80.0),
        "resident",
    ));
    rows
}

async fn pushes(flushes: f64, servers: &mut Vec<Asked>) -> Vec<Row> {
    let ours = OpenBox::start().await;
    let bare = BareStore::start().await;
    let before_all = Figures::of(&ours).await;
    let mut rows = Vec::new();
    for (clients, batch, share) in [
        (1, 1, 0.9),
        (16, 1, 0.7),
        (128, 1, 0.6),
        (1, 100, 0.65),
        (4, 100, 0.5),
    ] {
        let mut writers = ours.writers(clients, batch).await;
        let mut others = bare.writers(clients, batch);
        let (before, bare_before) = (Figures::of(&ours).await, bare.commits().await);
        let (mine, theirs) = alternating(&mut writers, &mut others).await;
        let after = Figures::of(&ours).await;
        let bare_commits = bare.commits().await - bare_before;
        let what = if batch == 1 {
            "of one change".to_owned()
        } else {
            format!("in batches of {batch}")
        };
        rows.push(Row::new(
            format!("durable push {what}, {clients} clients"),
            "a second",
            (mine.rate, theirs.rate),
            Target::Share(share),
            "bare: the same bytes into one table, group commit",
        ));
        if (clients, batch) == (1, 1) {
            rows.push(Row::new(
                "durable push of one change, 1 client, beside the disk",
                "a second",
                (mine.rate, flushes),
                Target::Told,
                "`fdatasync` of an appended page alone",
            ));
        }
        rows.push(Row::new(
            format!("flushes per push {what}, {clients} clients"),
            "",
            (
                after.commits_since(&before) as f64 / mine.asked as f64,
                bare_commits as f64 / theirs.asked as f64,
            ),
            Target::Told,
            "bare: likewise; commits by the pushes of the same run",
        ));
    }
    servers.push(Asked::now("pushes", &ours, before_all).await);
    let before = Figures::of(&ours).await;
    rows.extend(pulls(&ours, &bare).await);
    servers.push(Asked::now("pulls, and what filled them", &ours, before).await);
    rows.push(Row::new(
        "server memory after load",
        "MB",
        (ours.process.resident_mb(), bare.process.resident_mb()),
        Target::AtMost(80.0),
        "resident, after all pushes and pulls",
    ));
    rows
}

async fn pulls(ours: &OpenBox, bare: &BareStore) -> Vec<Row> {
    let mut rows = Vec::new();
    for changes in [10_000, 100_000] {
        let puller = ours.filled(changes, PADDED).await;
        let other = bare.filled(changes, puller.change_bytes).await;
        let before_mb = ours.process.resident_mb();
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            mine.push(puller.pull(changes).await);
            theirs.push(other.pull(changes).await);
        }
        let grown_mb = ours.process.resident_mb() - before_mb;
        println!("  pulling {changes}: the server's memory grew by {grown_mb:.1} MB");
        rows.push(Row::new(
            format!("pull of {changes} changes of 400 B"),
            "changes a second",
            (crate::table::median(&mine), crate::table::median(&theirs)),
            Target::Share(0.5),
            format!("bare: a binary stream of the same rows; median of {ROUNDS}"),
        ));
    }
    rows
}

/// Ours and the baseline in turn, so that what else the machine does falls on both.
async fn alternating<A, B>(ours: &mut [A], bare: &mut [B]) -> (Driven, Driven)
where
    A: drive::Client,
    B: drive::Client,
{
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        mine.push(drive(ours, BEFORE, FOR).await);
        theirs.push(drive(bare, BEFORE, FOR).await);
    }
    (Driven::middle(&mine), Driven::middle(&theirs))
}

//! What the box costs: bytes on the disk a change, memory when idle, the start with 100,000 changes.
//! Prints one line a figure; the ratios against bare baselines are `just bench`'s.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement is a program for people"
)]

#[path = "../../crates/server/tests/server/authenticator.rs"]
mod authenticator;
#[path = "../../crates/server/tests/server/client.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod client;
#[path = "../tests/serve/harness.rs"]
#[expect(dead_code, reason = "the binary's own tests use the rest")]
mod harness;
#[path = "../../crates/server/tests/server/person.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod person;

use std::time::{Duration, Instant};

use lifeos_protocol::Wire;
use lifeos_protocol::api::Pushed;

use crate::client::{Session, claim, read};
use crate::harness::TestBox;

/// Padded plaintext of a change whose event is 400 bytes.
const PADDED: u32 = 464;
const BATCHES: usize = 391;

#[tokio::main]
async fn main() {
    let mut at = TestBox::start();
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let empty = disk_bytes(&at);
    let mut author = person.author(&person.device);
    let wire = author.clone().write_sized(1, 1, PADDED).changes()[0]
        .to_bytes()
        .len();
    let start = Instant::now();
    let mut changes = 0;
    for _ in 0..BATCHES {
        let pushed: Pushed = read(
            session
                .push(&person, &author.write_sized(256, 1, PADDED))
                .await,
        )
        .await;
        changes = pushed.counter;
    }
    println!(
        "push_batches_of_256_changes_per_s {:.0}",
        per_second(changes, start.elapsed())
    );
    let start = Instant::now();
    for _ in 0..200 {
        let pushed: Pushed = read(
            session
                .push(&person, &author.write_sized(1, 1, PADDED))
                .await,
        )
        .await;
        changes = pushed.counter;
    }
    println!(
        "push_singly_ms {:.2}",
        start.elapsed().as_secs_f64() * 1000.0 / 200.0
    );
    let start = Instant::now();
    let frames = session.pull(&person, "").await;
    println!(
        "pull_everything_changes_per_s {:.0} ({} frames)",
        per_second(changes, start.elapsed()),
        frames.len()
    );
    assert!(at.terminate().success());
    println!("changes {changes}");
    println!("wire_bytes_per_change {wire}");
    println!(
        "disk_bytes_per_change {:.1}",
        (disk_bytes(&at) - empty) as f64 / changes as f64
    );
    let start = Instant::now();
    at.start_again();
    let listening = start.elapsed();
    assert_eq!(reqwest::get(at.url("/health")).await.unwrap().status(), 200);
    println!(
        "start_ms {:.1} (first answer {:.1})",
        listening.as_secs_f64() * 1000.0,
        start.elapsed().as_secs_f64() * 1000.0
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("idle_memory_mb {:.1}", resident_bytes(&at) as f64 / 1e6);
}

fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// The database alone: the journal beside it is emptied at a clean end.
fn disk_bytes(at: &TestBox) -> u64 {
    std::fs::metadata(at.folder.join("lifeos.sqlite"))
        .unwrap()
        .len()
}

/// Memory that the process holds now.
fn resident_bytes(at: &TestBox) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", at.process())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

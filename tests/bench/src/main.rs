//! `just bench`: each figure of the product beside a bare baseline of the same run, as a table and as
//! `target/bench/spine.json`. With names of parts ([`PARTS`]) only these. How each row is measured
//! stands in `docs/measures.md`.
#![forbid(unsafe_code)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement is a program for people, and stops at the first surprise"
)]

#[path = "../../../crates/server/tests/server/authenticator.rs"]
mod authenticator;
mod bare;
mod chromium;
#[path = "../../../crates/server/tests/server/client.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod client;
mod disk;
mod enrolled;
mod fill;
mod first_load;
mod fresh;
mod harness;
mod import;
mod in_browser;
mod memory;
#[path = "../../../crates/server/tests/server/person.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod person;
mod pi;
mod pulled;
mod rates;
mod start;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use crate::table::Row;

/// Parts in the order of the table.
const PARTS: [&str; 10] = [
    "box", "rates", "log", "start", "write", "load", "fresh", "import", "size", "pi",
];

#[tokio::main]
async fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.first().is_some_and(|first| first == bare::ROLE) {
        bare::serve_forever().await;
        return ExitCode::SUCCESS;
    }
    if play(&wanted).await {
        return ExitCode::SUCCESS;
    }
    // A slow machine is played by its name alone: its page does not come to an end yet.
    let is_wanted = |part: &str| match wanted.as_slice() {
        [] => part != "pi",
        named => named.iter().any(|name| name == part),
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    for part in PARTS.into_iter().filter(|part| is_wanted(part)) {
        println!("measuring: {part}");
        let before = Instant::now();
        // One part that cannot be measured is said aloud and does not take the others with it.
        match tokio::spawn(measure(part)).await {
            Ok(measured) => rows.extend(measured),
            Err(_) => missing.push(part),
        }
        println!("  took {:.0} s", before.elapsed().as_secs_f64());
    }
    let (slow, full): (Vec<Row>, Vec<Row>) = rows
        .iter()
        .cloned()
        .partition(|row| row.row.starts_with(pi::ROW));
    for table in [full, slow].iter().filter(|rows| !rows.is_empty()) {
        println!("\n{}", table::drawn(table));
    }
    if wanted.is_empty() {
        table::write(&rows, &target().join("bench/spine.json"));
    }
    if missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("COULD NOT BE MEASURED: {}", missing.join(", "));
    ExitCode::FAILURE
}

/// Plays the part of another program, where the arguments ask for one.
async fn play(wanted: &[String]) -> bool {
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    match wanted.as_slice() {
        [rates::BARE_ROLE, folder] => rates::bare_forever(Path::new(folder)).await,
        [rates::OPEN_ROLE, folder] => rates::open_forever(Path::new(folder)).await,
        [fill::ROLE, origin, code, account] => fill::fill(origin, code, account),
        [pi::ROLE, what, id] => pi::hold_until_end(what, id.parse().unwrap()),
        _ => return false,
    }
    true
}

async fn measure(part: &'static str) -> Vec<Row> {
    match part {
        "box" => disk::rows()
            .await
            .into_iter()
            .chain(memory::rows())
            .collect(),
        "rates" => rates::rows().await,
        "log" => in_browser::log().await,
        "start" => start::rows().await,
        "write" => in_browser::write().await,
        "load" => in_browser::load().await,
        "fresh" => fresh::rows().await,
        "import" => import::rows().await,
        "size" => first_load::rows(),
        "pi" => pi::rows().await,
        _ => unreachable!("the parts are listed above"),
    }
}

/// Where cargo builds: this program lies in `release/` of it.
fn target() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().to_owned()
}

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

//! `just bench`: each figure of the product beside a bare baseline of the same run, as a table and as
//! `target/bench/spine.json`. With names of parts (`box`, `rates`, `log`, `start`, `write`, `load`, `size`)
//! only these. How each row is measured stands in `docs/measures.md`.
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
mod first_load;
mod harness;
mod in_browser;
mod memory;
#[path = "../../../crates/server/tests/server/person.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod person;
mod rates;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use crate::table::Row;

/// Parts in the order of the table.
const PARTS: [&str; 7] = ["box", "rates", "log", "start", "write", "load", "size"];

#[tokio::main]
async fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.first().is_some_and(|first| first == bare::ROLE) {
        bare::serve_forever().await;
        return ExitCode::SUCCESS;
    }
    if let [role, folder] = wanted.as_slice() {
        match role.as_str() {
            rates::BARE_ROLE => rates::bare_forever(Path::new(folder)).await,
            rates::OPEN_ROLE => rates::open_forever(Path::new(folder)).await,
            _ => {}
        }
    }
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
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
    println!("\n{}", table::drawn(&rows));
    if wanted.is_empty() {
        let file = target().join("bench/spine.json");
        table::write(&rows, &file);
        println!("written to {}", file.display());
    }
    if missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("COULD NOT BE MEASURED: {}", missing.join(", "));
    ExitCode::FAILURE
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
        "start" => in_browser::start().await,
        "write" => in_browser::write().await,
        "load" => in_browser::load().await,
        "size" => first_load::rows(),
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

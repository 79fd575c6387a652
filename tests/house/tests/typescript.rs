//! The types that cross to the page, as the page has them: generated, committed, and compared here.
//! `LIFEOS_WRITE_TS=1` writes them anew.
//!
//! They stand here and not with the crates that they come from, since those are optimised for the
//! thousands of schedules that run through them, which this takes minutes to build for.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::path::PathBuf;

use lifeos_exchange::export::{ExportFailure, ExportWish, Verified};
use lifeos_kernel::Rejected;
use lifeos_life::{Command, HistoryEntry, Kept, Query, View};
use lifeos_replica::api::{Call, Problem, Push, Reply};
use lifeos_tasks::{ImportDispute, ImportOutcome, Portion};
use ts_rs::{Config, TS};

const FILES: [&str; 7] = [
    "api.ts",
    "exchange.ts",
    "household.ts",
    "kernel.ts",
    "life.ts",
    "profile.ts",
    "tasks.ts",
];

#[test]
fn the_page_has_the_types_of_the_core() {
    let fresh = tempfile::tempdir().unwrap();
    let config = Config::new()
        .with_large_int("number")
        .with_out_dir(fresh.path());
    Call::export_all(&config).unwrap();
    Reply::export_all(&config).unwrap();
    Push::export_all(&config).unwrap();
    Problem::export_all(&config).unwrap();
    ExportWish::export_all(&config).unwrap();
    ExportFailure::export_all(&config).unwrap();
    Verified::export_all(&config).unwrap();
    Command::export_all(&config).unwrap();
    Query::export_all(&config).unwrap();
    View::export_all(&config).unwrap();
    HistoryEntry::export_all(&config).unwrap();
    Kept::export_all(&config).unwrap();
    Rejected::export_all(&config).unwrap();
    ImportDispute::export_all(&config).unwrap();
    ImportOutcome::export_all(&config).unwrap();
    Portion::export_all(&config).unwrap();

    let committed = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../appliance/web/core/generated"
    ));
    let write = std::env::var_os("LIFEOS_WRITE_TS").is_some();
    let mut stale = Vec::new();
    for file in FILES {
        let text = fs::read_to_string(fresh.path().join(file)).unwrap();
        if write {
            fs::create_dir_all(&committed).unwrap();
            fs::write(committed.join(file), &text).unwrap();
        } else if fs::read_to_string(committed.join(file)).ok().as_deref() != Some(&text) {
            stale.push(file);
        }
    }
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run with LIFEOS_WRITE_TS=1"
    );
}

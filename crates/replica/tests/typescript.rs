//! The calls and answers that cross to the page, as the page has them: generated, committed, and
//! compared here. `LIFEOS_WRITE_TS=1` writes them anew.
#![cfg(feature = "ts")]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::path::PathBuf;

use lifeos_exchange::export::{ExportFailure, ExportWish, Verified};
use lifeos_replica::api::{Call, Problem, Push, Reply};
use ts_rs::{Config, TS};

const FILES: [&str; 2] = ["api.ts", "exchange.ts"];

#[test]
fn the_page_has_the_types_of_the_client() {
    let fresh = std::env::temp_dir().join(format!("lifeos-typescript-api-{}", std::process::id()));
    let config = Config::new().with_large_int("number").with_out_dir(&fresh);
    Call::export_all(&config).unwrap();
    Reply::export_all(&config).unwrap();
    Push::export_all(&config).unwrap();
    Problem::export_all(&config).unwrap();
    ExportWish::export_all(&config).unwrap();
    ExportFailure::export_all(&config).unwrap();
    Verified::export_all(&config).unwrap();

    let committed = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../appliance/web/core/generated"
    ));
    let write = std::env::var_os("LIFEOS_WRITE_TS").is_some();
    let mut stale = Vec::new();
    for file in FILES {
        let text = fs::read_to_string(fresh.join(file)).unwrap();
        if write {
            fs::create_dir_all(&committed).unwrap();
            fs::write(committed.join(file), &text).unwrap();
        } else if fs::read_to_string(committed.join(file)).ok().as_deref() != Some(&text) {
            stale.push(file);
        }
    }
    fs::remove_dir_all(&fresh).unwrap();
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run with LIFEOS_WRITE_TS=1"
    );
}

//! A run under load, to be handed to somebody: on which machine, what came of it, and what the
//! servers told of themselves before and after.

use std::path::Path;

use serde::Serialize;

use super::figures::Asked;
use crate::table::Row;

/// What `load.json` holds.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub(super) machine: Machine,
    pub(super) rows: &'a [Row],
    pub(super) servers: &'a [Asked],
}

/// Where it was measured.
#[derive(Serialize)]
pub(super) struct Machine {
    cores: usize,
    processor: String,
    memory_mb: f64,
    kernel: String,
    /// A page appended and flushed, again and again.
    fdatasync_a_second: f64,
}

impl Machine {
    pub(super) fn this(fdatasync_a_second: f64) -> Self {
        let memory = first("/proc/meminfo", "MemTotal:");
        let kib: f64 = memory.trim_end_matches(" kB").parse().unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            processor: first("/proc/cpuinfo", "model name"),
            memory_mb: (kib * 1024.0 / 1e6).round(),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            fdatasync_a_second: fdatasync_a_second.round(),
        }
    }
}

/// The first line of a file that begins so, without its beginning.
fn first(file: &str, beginning: &str) -> String {
    let text = read(file);
    let found = text.lines().find_map(|line| line.strip_prefix(beginning));
    found
        .unwrap_or_default()
        .trim_matches([' ', '\t', ':'])
        .to_owned()
}

/// What no other system has is left empty.
fn read(file: impl AsRef<Path>) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

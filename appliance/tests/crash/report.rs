//! What a test did, as a file beside the build.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::load::Found;

/// Figures of one test.
pub(crate) struct Report {
    name: &'static str,
    restarts: Vec<Duration>,
    found: Found,
    deeds: (u64, u64),
}

impl Report {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            restarts: Vec::new(),
            found: Found::default(),
            deeds: (0, 0),
        }
    }

    /// Starts the box, and remembers how long it took until it served.
    pub(crate) fn restart<T>(&mut self, start: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let started = start();
        self.restarts.push(begun.elapsed());
        started
    }

    /// The newest figures stand for all before them.
    pub(crate) fn found(&mut self, found: Found) {
        self.found = found;
    }

    pub(crate) fn deeds(&mut self, (deeds, flushes): (u64, u64)) {
        self.deeds.0 += deeds;
        self.deeds.1 += flushes;
    }

    /// Writes `target/crash/<name>.json`, and refuses a test that did nothing.
    pub(crate) fn write(mut self) {
        assert!(
            self.found.acknowledged > 0 && self.found.unanswered > 0,
            "there was no load to end"
        );
        self.restarts.sort_unstable();
        let middle = self.restarts[self.restarts.len() / 2];
        let report = json!({
            "what": self.name,
            "ends": self.restarts.len(),
            "changesAcknowledged": self.found.acknowledged,
            "pushesUnderWayAtAnEnd": self.found.unanswered,
            "ofThoseKept": self.found.kept_unanswered,
            "erasuresAcknowledged": self.found.erasures,
            "deedsOfTheDisk": self.deeds.0,
            "flushes": self.deeds.1,
            "restartMedianMs": middle.as_secs_f64() * 1e3,
            "restartLongestMs": self.restarts.last().unwrap().as_secs_f64() * 1e3,
        });
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../crash");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(self.name).with_extension("json");
        std::fs::write(file, format!("{report:#}\n")).unwrap();
    }
}

//! What the disk itself can do: every durable push waits for it.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

const FOR: Duration = Duration::from_secs(2);

/// Appends a page and flushes it, again and again.
pub(super) fn flushes_a_second() -> f64 {
    let folder = tempfile::TempDir::new().unwrap();
    let mut file = File::create(folder.path().join("flushed")).unwrap();
    let before = Instant::now();
    let mut flushes = 0_u32;
    while before.elapsed() < FOR {
        file.write_all(&[42; 4096]).unwrap();
        file.sync_data().unwrap();
        flushes += 1;
    }
    f64::from(flushes) / before.elapsed().as_secs_f64()
}

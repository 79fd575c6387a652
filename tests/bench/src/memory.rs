//! What the box holds in memory when nobody asks anything of it.

use std::time::Duration;

use crate::bare;
use crate::harness::TestBox;
use crate::table::{Row, Target, median};

const ROUNDS: usize = 3;
/// How long it is left alone before it is looked at.
const IDLE: Duration = Duration::from_secs(5);

pub(crate) fn rows() -> Vec<Row> {
    let mut ours = Vec::new();
    let mut baseline = Vec::new();
    for _ in 0..ROUNDS {
        let at = TestBox::start();
        let bare = bare::start();
        std::thread::sleep(IDLE);
        ours.push(at.process.resident_mb());
        baseline.push(bare.process.resident_mb());
    }
    vec![Row::new(
        "server memory, idle",
        "MB",
        (median(&ours), median(&baseline)),
        Target::AtMost(25.0),
        format!("a bare axum server; resident after 5 s, median of {ROUNDS}"),
    )]
}

//! What is measured in the browser, beside its baselines: native code, plain JSON, a bare page.

use std::time::Instant;

use lifeos_bench::Log;
use serde_json::json;

use crate::bare;
use crate::chromium::{measure, times};
use crate::root;
use crate::table::{Row, Target, median, p95};
use crate::target;

const CHANGES: usize = 100_000;

/// Pages of the browser's work: the bundle that the setup made, and the worker around it.
pub(crate) fn work_pages() -> bare::Pages {
    let bundle = target().join("bench/wasm");
    let read = |name: &str| {
        std::fs::read(bundle.join(name))
            .expect("`provisioning/setup bench` builds the bundle before it starts this")
    };
    let worker = std::fs::read(root().join("tests/bench/browser/worker.mjs")).unwrap();
    let mut pages = bare::pages();
    let mut add = |path: &str, kind, bytes| pages.insert(path.to_owned(), (kind, bytes));
    add("/worker.mjs", "text/javascript", worker);
    add("/lifeos.js", "text/javascript", read("lifeos.js"));
    add(
        "/lifeos_bg.wasm",
        "application/wasm",
        read("lifeos_bg.wasm"),
    );
    pages
}

pub(crate) fn timed_ms<T>(act: impl FnOnce() -> T) -> f64 {
    let before = Instant::now();
    std::hint::black_box(act());
    before.elapsed().as_secs_f64() * 1000.0
}

/// Opening, verifying and folding a log.
pub(crate) async fn log() -> Vec<Row> {
    const BLOCKS: usize = 3;
    const ROUNDS: usize = 3;
    let origin = bare::serve(work_pages()).await;
    let log = Log::make(CHANGES);
    let (mut singly, mut segments) = (Vec::new(), Vec::new());
    let (mut native_singly, mut native_segments) = (Vec::new(), Vec::new());
    // Native and browser in turn, so that what else the machine does falls on both.
    for _ in 0..BLOCKS {
        for _ in 0..ROUNDS {
            native_singly.push(timed_ms(|| log.fold_singly()));
            native_segments.push(timed_ms(|| log.fold_segments()));
        }
        let asked =
            json!({ "measurement": "log", "origin": origin, "changes": CHANGES, "rounds": ROUNDS });
        let measured = measure(asked).await;
        singly.extend(times(&measured["singly"]));
        segments.extend(times(&measured["segments"]));
    }
    let count = format!("median of {}, alternating", singly.len());
    let (singly, segments) = (median(&singly), median(&segments));
    vec![
        Row::new(
            "100,000 changes in WASM, singly",
            "ms",
            (singly, median(&native_singly)),
            Target::Times(2.0),
            format!("the same natively; {count}"),
        ),
        Row::new(
            "100,000 changes in WASM, from segments",
            "ms",
            (segments, median(&native_segments)),
            Target::Times(2.0),
            format!("the same natively; {count}"),
        ),
        Row::new(
            "100,000 changes in WASM, segments beside singly",
            "ms",
            (segments, singly),
            Target::Times(0.6667),
            format!("singly in WASM: 1.5 × quicker is 0.6667; {count}"),
        ),
    ]
}

/// A task written by hand: on the screen, and durable.
pub(crate) async fn write() -> Vec<Row> {
    const ROUNDS: usize = 8;
    const EACH: usize = 25;
    let origin = bare::serve(bare::pages()).await;
    let asked = json!({ "measurement": "write", "origin": origin, "rounds": ROUNDS, "each": EACH });
    let measured = measure(asked).await;
    let pair = |ours: &str, bare: &str| {
        let (ours, bare) = (times(&measured[ours]), times(&measured[bare]));
        println!(
            "  medians: {:.2} ms, bare {:.2} ms",
            median(&ours),
            median(&bare)
        );
        (p95(&ours), p95(&bare))
    };
    let count = ROUNDS * EACH;
    vec![
        Row::new(
            "local write, on the screen, p95",
            "ms",
            pair("screen", "bareScreen"),
            Target::AtMost(16.0),
            format!(
                "a bare page that prepends a line; from Enter to the frame, {count} each in turn"
            ),
        ),
        Row::new(
            "local write, durable in the browser, p95",
            "ms",
            pair("durable", "bareDurable"),
            Target::Times(2.0),
            format!(
                "a bare worker that appends and flushes; from asking to its word, {count} each in turn"
            ),
        ),
    ]
}

/// From nothing, and from the second time on, to something that a person can use.
pub(crate) async fn load() -> Vec<Row> {
    const ROUNDS: usize = 9;
    let origin = bare::serve(bare::pages()).await;
    let measured =
        measure(json!({ "measurement": "load", "origin": origin, "rounds": ROUNDS })).await;
    let bare = median(&times(&measured["bare"]));
    let (locked, unlocked) = (
        times(&measured["warmLocked"]),
        times(&measured["warmUnlocked"]),
    );
    println!(
        "  warm: locked screen {:.0} ms, from there to Today {:.0} ms",
        median(&locked),
        median(&unlocked)
    );
    let warm: Vec<f64> = locked.iter().zip(&unlocked).map(|(a, b)| a + b).collect();
    let row = |what, ours, most, how| {
        let note = format!("a bare page in a fresh browser; {how}, median of {ROUNDS}");
        Row::new(what, "ms", (ours, bare), Target::AtMost(most), note)
    };
    vec![
        row(
            "app usable, cold",
            median(&times(&measured["cold"])),
            2000.0,
            "a fresh browser to the first screen",
        ),
        row(
            "app usable, warm",
            median(&warm),
            800.0,
            "to the locked screen, and from the click on the passkey to Today",
        ),
    ]
}

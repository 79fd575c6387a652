//! The start from a snapshot in the browser's worker, and the lists over what it holds; both again
//! with a tenth of the tasks.

use lifeos_bench::{Household, lists};
use serde_json::json;

use crate::bare;
use crate::chromium::{measure, times};
use crate::in_browser::{timed_ms, work_pages};
use crate::table::{Row, Target, median};

const FEW: usize = 10_000;
const MANY: usize = 100_000;
const ROUNDS: usize = 15;
/// What does not grow with the tasks may take so much more with ten times as many.
const FLAT: f64 = 1.3;

/// Medians over a household of one size.
struct Measured {
    start: f64,
    bare_start: f64,
    /// Of each list.
    lists: Vec<f64>,
    /// The plain array's.
    sorted: f64,
}

pub(crate) async fn rows() -> Vec<Row> {
    let (few, many) = (over(FEW).await, over(MANY).await);
    let named = lists().into_iter().map(|asked| asked.name);
    let mut slowest = (0.0, 0.0, "");
    for ((name, many), few) in named.zip(&many.lists).zip(&few.lists) {
        println!("  {name}: {:.2} × as long with 10 × the tasks", many / few);
        if *many > slowest.0 {
            slowest = (*many, *few, name);
        }
    }
    let (slow_many, slow_few, name) = slowest;
    vec![
        Row::new(
            "start from a snapshot of 100,000 tasks, in the worker",
            "ms",
            (many.start, many.bare_start),
            Target::AtMost(150.0),
            format!(
                "the same tasks as plain JSON, read and parsed; median of {ROUNDS}, each in a fresh worker"
            ),
        ),
        Row::new(
            format!("slowest list over 100,000 tasks ({name})"),
            "ms",
            (slow_many, many.sorted),
            Target::AtMost(50.0),
            format!("a plain array sorted by title in JavaScript; median of {ROUNDS}"),
        ),
        Row::new(
            "start with 10 × the tasks",
            "ms",
            (many.start, few.start),
            Target::Times(FLAT),
            format!("the same from a snapshot of {FEW}"),
        ),
        Row::new(
            format!("slowest list with 10 × the tasks ({name})"),
            "ms",
            (slow_many, slow_few),
            Target::Times(FLAT),
            format!("the same over {FEW}"),
        ),
    ]
}

async fn over(tasks: usize) -> Measured {
    const BARE: &str = "tasks.json";
    println!("  {tasks} tasks");
    let household = Household::make(tasks);
    let mut pages = work_pages();
    let mut names = Vec::new();
    for (name, bytes) in &household.files {
        println!("  {name}: {} bytes", bytes.len());
        names.push(name.clone());
        pages.insert(
            format!("/files/{name}"),
            ("application/octet-stream", bytes.clone()),
        );
    }
    let plain = Household::plain(tasks).into_bytes();
    println!("  the tasks as JSON: {} bytes", plain.len());
    pages.insert(format!("/files/{BARE}"), ("application/json", plain));
    let origin = bare::serve(pages).await;
    let measured = measure(json!({
        "measurement": "start",
        "origin": origin,
        "local": household.local,
        "names": names,
        "bare": BARE,
        "rounds": ROUNDS,
    }))
    .await;
    let native: Vec<f64> = (0..ROUNDS)
        .map(|_| timed_ms(|| household.start().first_screen()))
        .collect();
    let mut started = household.start();
    println!("  natively: {:.1} ms", median(&native));
    let ours = times(&measured["ours"]);
    println!(
        "  in the worker: {:.1} ms, p95 {:.1} ms",
        median(&ours),
        crate::table::p95(&ours)
    );
    let mut medians = Vec::new();
    let timed = measured["lists"]["asked"].as_array().unwrap();
    for (asked, timed) in lists().into_iter().zip(timed) {
        let ms = median(&times(&timed["ms"]));
        let native = timed_ms(|| started.ask(asked.query.clone()));
        println!(
            "  {}: {ms:.1} ms in the worker, {native:.1} natively",
            asked.name
        );
        medians.push(ms);
    }
    Measured {
        start: median(&ours),
        bare_start: median(&times(&measured["bare"])),
        lists: medians,
        sorted: median(&times(&measured["lists"]["sorted"])),
    }
}

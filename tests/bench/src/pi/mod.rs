//! As on a Raspberry Pi and an older phone: the box held to a quarter of one processor, the browser
//! with each of its threads four times as slow. Rows of a table of their own.

mod devices;
mod slow;

use serde_json::json;

use crate::bare;
use crate::chromium::{measure, times};
use crate::table::{Row, Target, median, p95};

pub(crate) use self::slow::{ROLE, hold_until_end};

/// What the name of each row begins with.
pub(crate) const ROW: &str = "slow machine: ";

/// Tasks of the person.
const TASKS: usize = 10_000;

pub(crate) async fn rows() -> Vec<Row> {
    let mut rows = devices::rows().await;
    rows.extend(page().await);
    rows
}

async fn page() -> Vec<Row> {
    const ROUNDS: usize = 5;
    const WRITES: usize = 25;
    let origin = bare::serve(bare::pages()).await;
    let asked = json!({
        "measurement": "pi", "origin": origin, "tasks": TASKS, "rounds": ROUNDS, "writes": WRITES,
    });
    let measured = measure(asked).await;
    for means in ["box", "browser"] {
        println!("  the {means}: {}", measured["means"][means]);
    }
    for place in ["page", "worker"] {
        let took = |when: &str| median(&times(&measured["loops"][when][place]));
        let (before, slowed) = (took("before"), took("slowed"));
        println!(
            "  a loop in the {place}: {slowed:.0} ms, not slowed {before:.0} ms: {:.1} times",
            slowed / before
        );
    }
    let of = |name: &str| times(&measured[name]);
    let middle = |name: &str| median(&of(name));
    let bare = median(&of("bare"));
    let row = |what: &str, ours, baseline, target, note: String| {
        Row::new(format!("{ROW}{what}"), "ms", (ours, baseline), target, note)
    };
    let page = |what, name, target, how| {
        let note = format!("a bare page, slowed alike; {how}, median of {ROUNDS}");
        row(what, middle(name), bare, target, note)
    };
    let mut rows = vec![
        page(
            "page load",
            "loaded",
            Target::AtMost(2_000.0),
            "a fresh browser to the page's load event",
        ),
        page(
            "app usable, cold",
            "cold",
            Target::Told,
            "a fresh browser to the first screen",
        ),
        page(
            "app usable, warm",
            "warmLocked",
            Target::Told,
            "to the locked screen",
        ),
        row(
            &format!("unlock with {TASKS} tasks"),
            middle("unlocked"),
            middle("unlockedBefore"),
            Target::Told,
            format!("the same not slowed; from the click on the passkey to Today, {ROUNDS} each"),
        ),
        row(
            "local write, on the screen, p95",
            p95(&of("screen")),
            p95(&of("screenBefore")),
            Target::Told,
            format!("the same not slowed; from Enter to the frame, {WRITES} each"),
        ),
        row(
            "local write, durable in the browser, p95",
            p95(&of("durable")),
            p95(&of("durableBefore")),
            Target::Told,
            format!("the same not slowed; from asking to the worker's word, {WRITES} each"),
        ),
    ];
    rows.push(slowest_list(&measured, row));
    rows
}

/// The list that takes longest from the click on its place to the frame that shows it.
fn slowest_list(
    measured: &serde_json::Value,
    row: impl Fn(&str, f64, f64, Target, String) -> Row,
) -> Row {
    let lists = measured["lists"].as_array().unwrap().iter();
    let medians = lists.map(|list| {
        let name = list["name"].as_str().unwrap();
        let of = |when: &str| median(&times(&list[when]));
        let (slowed, before) = (of("slowed"), of("before"));
        println!("  {name}: {slowed:.0} ms on the screen, not slowed {before:.0} ms");
        (slowed, before, name)
    });
    let (slowed, before, name) = medians
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .unwrap();
    row(
        &format!("slowest list over {TASKS} tasks ({name})"),
        slowed,
        before,
        Target::Told,
        "the same not slowed; from the click on its place to the frame, the slowest median".into(),
    )
}

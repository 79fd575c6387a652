//! A file of another product, dropped on the real page: until it is shown what would come in, and from
//! the press that brings it in until it is in.

use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::bare;
use crate::chromium::{measure, times};
use crate::harness::binary;
use crate::table::{Row, Target, median};

const TASKS: usize = 10_000;
const ROUNDS: usize = 3;
const NAME: &str = "backup.json";

pub(crate) async fn rows() -> Vec<Row> {
    let file = backup(TASKS).to_string();
    println!("  the file: {} bytes", file.len());
    let native = natively(&file);
    let mut pages = bare::pages();
    pages.insert(format!("/{NAME}"), ("application/json", file.into_bytes()));
    let origin = bare::serve(pages).await;
    let measured = measure(json!({
        "measurement": "import", "origin": origin, "file": NAME, "tasks": TASKS, "rounds": ROUNDS,
    }))
    .await;
    let (read, written) = (times(&measured["read"]), times(&measured["written"]));
    println!(
        "  read and compared in {:.0} ms, written in {:.0} ms; `lifeos import --dry-run` reads it in \
         {native:.0} ms",
        median(&read),
        median(&written)
    );
    let steps = &measured["progress"];
    println!("  progress shown meanwhile: {steps}");
    let shown = steps.as_array().unwrap().iter();
    let least = shown.map(|round| round.as_array().unwrap().len()).min();
    assert!(least.unwrap() > 2, "progress is shown while it is written");
    let both: Vec<f64> = read.iter().zip(&written).map(|(a, b)| a + b).collect();
    let bare = median(&times(&measured["bare"]));
    let row = |what: &str, ours, target, how| {
        let note =
            format!("a bare worker parses the file and stores it; {how}, median of {ROUNDS}");
        Row::new(what, "ms", (ours, bare), target, note)
    };
    vec![
        row(
            "import of 10,000 tasks",
            median(&both),
            Target::AtMost(2_000.0),
            "from the drop to what would come in, and from the press to its end",
        ),
        row(
            "import of 10,000 tasks, until it is shown what would come in",
            median(&read),
            Target::Told,
            "from the drop",
        ),
    ]
}

/// Milliseconds that the binary takes to read it and to say what would come in.
fn natively(file: &str) -> f64 {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join(NAME);
    std::fs::write(&path, file).unwrap();
    let took = (0..ROUNDS).map(|_| {
        let before = Instant::now();
        let said = Command::new(binary())
            .args(["import", "--dry-run", "--json"])
            .arg(&path)
            .output()
            .unwrap();
        let took = before.elapsed().as_secs_f64() * 1000.0;
        let report: Value = serde_json::from_slice(&said.stdout).unwrap();
        assert_eq!(report["records"]["task"]["new"], TASKS, "{report}");
        took
    });
    median(&took.collect::<Vec<_>>())
}

/// A backup of Super Productivity with so many tasks in 20 projects under 10 tags, every third with a
/// day, every fifth with notes.
fn backup(tasks: usize) -> Value {
    const PROJECTS: usize = 20;
    const TAGS: usize = 10;
    const AT_MS: u64 = 1_733_000_000_000;
    let task = |number: usize| {
        let notes = if number.is_multiple_of(5) {
            "What was said on the telephone: somebody has to be at home in the morning. ".repeat(2)
        } else {
            String::new()
        };
        let mut task = json!({
            "id": format!("task-{number}"),
            "title": format!("Call about invoice number {number:06}"),
            "notes": notes,
            "projectId": format!("project-{}", number % PROJECTS),
            "tagIds": [format!("tag-{}", number % TAGS)],
            "subTaskIds": [], "attachments": [],
            "timeSpentOnDay": {}, "timeSpent": 0, "timeEstimate": 0,
            "isDone": number.is_multiple_of(10),
            "created": AT_MS + number as u64,
        });
        if number.is_multiple_of(3) {
            task["dueDay"] = format!("2027-{:02}-{:02}", 1 + number % 12, 1 + number % 28).into();
        }
        task
    };
    let project = |number: usize| {
        let own = (0..tasks).filter(|task| task % PROJECTS == number);
        json!({
            "id": format!("project-{number}"),
            "title": format!("Project number {number}"),
            "taskIds": own.map(|task| format!("task-{task}")).collect::<Vec<_>>(),
            "backlogTaskIds": [], "noteIds": [],
        })
    };
    let tag = |number: usize| {
        json!({
            "id": format!("tag-{number}"), "title": format!("tag {number}"),
            "taskIds": [], "created": AT_MS,
        })
    };
    let mut all = model((0..tasks).map(task));
    all["currentTaskId"] = Value::Null;
    all["selectedTaskId"] = Value::Null;
    let mut notes = model(std::iter::empty());
    notes["todayOrder"] = json!([]);
    json!({
        "timestamp": AT_MS, "lastUpdate": AT_MS, "crossModelVersion": 4.5,
        "data": {
            "task": all,
            "project": model((0..PROJECTS).map(project)),
            "tag": model((0..TAGS).map(tag)),
            "note": notes,
        },
    })
}

/// A table of the backup: ids in order, and what they name.
fn model(rows: impl Iterator<Item = Value>) -> Value {
    let mut ids = Vec::new();
    let mut entities = serde_json::Map::new();
    for row in rows {
        let id = row["id"].as_str().unwrap().to_owned();
        ids.push(id.clone());
        entities.insert(id, row);
    }
    json!({ "ids": ids, "entities": entities })
}

//! A browser that holds nothing comes to a person's account, small and ten times as large: from the
//! press that opens the kit to Today with all that is counted beside it. And what a device with all
//! of that holds in memory, and takes to unlock.

use lifeos_bench::Household;
use serde_json::{Value, json};

use crate::bare;
use crate::chromium::{measure, times};
use crate::table::{Row, Target, median};

const FEW: usize = 10_000;
const MANY: usize = 100_000;
const ROUNDS: usize = 3;
const UNLOCKS: usize = 7;
/// Today with 10 × the tasks may take so much more, where it does not grow with them.
const FLAT: f64 = 1.3;

pub(crate) async fn rows() -> Vec<Row> {
    let mut pages = bare::pages();
    for tasks in [FEW, MANY] {
        let plain = Household::plain(tasks).into_bytes();
        pages.insert(format!("/tasks-{tasks}.json"), ("application/json", plain));
    }
    let origin = bare::serve(pages).await;
    let measured = measure(json!({
        "measurement": "fresh",
        "origin": origin,
        "sizes": [FEW, MANY],
        "rounds": ROUNDS,
        "unlocks": UNLOCKS,
    }))
    .await;
    let [few, many] = [&measured[0], &measured[1]].map(Of);
    for (of, tasks) in [(&few, FEW), (&many, MANY)] {
        println!(
            "  {tasks} tasks: fresh {:.0} ms, of which {:.0} until the first screen of the account; \
             unlocked in {:.0} ms, from {:.1} MB of snapshot and {:.1} MB of journal",
            of.median("fresh"),
            of.median("entered"),
            of.median("unlocked"),
            of.stored_mb("snapshot"),
            of.stored_mb("journal"),
        );
        println!(
            "  worker: {:.1} MB of WebAssembly and {:.1} MB of JavaScript after unlocking, {:.1} and \
             {:.1} MB after all came in",
            of.memory("afterUnlock", "wasm"),
            of.memory("afterUnlock", "script"),
            of.memory("afterFresh", "wasm"),
            of.memory("afterFresh", "script"),
        );
    }
    let count = format!("median of {ROUNDS}");
    let memory = |when, how| {
        let ours = many.memory(when, "wasm") + many.memory(when, "script");
        Row::new(
            format!("worker memory with {MANY} tasks, {how}"),
            "MB",
            (ours, many.memory("bare", "script")),
            Target::AtMost(150.0),
            "the module's memory and the JavaScript heap; bare: the tasks as a plain array in a worker",
        )
    };
    vec![
        Row::new(
            format!("fresh device, {MANY} tasks, to a usable Today"),
            "ms",
            (many.median("fresh"), many.median("bare")),
            Target::AtMost(2_000.0),
            format!("a bare worker that fetches, parses and stores them as plain JSON; {count}"),
        ),
        Row::new(
            "fresh device with 10 × the tasks",
            "ms",
            (many.median("fresh"), 10.0 * few.median("fresh")),
            Target::Times(FLAT),
            format!("10 × what {FEW} take; {count}"),
        ),
        Row::new(
            "unlock with 10 × the tasks",
            "ms",
            (many.median("unlocked"), few.median("unlocked")),
            Target::Times(FLAT),
            format!(
                "the same with {FEW}; from the click on the passkey to Today, median of {UNLOCKS}"
            ),
        ),
        memory("afterUnlock", "after unlocking"),
        memory("afterFresh", "after all came in"),
    ]
}

/// What was measured with so many tasks.
struct Of<'a>(&'a Value);

impl Of<'_> {
    fn median(&self, what: &str) -> f64 {
        median(&times(&self.0[what]))
    }

    fn stored_mb(&self, kind: &str) -> f64 {
        self.0["stored"][kind].as_f64().unwrap() / 1e6
    }

    /// In megabytes.
    fn memory(&self, when: &str, part: &str) -> f64 {
        self.0["memory"][when][part].as_f64().unwrap() / 1e6
    }
}

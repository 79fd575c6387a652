//! What an opened change holds. Whoever holds a space's key can write anything there, so a device
//! must live through all of it.

use std::collections::BTreeSet;

use lifeos_exchange::report::Source as Product;
use lifeos_exchange::{File, Import, Limits, Options};
use lifeos_kernel::{
    BatchId, Change, ChangeMeta, Context, DeviceId, FlowId, IntentId, RawEvent, Source,
};
use lifeos_life::{Life, Query, Undo};
use serde_json::json;

use crate::parts;

/// Events, several in one input: each is a change of its own. Folding them in this order, in the
/// opposite order and twice gives one state, and every screen can be asked for.
pub fn event(bytes: &[u8]) -> bool {
    let mut stamps = BTreeSet::new();
    // A device never gives a stamp twice, and the engine takes only a device's own.
    let events = parts(bytes).into_iter().filter(|event| {
        RawEvent::read(event).map_or(true, |event| stamps.insert(event.stamp.with_index(0)))
    });
    let changes: Vec<Change> = events.zip(0..=u8::MAX).map(change_of).collect();
    let (mut forwards, mut backwards) = (Life::default(), Life::default());
    let mut folded = 0;
    for change in &changes {
        let checked = Life::check(change).is_ok();
        assert_eq!(forwards.fold(change).is_ok(), checked);
        folded += usize::from(checked);
    }
    for change in changes.iter().rev().chain(&changes) {
        drop(backwards.fold(change));
    }
    let state = forwards.to_snapshot();
    assert_eq!(backwards.to_snapshot(), state);
    let again = Life::from_snapshot(&state).expect("a written state is read");
    assert_eq!(again.to_snapshot(), state);
    look(&forwards);
    folded > 0 && folded == changes.len()
}

fn change_of((event, number): (&[u8], u8)) -> Change {
    let intent = IntentId([number; 16]);
    Change {
        meta: ChangeMeta {
            intent,
            part: 0,
            source: Source::Ui,
            flow: FlowId(intent.0),
            batch: Some(BatchId([1; 16])),
            last_of_batch: number.is_multiple_of(2),
        },
        events: vec![event.to_vec()],
    }
}

/// The state of a life as it stands in a snapshot, and what undo keeps.
pub fn life_state(bytes: &[u8]) -> bool {
    let life = Life::from_snapshot(bytes);
    if let Ok(life) = &life {
        let written = life.to_snapshot();
        let again = Life::from_snapshot(&written).expect("a written state is read");
        assert_eq!(again.to_snapshot(), written);
        look(life);
    }
    let undo = Undo::decode(bytes);
    if let Ok(undo) = &undo {
        let again = Undo::decode(&undo.encode()).expect("what was written is read");
        assert_eq!(again.encode(), undo.encode());
        drop(Life::default().revert(undo, &context()));
    }
    life.is_ok() || undo.is_ok()
}

/// Asks for every screen.
fn look(life: &Life) {
    let context = context();
    for scope in [
        "inbox", "today", "upcoming", "next", "waiting", "someday", "logbook", "trash", "all",
    ] {
        let list = json!({ "type": "tasks", "query": {
            "type": "list", "scope": { "type": scope }, "limit": 50, "after": null,
        } });
        let query: Query = serde_json::from_value(list).expect("a query of the page");
        drop(life.query(query, &context));
    }
    drop(life.query(Query::Today, &context));
    drop(life.query(Query::Batches, &context));
    let household = json!({ "type": "household", "query": { "type": "household" } });
    let household: Query = serde_json::from_value(household).expect("a query of the page");
    drop(life.query(household, &context));
    let search = Query::Search {
        text: "a".to_owned(),
        limit: 50,
    };
    drop(life.query(search, &context));
    drop(life.undo_batch(BatchId([1; 16]), &context));
}

fn context() -> Context {
    Context {
        now_ms: 1_795_000_000_000,
        utc_offset_minutes: 60,
        zone: None,
        start_of_day_minutes: 240,
        device: DeviceId([9; 16]),
        space: [8; 16],
        source: Source::Ui,
        entropy: [7; 32],
    }
}

/// Any bytes given to the importer as a backup of Super Productivity.
pub fn super_productivity(bytes: &[u8]) -> bool {
    imported("", bytes, Product::SuperProductivity)
}

/// Any bytes given to the importer as a backup of TickTick.
pub fn ticktick(bytes: &[u8]) -> bool {
    imported("backup.csv", bytes, Product::TickTick)
}

/// Any bytes given to the importer as an export of Todoist.
pub fn todoist(bytes: &[u8]) -> bool {
    imported("export.csv", bytes, Product::Todoist)
}

/// Any bytes given to the importer as an export of ClickUp.
pub fn clickup(bytes: &[u8]) -> bool {
    imported("export.csv", bytes, Product::ClickUp)
}

/// Any bytes given to the importer as a file of todo.txt.
pub fn todo_txt(bytes: &[u8]) -> bool {
    imported("todo.txt", bytes, Product::TodoTxt)
}

/// Any bytes given to the importer as a file of Org mode.
pub fn org_mode(bytes: &[u8]) -> bool {
    imported("life.org", bytes, Product::OrgMode)
}

/// Any bytes given to the importer as an iCalendar file.
pub fn icalendar(bytes: &[u8]) -> bool {
    imported("todo.ics", bytes, Product::ICalendar)
}

/// Any bytes given to the core as what a worker read: refused, or sound.
pub fn import_records(bytes: &[u8]) -> bool {
    let Ok(import) = Import::decode(bytes) else {
        return false;
    };
    holds(&import, &Limits::default());
    true
}

/// Reads bytes under a name: a refusal, or an import that holds what every import promises, within
/// the limits. Tells whether it is of that product.
fn imported(name: &str, bytes: &[u8], product: Product) -> bool {
    let limits = Limits {
        file_bytes: 1 << 20,
        values: 100_000,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let file = File {
        name: Some(name),
        bytes,
    };
    let Ok(import) = lifeos_exchange::read(file, &options) else {
        return false;
    };
    holds(&import, &limits);
    import.source == product
}

fn holds(import: &Import, limits: &Limits) {
    assert_eq!(import.check(limits), Ok(()));
    let sent = import.encode().expect("what was read can be sent");
    assert_eq!(Import::decode(&sent).as_ref(), Ok(import));
    // What the tasks of a space take in can be made of every import.
    let items = import.items([7; 16], 1, |_| false);
    assert_eq!(items.len(), import.records.len());
}

//! A life from commands to views and back, across devices.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lifeos_kernel::laws::{context, record};
use lifeos_kernel::{
    BatchId, Change, ChangeMeta, Context, Day, DeviceId, Draft, FlowId, Hlc, IntentId, OwnBytes,
    OwnPacked, RawEvent, RecordId, Source, Stamp, When,
};
use lifeos_life::{
    Command, Event, FoldError, Folded, Import, Life, Query, ToErase, Undo, View, demo,
    import_disputes, parts, plan_import, stamp_all,
};
use lifeos_tasks::{
    BulkEdit, ImportItem, ImportOutcome, Placement, ProjectField, Scope, TaskField, TaskRow,
    TasksChange, TasksCommand, TasksQuery, TasksView,
};
use proptest::prelude::*;

/// A device with its clock, its life and its log.
struct Device {
    clock: Hlc,
    life: Life,
    context: Context,
    log: Vec<Change>,
    number: u8,
}

impl Device {
    fn new(number: u8) -> Self {
        let device = DeviceId([number; 16]);
        Self {
            clock: Hlc::new(device),
            life: Life::default(),
            context: context(device, number),
            log: Vec::new(),
            number: 0,
        }
    }

    fn run(&mut self, command: TasksCommand) -> Undo {
        self.context.entropy = [self.number, self.clock.device().0[0], 3].repeat(11)[..32]
            .try_into()
            .unwrap();
        let drafts = self
            .life
            .decide(Command::Tasks { command }, &self.context)
            .unwrap();
        self.number += 1;
        let intent = IntentId(
            [self.number, self.clock.device().0[0]]
                .repeat(8)
                .try_into()
                .unwrap(),
        );
        self.write(drafts, intent, 0, None)
    }

    fn write(
        &mut self,
        drafts: Vec<Draft<Event>>,
        intent: IntentId,
        part: u16,
        batch: Option<BatchId>,
    ) -> Undo {
        let stamp = self.clock.tick(self.context.now_ms).unwrap();
        let stamped = stamp_all(drafts, stamp).unwrap();
        let undo = Undo::decode(&self.life.capture(&stamped).encode()).unwrap();
        let events = stamped
            .iter()
            .map(|event| Life::encode(event).unwrap())
            .collect();
        let meta = ChangeMeta {
            intent,
            part,
            source: Source::Ui,
            flow: FlowId(intent.0),
            batch,
            last_of_batch: false,
        };
        self.take(&Change { meta, events });
        undo
    }

    fn write_batch(&mut self, drafts: Vec<Draft<Event>>, intent: IntentId, batch: BatchId) {
        for (part, drafts) in (0..).zip(parts(drafts, 60_000, 20).unwrap()) {
            self.write(drafts, intent, part, Some(batch));
        }
    }

    fn take(&mut self, change: &Change) -> Folded {
        let folded = self.life.fold(change).unwrap();
        if !self.log.contains(change) {
            self.log.push(change.clone());
        }
        if let Folded::Rebuild { rebuild, .. } = &folded {
            for record in rebuild {
                let events: Vec<Vec<u8>> = self
                    .log
                    .iter()
                    .flat_map(|change| change.events.clone())
                    .collect();
                self.life.refold(*record, &events).unwrap();
            }
        }
        for event in &change.events {
            self.clock
                .observe(&lifeos_kernel::RawEvent::read(event).unwrap().stamp);
        }
        folded
    }

    fn ask(&self, query: TasksQuery) -> TasksView {
        match self.life.query(Query::Tasks { query }, &self.context) {
            View::Tasks { view } => view,
            other => panic!("{other:?}"),
        }
    }

    fn list(&self, scope: Scope) -> Vec<TaskRow> {
        let query = TasksQuery::List {
            scope,
            sorting: Default::default(),
            grouping: Default::default(),
            limit: 1_000,
            after: None,
        };
        let TasksView::List { list } = self.ask(query) else {
            unreachable!("a list is answered by a list")
        };
        list.rows
    }

    fn search(&self, text: &str) -> Vec<RecordId> {
        let View::Search { search } = self.life.query(
            Query::Search {
                text: text.to_owned(),
                limit: 9,
            },
            &self.context,
        ) else {
            unreachable!("a search is answered by a search")
        };
        search.hits.iter().map(|hit| hit.record).collect()
    }
}

fn create(title: &str) -> TasksCommand {
    TasksCommand::CreateTask {
        title: title.to_owned(),
        set: vec![],
        labels: vec![],
        place: None,
    }
}

fn set(task: RecordId, field: TaskField) -> TasksCommand {
    TasksCommand::EditTasks {
        tasks: vec![task],
        edit: BulkEdit::Set { set: vec![field] },
    }
}

#[test]
fn a_task_is_made_listed_found_completed_and_searched_for_after_a_restart() {
    let mut device = Device::new(1);
    device.run(create("Bleed the radiators"));
    let rows = device.list(Scope::Inbox);
    assert_eq!(rows.len(), 1);
    assert_eq!(device.search("radi"), [rows[0].id]);
    device.run(TasksCommand::EditTasks {
        tasks: vec![rows[0].id],
        edit: BulkEdit::Complete,
    });
    assert!(device.list(Scope::Inbox).is_empty());
    assert_eq!(
        device.list(Scope::Logbook)[0].closed_at_ms,
        Some(1_795_262_400_000)
    );
    device.life = Life::from_snapshot(&device.life.to_snapshot()).unwrap();
    assert_eq!(device.list(Scope::Logbook).len(), 1);
    assert_eq!(device.search("RADIATORS bleed"), [rows[0].id]);
}

#[test]
fn an_undo_leaves_what_another_device_changed_since_and_names_it() {
    let (mut one, mut two) = (Device::new(1), Device::new(2));
    one.run(create("Paint the fence"));
    let task = one.list(Scope::Inbox)[0].id;
    let edit = BulkEdit::Set {
        set: vec![
            TaskField::Title("Oil the fence".to_owned()),
            TaskField::Urgent(true),
        ],
    };
    let undo = one.run(TasksCommand::EditTasks {
        tasks: vec![task],
        edit,
    });
    let log = one.log.clone();
    log.iter().for_each(|change| {
        two.take(change);
    });
    two.run(set(task, TaskField::Title("Replace the fence".to_owned())));
    let theirs = two.log.last().unwrap().clone();
    one.take(&theirs);
    let outcome = one.life.revert(&undo, &one.context);
    assert_eq!(
        outcome
            .kept
            .iter()
            .map(|kept| kept.field.as_str())
            .collect::<Vec<_>>(),
        ["title"]
    );
    one.write(outcome.drafts, IntentId([77; 16]), 0, None);
    let row = &one.list(Scope::Inbox)[0];
    assert_eq!(
        (row.title.as_str(), row.urgent),
        ("Replace the fence", false)
    );
}

#[test]
fn a_write_that_meets_another_devices_is_told_with_winner_and_loser() {
    let (mut one, mut two) = (Device::new(1), Device::new(2));
    one.run(create("a"));
    two.take(&one.log[0].clone());
    let task = one.list(Scope::Inbox)[0].id;
    one.run(set(task, TaskField::Title("b".to_owned())));
    two.run(set(task, TaskField::Title("c".to_owned())));
    let folded = one.take(&two.log[1].clone());
    let Folded::Applied { settled, .. } = folded else {
        panic!("it is new")
    };
    assert_eq!(settled.len(), 1);
    assert_eq!(settled[0].field, "title");
    assert!(settled[0].won > settled[0].lost);
}

#[test]
fn a_part_of_an_intent_folds_once_with_the_smallest_stamp_whatever_comes_first() {
    let (mut one, mut two) = (Device::new(1), Device::new(2));
    let intent = IntentId([9; 16]);
    one.run(create("shared"));
    two.take(&one.log[0].clone());
    let task = one.list(Scope::Inbox)[0].id;
    // The same intent, told by two devices with different outcomes, and an edit in between.
    let tell = |device: &mut Device, title: &str| {
        let command = Command::Tasks {
            command: set(task, TaskField::Title(title.to_owned())),
        };
        let drafts = device.life.decide(command, &device.context).unwrap();
        device.write(drafts, intent, 0, None);
        device.log.last().unwrap().clone()
    };
    let earlier = tell(&mut one, "earlier");
    two.context.now_ms += 5_000;
    let later = tell(&mut two, "later");
    let mut first = Device::new(3);
    let mut second = Device::new(4);
    let made = one.log[0].clone();
    for change in [&made, &earlier, &later] {
        first.take(change);
    }
    for change in [&later, &made, &earlier, &later] {
        second.take(change);
    }
    assert_eq!(first.list(Scope::Inbox)[0].title, "earlier");
    assert_eq!(first.life, second.life);
    assert_eq!(first.life.to_snapshot(), second.life.to_snapshot());
    assert_eq!(second.take(&later), Folded::Superseded);
    assert_eq!(second.take(&earlier), Folded::Known);
}

#[test]
fn a_malformed_event_leaves_the_state_as_it_was() {
    let mut device = Device::new(1);
    device.run(create("kept"));
    let before = device.life.clone();
    let mut change = device.log[0].clone();
    change.meta.intent = IntentId([50; 16]);
    let last = change.events[0].len() - 1;
    change.events[0].remove(last);
    assert!(matches!(
        device.life.fold(&change),
        Err(FoldError::Event { index: 0, .. })
    ));
    assert!(Life::check(&change).is_err());
    let mut doubled = device.log[0].clone();
    doubled.meta.intent = IntentId([51; 16]);
    doubled.events.push(doubled.events[0].clone());
    assert_eq!(device.life.fold(&doubled), Err(FoldError::Stamps));
    assert_eq!(device.life, before);
}

#[test]
fn events_of_a_newer_client_are_kept_and_counted_across_a_restart() {
    let mut device = Device::new(1);
    device.run(create("known"));
    let mut change = device.log[0].clone();
    change.meta.intent = IntentId([60; 16]);
    // The version is the last byte of an event.
    *change.events[0].last_mut().unwrap() = 2;
    assert!(matches!(
        device.life.fold(&change),
        Ok(Folded::Applied { .. })
    ));
    assert_eq!(device.life.needs_newer_version(), 1);
    let again = Life::from_snapshot(&device.life.to_snapshot()).unwrap();
    assert_eq!(again.needs_newer_version(), 1);
    assert_eq!(again, device.life);
}

/// Takes a record out of the trash for good, erases what it held, and folds again what is left.
fn erase(device: &mut Device, task: RecordId) {
    device.run(TasksCommand::EditTasks {
        tasks: vec![task],
        edit: BulkEdit::Trash,
    });
    device.run(TasksCommand::EmptyTrash {
        records: Some(vec![task]),
    });
    let to_erase = device.life.to_erase();
    assert_eq!(to_erase.records, 1);
    device.life.erase(&to_erase.stamps);
    let events: Vec<Vec<u8>> = device
        .log
        .iter()
        .flat_map(|one| one.events.clone())
        .collect();
    device.life.refold(task, &events).unwrap();
}

#[test]
fn an_erased_record_is_gone_and_stays_gone() {
    let mut device = Device::new(1);
    device.run(create("secret"));
    let task = device.list(Scope::Inbox)[0].id;
    erase(&mut device, task);
    assert!(device.list(Scope::All).is_empty());
    assert!(device.search("secret").is_empty());
    assert_eq!(device.life.to_erase(), ToErase::default(), "once is enough");
    assert!(device.life.knows(task), "that it was purged is known");
    assert!(
        !device
            .life
            .to_snapshot()
            .windows(6)
            .any(|bytes| bytes == b"secret")
    );
}

#[test]
fn who_never_saw_what_was_erased_ends_with_the_same_life() {
    let mut one = Device::new(1);
    one.run(create("secret"));
    let task = one.list(Scope::Inbox)[0].id;
    // Another device edits it, unaware of what follows.
    let mut two = Device::new(2);
    one.log.iter().for_each(|change| {
        two.take(change);
    });
    two.run(TasksCommand::EditTasks {
        tasks: vec![task],
        edit: BulkEdit::Set {
            set: vec![TaskField::Title("late".to_owned())],
        },
    });
    let late = two.log.last().unwrap().clone();
    let before = one.log.len();
    erase(&mut one, task);
    one.take(&late);
    // A third has the log as it stands after the erasure: without the events that are gone.
    let mut three = Device::new(3);
    for change in &one.log[before..] {
        if one.life.record_stamps(task).iter().any(|stamp| {
            let of_change = |event: &Vec<u8>| RawEvent::read(event).unwrap().stamp == *stamp;
            change.events.iter().any(of_change)
        }) {
            three.take(change);
        }
    }
    assert!(one.list(Scope::All).is_empty() && three.list(Scope::All).is_empty());
    assert_eq!(one.life.record_stamps(task), three.life.record_stamps(task));
    let left = one.life.to_erase();
    assert_eq!((left.records, left.stamps.len()), (1, 1), "the late edit");
    assert_eq!(three.life.to_erase(), left);
}

#[test]
fn a_second_telling_of_what_was_erased_brings_nothing_back() {
    let mut one = Device::new(1);
    one.run(create("secret"));
    let task = one.list(Scope::Inbox)[0].id;
    let told = one.log[0].clone();
    // Another device told the same intent, without having seen it.
    let mut two = Device::new(2);
    let stamp = two.clock.tick(two.context.now_ms + 5).unwrap();
    let restamp = |event: &Vec<u8>| {
        let old = RawEvent::read(event).unwrap().stamp;
        let at = event
            .windows(26)
            .rposition(|window| window == old.as_bytes())
            .unwrap();
        let mut event = event.clone();
        event[at..at + 26].copy_from_slice(stamp.with_index(old.index()).as_bytes());
        event
    };
    let again = Change {
        meta: told.meta.clone(),
        events: told.events.iter().map(restamp).collect(),
    };
    let erased = Change {
        meta: told.meta.clone(),
        events: Vec::new(),
    };
    erase(&mut one, task);
    assert_eq!(one.life.fold(&again), Ok(Folded::Superseded));
    for order in [[&erased, &again], [&again, &erased]] {
        let mut late = Device::new(3);
        for change in order {
            late.life.fold(change).unwrap();
        }
        assert!(late.list(Scope::All).is_empty() && !late.life.knows(task));
        assert_eq!(late.life.rebuilding().count(), 0);
    }
}

#[test]
fn what_lay_in_the_trash_for_thirty_days_is_purged_and_nothing_younger() {
    let mut device = Device::new(1);
    device.run(create("old"));
    device.run(create("young"));
    let ids: Vec<RecordId> = device.list(Scope::Inbox).iter().map(|row| row.id).collect();
    let trash = |task| TasksCommand::EditTasks {
        tasks: vec![task],
        edit: BulkEdit::Trash,
    };
    device.run(trash(ids[0]));
    let month_ms = 30 * 24 * 3_600_000;
    device.context.now_ms += month_ms - 1;
    device.run(trash(ids[1]));
    assert_eq!(device.life.purge_expired(device.context.now_ms), []);
    device.context.now_ms += 1;
    let drafts = device.life.purge_expired(device.context.now_ms);
    let records: Vec<RecordId> = drafts.iter().map(|draft| draft.record).collect();
    assert_eq!(records, [ids[0]]);
    device.write(drafts, IntentId([77; 16]), 0, None);
    assert_eq!(device.life.to_erase().records, 1);
    assert_eq!(device.life.purge_expired(device.context.now_ms), []);
}

#[test]
fn the_history_tells_each_field_and_leads_back_to_any_earlier_state() {
    let mut device = Device::new(1);
    device.run(create("one"));
    let task = device.list(Scope::Inbox)[0].id;
    device.run(set(task, TaskField::Title("two".to_owned())));
    device.run(set(task, TaskField::Title("three".to_owned())));
    let events: Vec<_> = device
        .log
        .iter()
        .flat_map(|change| change.events.clone())
        .map(|bytes| lifeos_life::HistoricEvent {
            source: Source::Ui,
            bytes,
        })
        .collect();
    let history = Life::history(task, &events).unwrap();
    assert_eq!(
        history.iter().map(|entry| entry.stamp).collect::<Vec<_>>(),
        device.life.record_stamps(task)
    );
    let last = serde_json::to_value(&history[2].changes).unwrap();
    assert_eq!(
        last,
        serde_json::json!([{
            "domain": "tasks",
            "change": { "type": "task", "before": { "title": "two" }, "after": { "title": "three" } },
        }])
    );
    let drafts = device
        .life
        .restore(task, history[0].stamp, &events, &device.context)
        .unwrap();
    device.write(drafts, IntentId([70; 16]), 0, None);
    assert_eq!(device.list(Scope::Inbox)[0].title, "one");
}

fn imported(title: &str, notes: &str) -> Import {
    Import {
        origin: "test".to_owned(),
        content: [title.len() as u8; 32],
        items: vec![ImportItem::Task {
            record: record(1),
            at_ms: 5,
            fields: vec![
                TaskField::Title(title.to_owned()),
                TaskField::Notes(notes.to_owned()),
            ],
            labels: vec![],
            spent: vec![(Day::from_epoch_days(20_000), 25)],
            checklist: vec![],
        }],
    }
}

fn import(device: &mut Device, import: &Import) -> lifeos_life::ImportDecided {
    let decided = plan_import(&device.life, import, &[], &device.context);
    device.write_batch(decided.drafts.clone(), decided.intent, decided.batch);
    decided
}

#[test]
fn the_same_import_again_writes_nothing_and_a_later_one_only_what_changed_there() {
    let mut device = Device::new(1);
    let first = import(&mut device, &imported("a", "n"));
    assert_eq!(first.outcomes, [(record(1), ImportOutcome::Created)]);
    let again = import(&mut device, &imported("a", "n"));
    assert!(again.drafts.is_empty());
    assert_eq!(again.outcomes, [(record(1), ImportOutcome::Unchanged)]);
    // Edited here; the source changed the notes, then the title too.
    device.run(set(record(1), TaskField::Title("mine".to_owned())));
    let notes = import(&mut device, &imported("a", "n2"));
    assert!(notes.conflicts.is_empty());
    let both = import(&mut device, &imported("theirs", "n2"));
    assert_eq!(both.conflicts.len(), 1);
    let row = &device.list(Scope::All)[0];
    assert_eq!((row.title.as_str(), row.spent_minutes), ("mine", 25));
    // Kept as last imported, so that the same file asks nothing again.
    assert!(
        import(&mut device, &imported("theirs", "n2"))
            .drafts
            .is_empty()
    );
    device.run(TasksCommand::EditTasks {
        tasks: vec![record(1)],
        edit: BulkEdit::Trash,
    });
    let trashed = import(&mut device, &imported("other", "n3"));
    assert!(trashed.drafts.is_empty());
    assert_eq!(trashed.outcomes, [(record(1), ImportOutcome::Trashed)]);
}

#[test]
fn a_conflict_decided_for_the_source_is_written() {
    let mut device = Device::new(1);
    import(&mut device, &imported("a", "n"));
    device.run(set(record(1), TaskField::Title("mine".to_owned())));
    let asked = plan_import(&device.life, &imported("theirs", "n"), &[], &device.context);
    let decided = plan_import(
        &device.life,
        &imported("theirs", "n"),
        &asked.conflicts,
        &device.context,
    );
    // Another choice is another intent: of two devices that choose differently, neither's is lost.
    assert_ne!(decided.intent, asked.intent);
    device.write_batch(decided.drafts, decided.intent, decided.batch);
    assert_eq!(device.list(Scope::All)[0].title, "theirs");
}

#[test]
fn a_conflict_shows_what_stands_here_and_what_the_file_says() {
    let mut device = Device::new(1);
    let project = |number, title: &str| ImportItem::Project {
        record: record(number),
        at_ms: 5,
        fields: vec![ProjectField::Title(title.to_owned())],
    };
    let mut first = imported("a", "n");
    first.items.push(project(8, "Garden"));
    import(&mut device, &first);
    device.run(set(record(1), TaskField::Title("mine".to_owned())));
    device.run(set(record(1), TaskField::Project(Some(record(8)))));
    let mut later = imported("theirs", "n");
    later.items.push(project(9, "Move house"));
    let ImportItem::Task { fields, .. } = &mut later.items[0] else {
        unreachable!()
    };
    fields.push(TaskField::Project(Some(record(9))));
    let plan = plan_import(&device.life, &later, &[], &device.context);
    let disputes = import_disputes(&device.life, &later, &plan.conflicts);
    let shown: Vec<_> = disputes
        .iter()
        .map(|dispute| (dispute.conflict.field.as_str(), dispute.title.as_str()))
        .collect();
    assert_eq!(shown, [("title", "mine"), ("project", "mine")]);
    assert_eq!(
        disputes[0].values,
        TasksChange::Task {
            before: TaskField::Title("mine".to_owned()),
            after: TaskField::Title("theirs".to_owned()),
        }
    );
    // The file's project is not here yet: its name is the file's.
    assert_eq!(
        (
            disputes[1].here_names.as_deref(),
            disputes[1].file_names.as_deref()
        ),
        (Some("Garden"), Some("Move house"))
    );
}

#[test]
fn a_section_in_the_trash_is_shown_there_and_can_be_taken_out() {
    let mut device = Device::new(1);
    device.run(TasksCommand::CreateProject {
        title: "Garden".to_owned(),
        set: vec![],
    });
    let project = |device: &Device| match device.ask(TasksQuery::Projects { closed: true }) {
        TasksView::Projects { projects } => projects[0].id,
        other => panic!("{other:?}"),
    };
    let project = project(&device);
    device.run(TasksCommand::CreateSection {
        project,
        title: "Beds".to_owned(),
    });
    let there = |device: &Device| match device.ask(TasksQuery::Project { project }) {
        TasksView::Project { project } => project.unwrap().sections,
        other => panic!("{other:?}"),
    };
    let gone = |device: &Device| match device.ask(TasksQuery::Trash) {
        TasksView::Trash { sections, .. } => sections,
        other => panic!("{other:?}"),
    };
    let section = there(&device)[0].id;
    let records = vec![section];
    device.run(TasksCommand::TrashRecords {
        records: records.clone(),
    });
    assert!(there(&device).is_empty());
    assert_eq!(
        gone(&device)
            .iter()
            .map(|section| section.title.as_str())
            .collect::<Vec<_>>(),
        ["Beds"]
    );
    device.run(TasksCommand::RestoreRecords { records });
    assert!(gone(&device).is_empty());
    assert_eq!(there(&device).len(), 1);
}

#[test]
fn two_devices_that_import_the_same_file_offline_meet_on_the_same_records() {
    let (mut one, mut two) = (Device::new(1), Device::new(2));
    import(&mut one, &imported("a", "n"));
    two.context.now_ms += 60_000;
    import(&mut two, &imported("a", "n"));
    let (ours, theirs) = (one.log.clone(), two.log.clone());
    theirs.iter().for_each(|change| {
        one.take(change);
    });
    ours.iter().for_each(|change| {
        two.take(change);
    });
    assert_eq!(one.list(Scope::All).len(), 1);
    assert_eq!(one.list(Scope::All)[0].spent_minutes, 25);
    assert_eq!(one.life, two.life);
}

#[test]
fn undoing_a_batch_trashes_what_is_untouched_and_names_what_is_not() {
    let mut device = Device::new(1);
    let batch = demo::batch(7, &device.context);
    let drafts = demo::year(7, &device.context);
    device.write_batch(drafts, IntentId([80; 16]), batch);
    let all = device.list(Scope::All);
    assert!(all.len() > 300, "{}", all.len());
    device.run(set(all[0].id, TaskField::Title("mine now".to_owned())));
    device.run(create("my own"));
    let outcome = device.life.undo_batch(batch, &device.context);
    assert_eq!(
        outcome
            .kept
            .iter()
            .map(|kept| kept.record)
            .collect::<Vec<_>>(),
        [all[0].id]
    );
    for (part, drafts) in (0..).zip(parts(outcome.drafts, 60_000, 20).unwrap()) {
        device.write(drafts, IntentId([81; 16]), part, None);
    }
    let mut left: Vec<String> = device
        .list(Scope::All)
        .into_iter()
        .map(|row| row.title)
        .collect();
    left.sort();
    assert_eq!(left, ["mine now", "my own"]);
    assert!(
        matches!(device.life.query(Query::Batches, &device.context), View::Batches { batches } if batches[0].undone)
    );
}

#[test]
fn the_sample_year_fills_every_list() {
    let mut device = Device::new(1);
    let drafts = demo::year(1, &device.context);
    assert_eq!(drafts, demo::year(1, &device.context));
    device.write_batch(drafts, IntentId([80; 16]), demo::batch(1, &device.context));
    for scope in [
        Scope::Inbox,
        Scope::Today,
        Scope::Upcoming,
        Scope::Next,
        Scope::Waiting,
        Scope::Someday,
        Scope::Logbook,
    ] {
        assert!(!device.list(scope).is_empty(), "{scope:?}");
    }
}

#[test]
fn a_day_begins_at_the_persons_own_hour() {
    let mut device = Device::new(1);
    let day = |text: &str| When::Day(text.parse().unwrap());
    device.run(create("today"));
    let task = device.list(Scope::Inbox)[0].id;
    device.run(set(task, TaskField::Due(Some(day("2026-11-21")))));
    assert_eq!(device.list(Scope::Today).len(), 1);
    // 03:30 local on the 21st is still the 20th; 04:30 is the 21st.
    device.context.now_ms = 1_795_262_400_000 - (13 * 60 - 3 * 60 - 30) * 60_000;
    assert_eq!(device.context.today().to_string(), "2026-11-20");
    assert!(device.list(Scope::Today).is_empty());
    device.context.now_ms += 60 * 60_000;
    assert_eq!(device.list(Scope::Today).len(), 1);
}

#[test]
fn a_loop_of_parents_ignores_the_youngest_edge_and_a_trashed_parent_loses_its_child() {
    let (mut one, mut two) = (Device::new(1), Device::new(2));
    one.run(create("a"));
    one.run(create("b"));
    one.log.clone().iter().for_each(|change| {
        two.take(change);
    });
    let rows = one.list(Scope::Inbox);
    let (a, b) = (rows[0].id, rows[1].id);
    one.run(set(a, TaskField::Parent(Some(b))));
    two.context.now_ms += 1_000;
    two.run(set(b, TaskField::Parent(Some(a))));
    one.take(&two.log[2].clone());
    let hangs = |device: &Device| {
        device
            .list(Scope::All)
            .iter()
            .map(|row| (row.id, row.parent))
            .collect::<Vec<_>>()
    };
    assert!(hangs(&one).contains(&(a, Some(b))));
    assert!(
        hangs(&one).contains(&(b, None)),
        "the younger edge is ignored"
    );
    one.run(TasksCommand::EditTasks {
        tasks: vec![b],
        edit: BulkEdit::Trash,
    });
    let row = one
        .list(Scope::All)
        .into_iter()
        .find(|row| row.id == a)
        .unwrap();
    assert!(row.lost_parent && row.parent.is_none());
    erase(&mut one, b);
    let row = one
        .list(Scope::All)
        .into_iter()
        .find(|row| row.id == a)
        .unwrap();
    assert!(!row.lost_parent && row.parent.is_none());
}

#[test]
fn tasks_are_moved_between_others_also_where_two_share_a_place() {
    let mut device = Device::new(1);
    let titles = |device: &Device| {
        device
            .list(Scope::Inbox)
            .into_iter()
            .map(|row| row.title)
            .collect::<Vec<_>>()
    };
    for title in ["a", "b", "c"] {
        device.run(create(title));
    }
    let ids: Vec<_> = device.list(Scope::Inbox).iter().map(|row| row.id).collect();
    device.run(TasksCommand::MoveTasks {
        tasks: vec![ids[2]],
        place: Placement::Before { record: ids[0] },
        set: vec![],
    });
    assert_eq!(titles(&device), ["c", "a", "b"]);
    device.run(TasksCommand::MoveTasks {
        tasks: vec![ids[1], ids[2]],
        place: Placement::First,
        set: vec![],
    });
    assert_eq!(titles(&device), ["b", "c", "a"]);
    // Two devices gave one place to two tasks.
    let key = lifeos_kernel::OrderKey::append(None, 5, 5);
    let same = |record| Draft {
        record,
        at_ms: 0,
        event: Event::Tasks(lifeos_tasks::TasksEvent::TaskEdited {
            set: vec![TaskField::Order(key.clone())],
        }),
    };
    device.write(
        vec![same(ids[0]), same(ids[1])],
        IntentId([90; 16]),
        0,
        None,
    );
    let pair: Vec<_> = device
        .list(Scope::Inbox)
        .iter()
        .take(2)
        .map(|row| row.id)
        .collect();
    let between = Placement::After { record: pair[0] };
    device.run(TasksCommand::MoveTasks {
        tasks: vec![ids[2]],
        place: between,
        set: vec![],
    });
    let now: Vec<_> = device.list(Scope::Inbox).iter().map(|row| row.id).collect();
    assert_eq!(now, [pair[0], ids[2], pair[1]]);
}

#[test]
fn long_titles_are_sorted_by_all_of_them_and_case_does_not_matter() {
    let mut device = Device::new(1);
    let same = "What is said about the same thing at length";
    for title in [
        "z",
        &format!("{same} c"),
        &format!("{same} B"),
        "École",
        "a",
        &format!("{same} a"),
        "eclair",
    ] {
        device.run(create(title));
    }
    let query = TasksQuery::List {
        scope: Scope::All,
        sorting: lifeos_tasks::Sorting::Title,
        grouping: lifeos_tasks::Grouping::None,
        limit: 10,
        after: None,
    };
    let View::Tasks {
        view: TasksView::List { list },
    } = device.life.query(Query::Tasks { query }, &device.context)
    else {
        unreachable!("a list is answered by a list")
    };
    let titles: Vec<&str> = list.rows.iter().map(|row| row.title.as_str()).collect();
    let long = ["a", "B", "c"].map(|end| format!("{same} {end}"));
    assert_eq!(
        titles,
        ["a", "eclair", "École", &long[0], &long[1], &long[2], "z"]
    );
}

/// A life as this device loads it.
fn rested(packed: OwnPacked) -> Life {
    let part = 0..packed.resting.len();
    Life::from_own_snapshot(&packed.read, &OwnBytes::new(packed.resting), part).unwrap()
}

#[test]
fn a_life_that_was_loaded_from_this_devices_own_snapshot_goes_on_as_if_it_had_never_been_away() {
    let mut stayed = Device::new(1);
    let mut loaded = Device::new(1);
    for title in ["first", "second", "third"] {
        stayed.run(create(title));
        loaded.run(create(title));
    }
    loaded.life = rested(loaded.life.to_own_snapshot());
    let ids: Vec<RecordId> = stayed.list(Scope::All).iter().map(|row| row.id).collect();
    let first_change = stayed.log[0].clone();
    for device in [&mut stayed, &mut loaded] {
        device.run(set(ids[1], TaskField::Title("second, edited".to_owned())));
        device.run(create("fourth"));
        erase(device, ids[2]);
        assert_eq!(device.life.fold(&first_change), Ok(Folded::Known));
        assert!(device.life.knows_intent(first_change.meta.intent));
    }
    assert_eq!(loaded.list(Scope::All), stayed.list(Scope::All));
    assert_eq!(loaded.life, stayed.life);
    assert_eq!(loaded.life.to_snapshot(), stayed.life.to_snapshot());
    assert_eq!(loaded.life.record_stamps(ids[1]).len(), 2);
}

/// Bytes that tell when nobody holds them any more.
struct Watched(Vec<u8>, Arc<AtomicBool>);

impl AsRef<[u8]> for Watched {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.1.store(true, Ordering::Relaxed);
    }
}

#[test]
fn after_an_erasure_a_life_can_let_go_of_the_bytes_that_still_hold_what_was_erased() {
    let mut device = Device::new(1);
    for title in ["kept", "secret"] {
        device.run(create(title));
    }
    let secret = device.search("secret")[0];
    let gone = Arc::new(AtomicBool::new(false));
    let OwnPacked { read, resting } = device.life.to_own_snapshot();
    let part = 0..resting.len();
    let before = OwnBytes::new(Watched(resting, Arc::clone(&gone)));
    device.life = Life::from_own_snapshot(&read, &before, part).unwrap();
    drop(before);
    assert!(!device.life.rests_on_erased());
    erase(&mut device, secret);
    assert!(device.life.rests_on_erased());
    assert!(!gone.load(Ordering::Relaxed));
    let packed = device.life.to_snapshot();
    assert!(!packed.windows(6).any(|window| window == b"secret"));
    let state = Life::from_snapshot(&packed).unwrap();
    let OwnPacked { read, resting } = device.life.to_own_snapshot();
    let part = 0..resting.len();
    let resting = OwnBytes::new(resting);
    device.life.rest_in(&read, &resting, part).unwrap();
    assert!(gone.load(Ordering::Relaxed));
    assert!(!device.life.rests_on_erased());
    assert_eq!(device.life, state);
    assert_eq!(device.search("kept").len(), 1);
    assert!(device.search("secret").is_empty());
}

#[test]
fn a_status_and_a_list_read_only_the_tasks_that_they_show() {
    let mut device = Device::new(1);
    for title in ["Kept", "Trashed", "Shown"] {
        device.run(create(title));
    }
    let trashed = device.search("trashed")[0];
    device.run(TasksCommand::EditTasks {
        tasks: vec![trashed],
        edit: BulkEdit::Trash,
    });
    // The title of one, as its task has it and no row, so that it cannot be read.
    let mut packed = device.life.to_own_snapshot();
    let title = packed
        .resting
        .windows(4)
        .position(|window| window == b"Kept");
    packed.resting[title.unwrap()] = 0xff;
    device.life = rested(packed);
    assert_eq!(device.life.records_to_erase(), 0);
    assert!(!device.life.has_to_erase());
    assert_eq!(device.life.purge_expired(device.context.now_ms), []);
    let query = TasksQuery::Counts;
    let View::Tasks {
        view: TasksView::Counts { counts },
    } = device.life.query(Query::Tasks { query }, &device.context)
    else {
        unreachable!("counts are answered with counts")
    };
    assert_eq!((counts.inbox, counts.trash), (2, 1));
    assert_eq!(device.list(Scope::Trash).len(), 1);
    assert!(!device.life.is_damaged(), "nobody asked for it");
    assert_eq!(device.list(Scope::All).len(), 1, "the others are shown");
    assert!(device.life.is_damaged());
}

#[test]
fn pages_follow_each_other_without_gap_or_overlap() {
    let mut device = Device::new(1);
    device.write_batch(
        demo::year(3, &device.context),
        IntentId([80; 16]),
        demo::batch(3, &device.context),
    );
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let query = TasksQuery::List {
            scope: Scope::All,
            sorting: lifeos_tasks::Sorting::Title,
            grouping: lifeos_tasks::Grouping::Project,
            limit: 37,
            after,
        };
        let View::Tasks {
            view: TasksView::List { list },
        } = device.life.query(Query::Tasks { query }, &device.context)
        else {
            unreachable!("a list is answered by a list")
        };
        assert_eq!(list.start as usize, seen.len());
        assert_eq!(
            list.groups.iter().map(|group| group.total).sum::<u32>(),
            list.total
        );
        seen.extend(list.rows.iter().map(|row| row.id));
        after = list.next;
        if after.is_none() {
            assert_eq!(seen.len(), list.total as usize);
            break;
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), device.list(Scope::All).len());
}

#[test]
fn a_refusal_repeats_nothing_of_what_was_typed() {
    let device = Device::new(1);
    let typed = "my-canary-text".repeat(1_000);
    let refused = device
        .life
        .decide(
            Command::Tasks {
                command: create(&typed),
            },
            &device.context,
        )
        .unwrap_err();
    let told = format!(
        "{refused:?} {refused} {}",
        serde_json::to_string(&refused).unwrap()
    );
    assert!(!told.contains("canary"), "{told}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Three devices write without seeing each other, also parts of the same intents; whatever
    /// order their changes arrive in, and however often, the states are the same to the byte.
    #[test]
    fn any_order_and_repetition_of_changes_gives_the_same_life(
        script in prop::collection::vec((0_usize..3, 0_u8..5, 0_u8..4), 1..25),
        orders in prop::collection::vec(prop::collection::vec(any::<u16>(), 50), 2),
    ) {
        let mut devices = [Device::new(1), Device::new(2), Device::new(3)];
        for (who, what, intent) in script {
            let device = &mut devices[who];
            let field = TaskField::Title(format!("{what}{who}"));
            let known = device.list(Scope::All).first().map(|row| row.id);
            match (what, known) {
                (0, _) | (_, None) => {
                    let event = lifeos_tasks::TasksEvent::TaskCreated { set: vec![field], labels: vec![] };
                    let draft = Draft { record: record(intent), at_ms: 0, event: Event::Tasks(event) };
                    device.write(vec![draft], IntentId([intent; 16]), u16::from(what), None);
                }
                (1, Some(task)) => {
                    device.run(TasksCommand::EditTasks { tasks: vec![task], edit: BulkEdit::Trash });
                }
                (_, Some(task)) => {
                    device.run(set(task, field));
                }
            }
        }
        let changes: Vec<Change> = devices.iter().flat_map(|device| device.log.clone()).collect();
        let lives: Vec<Life> = orders
            .iter()
            .map(|order| {
                let mut keyed: Vec<(u16, &Change)> =
                    changes.iter().chain(&changes).zip(order.iter().cycle()).map(|(change, key)| (*key, change)).collect();
                keyed.sort_by_key(|(key, _)| *key);
                let mut device = Device::new(9);
                keyed.into_iter().for_each(|(_, change)| {
                    device.take(change);
                });
                device.life
            })
            .collect();
        prop_assert_eq!(&lives[0], &lives[1]);
        prop_assert_eq!(lives[0].to_snapshot(), lives[1].to_snapshot());
        prop_assert_eq!(&Life::from_snapshot(&lives[0].to_snapshot()).unwrap(), &lives[0]);
    }

    #[test]
    fn damaged_snapshots_are_answered_without_a_panic(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut device = Device::new(1);
        device.run(create("a"));
        device.run(create("b"));
        let mut bytes = device.life.to_snapshot();
        let at = at.index(bytes.len());
        bytes[at] = to;
        let _ = Life::from_snapshot(&bytes);
        let _ = Life::from_snapshot(&bytes[..at]);
    }
}

#[test]
fn the_stamp_of_a_change_is_that_of_its_first_event() {
    let stamp = Stamp::new(5, 1, DeviceId([1; 16]), 0);
    let draft = |number| Draft {
        record: record(number),
        at_ms: 0,
        event: Event::Tasks(lifeos_tasks::TasksEvent::TaskEdited { set: vec![] }),
    };
    let stamped = stamp_all(vec![draft(1), draft(2)], stamp).unwrap();
    assert_eq!(stamped[1].stamp, stamp.with_index(1));
}

//! A second import of the same file writes nothing; a later one writes only what changed.

use super::*;
use lifeos_kernel::{Context, DeviceId, Domain, RecordId, Source, Stamp, Stamped, encode_event};
use lifeos_tasks::{
    ImportOutcome, ImportPlan, List, Priority, Status, StatusChange, TaskField, Tasks, TasksQuery,
    TasksState, TasksView, plan_import,
};

const SPACE: [u8; 16] = [7; 16];

/// One file of each format, with its name.
pub(super) const FILES: &[(&str, &str)] = &[
    (
        "Home.csv",
        "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\nsection,S,,,,,,,,\ntask,Tap @house,worn,1,1,,,2026-11-24,en,\ntask,Washer,,4,2,,,,,\ntask,Washer,,4,2,,,,,\n",
    ),
    (
        "export.csv",
        "Task ID,Task Name,Status,List Name,Space Name,Tags,Checklists\na,A,Open,L,W,[x],\"[\"\"one\"\"]\"\nb,B,complete,L,W,,\n",
    ),
    (
        "backup.csv",
        "\"Folder Name\",\"List Name\",\"Title\",\"Status\",\"Tags\",\"Content\",\"Is Check list\",\"taskId\",\"parentId\"\n\"W\",\"P\",\"A\",\"0\",\"x, y\",\"▫one\n▪two\",\"Y\",\"1\",\"\"\n\"W\",\"P\",\"B\",\"2\",\"\",\"\",\"N\",\"2\",\"1\"\n",
    ),
    (
        "todo.txt",
        "(A) Call @phone +garage due:2026-11-24\nx 2026-11-10 2026-11-02 Pay +flat\nsame\nsame\n",
    ),
    (
        "life.org",
        "* Garden :g:\n** TODO Weed\n- [ ] beds\n*** DONE Look\n* TODO Loose\nDEADLINE: <2026-11-24 Tue>\n* TODO Loose\n",
    ),
    (
        "todo.ics",
        "BEGIN:VCALENDAR\nX-WR-CALNAME:House\nBEGIN:VTODO\nUID:1\nSUMMARY:One\nCATEGORIES:a,b\nEND:VTODO\nBEGIN:VTODO\nSUMMARY:Without\nEND:VTODO\nEND:VCALENDAR\n",
    ),
];

/// The tasks of a space on one device.
#[derive(Default)]
struct Here {
    state: TasksState,
    written: u16,
}

impl Here {
    fn take_in(&mut self, import: &Import) -> ImportPlan {
        let is_known = |record: RecordId| {
            let known = TasksQuery::Task { task: record };
            matches!(
                Tasks::query(&self.state, known, &context()),
                TasksView::Task { task: Some(_) }
            )
        };
        let items = import.items(SPACE, 1_790_000_000_000, is_known);
        let plan = plan_import(&self.state, &items, &[]);
        for draft in plan.drafts.clone() {
            self.written += 1;
            let stamp = Stamp::new(1_790_000_000_000, self.written, DeviceId([1; 16]), 0);
            let stamped = Stamped {
                record: draft.record,
                at_ms: draft.at_ms,
                stamp,
                event: draft.event,
            };
            encode_event::<Tasks>(&stamped).unwrap();
            Tasks::apply(&mut self.state, stamped);
        }
        plan
    }
}

fn context() -> Context {
    Context {
        now_ms: 1_790_000_000_000,
        utc_offset_minutes: 0,
        zone: None,
        start_of_day_minutes: 240,
        device: DeviceId([1; 16]),
        space: SPACE,
        source: Source::Ui,
        entropy: [3; 32],
    }
}

#[test]
fn the_same_file_again_writes_nothing() {
    for (name, text) in FILES {
        let mut here = Here::default();
        let import = read(name, text);
        assert!(!here.take_in(&import).drafts.is_empty(), "{name}");
        let again = here.take_in(&read(name, text));
        assert_eq!((again.drafts, again.conflicts), (vec![], vec![]), "{name}");
        assert!(
            again
                .outcomes
                .iter()
                .all(|(_, outcome)| *outcome == ImportOutcome::Unchanged)
        );
    }
}

#[test]
fn a_task_that_was_ticked_or_moved_in_the_source_is_the_same_task() {
    let changes = [
        ("todo.txt", "(A) Call @phone", "x 2026-11-12 Call @phone"),
        (
            "life.org",
            "* TODO Loose\nDEADLINE",
            "* DONE Loose\nDEADLINE",
        ),
        ("Home.csv", "2026-11-24", "2026-11-25"),
        ("export.csv", "A,Open", "A,closed"),
        ("backup.csv", "\"0\",\"x, y\"", "\"1\",\"x\""),
        (
            "todo.ics",
            "SUMMARY:Without\n",
            "SUMMARY:Without\nSTATUS:COMPLETED\n",
        ),
    ];
    for (name, from, to) in changes {
        let (_, text) = FILES.iter().find(|(file, _)| *file == name).unwrap();
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, **text, "{name}");
        let mut here = Here::default();
        here.take_in(&read(name, text));
        let later = here.take_in(&read(name, changed));
        let outcomes: Vec<_> = later.outcomes.iter().map(|(_, outcome)| *outcome).collect();
        let updated = outcomes
            .iter()
            .filter(|it| **it == ImportOutcome::Updated)
            .count();
        assert_eq!(updated, 1, "{name}");
        assert!(!outcomes.contains(&ImportOutcome::Created), "{name}");
    }
}

#[test]
fn entries_of_a_checklist_have_the_same_ids_on_every_device() {
    let (name, text) = FILES[2];
    let items = || read(name, text).items(SPACE, 1, |_| false);
    assert_eq!(items(), items());
    let entries: Vec<_> = items()
        .into_iter()
        .flat_map(|item| match item {
            lifeos_tasks::ImportItem::Task { checklist, .. } => checklist,
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(entries.len(), 2);
    assert_ne!(entries[0].item, entries[1].item);
}

#[test]
fn priorities_days_lists_and_what_was_given_up_arrive_in_a_space() {
    let import = read(
        "life.org",
        "* WAITING [#A] Wait\n* CANCELLED [#C] Drop\nCLOSED: [2026-11-10 Tue 10:00]\n* TODO [#B] Do\n",
    );
    let line = read("todo.txt", "Later t:2026-12-01\n");
    let fields = |import: &Import, title: &str| {
        let items = import.items(SPACE, 1, |_| false);
        let mut all = items.into_iter().filter_map(|item| match item {
            lifeos_tasks::ImportItem::Task { fields, .. } => Some(fields),
            _ => None,
        });
        let title = TaskField::Title(title.to_owned());
        all.find(|fields| fields.contains(&title)).unwrap()
    };
    let wait = fields(&import, "Wait");
    assert!(wait.contains(&TaskField::List(List::Waiting)));
    assert!(wait.contains(&TaskField::Priority(Priority::High)));
    let dropped = StatusChange {
        status: Status::Cancelled,
        at_ms: 1_794_301_200_000,
        source: Source::Import,
    };
    let drop = fields(&import, "Drop");
    assert!(drop.contains(&TaskField::Status(dropped)), "{drop:?}");
    assert!(drop.contains(&TaskField::Priority(Priority::Low)));
    assert!(fields(&import, "Do").contains(&TaskField::Priority(Priority::Medium)));
    let later = fields(&line, "Later");
    assert!(later.contains(&TaskField::Defer(Some(day("2026-12-01")))));
}

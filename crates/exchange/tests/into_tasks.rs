//! A backup taken in by the tasks of a space: everything is there, the same again writes nothing,
//! what was edited here stays, and every event fits a change.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::path::Path;

use lifeos_exchange::report::{ComparedWith, Effect, RecordKind};
use lifeos_exchange::{File, Import, Options, Values, read};
use lifeos_kernel::{
    Context, DeviceId, Domain, Draft, RecordId, Source, Stamp, Stamped, encode_event,
};
use lifeos_tasks::{
    BulkEdit, ImportConflict, ImportPlan, List, Scope, Sorting, Status, TaskField, TaskRow, Tasks,
    TasksCommand, TasksEvent, TasksQuery, TasksState, TasksView, plan_import,
};

const SPACE: [u8; 16] = [7; 16];
const NOW_MS: i64 = 1_790_000_000_000;

#[test]
fn a_backup_arrives_with_its_order_families_labels_and_time() {
    let mut here = Here::default();
    let mut import = sample("legacy-full-migration-backup.json");
    here.take_in(&mut import);
    assert_eq!(import.report.compared_with, ComparedWith::Space);
    assert_eq!(
        effect(&import, RecordKind::Task),
        Effect {
            new: 9,
            ..Effect::default()
        }
    );

    let project = import.record_id(SPACE, "project:TEST_PROJECT");
    let rows = here.list(Scope::Project {
        project,
        closed: false,
    });
    let titles: Vec<_> = rows
        .iter()
        .map(|row| row.title.trim_start_matches("Legacy Migration - "))
        .collect();
    assert_eq!(
        titles,
        [
            "Parent Task With Subtasks",
            "Task With Tag",
            "Standalone Task",
            "Backlog Task",
        ]
    );
    let subtasks = here.list(Scope::Subtasks { task: rows[0].id });
    let titles: Vec<_> = subtasks.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Legacy Migration - First Subtask",
            "Legacy Migration - Second Subtask"
        ]
    );
    assert_eq!(rows[1].labels, [import.record_id(SPACE, "tag:test-tag-1")]);
    assert_eq!(rows[1].spent_minutes, 90);
    assert_eq!(rows[3].list, List::Someday);

    let logbook = here.list(Scope::Logbook);
    let closed: Vec<_> = logbook
        .iter()
        .map(|row| row.closed_at_ms.unwrap())
        .collect();
    assert_eq!(
        closed,
        [1_732_147_200_000, 1_731_715_200_000, 1_727_827_200_000]
    );
    assert!(logbook.iter().all(|row| row.status == Status::Completed));
}

#[test]
fn the_same_file_again_writes_nothing() {
    for name in [
        "legacy-full-migration-backup.json",
        "seed.template.json",
        "test-backup.json",
    ] {
        let mut here = Here::default();
        let mut import = sample(name);
        assert!(!here.take_in(&mut import).drafts.is_empty());
        let again = here.take_in(&mut import);
        assert_eq!(again.drafts, []);
        for (kind, effect) in &import.report.records {
            assert_eq!(
                (effect.new, effect.changed, effect.conflicts),
                (0, 0, 0),
                "{name} {kind:?}"
            );
            assert!(effect.unchanged > 0);
        }
    }
}

#[test]
fn two_devices_that_import_offline_meet_on_the_same_records() {
    let import = sample("seed.template.json");
    let one = import.items(SPACE, 1, |_| false);
    let other = sample("seed.template.json").items(SPACE, 1, |_| false);
    assert_eq!(one, other);
    assert_ne!(import.items([8; 16], 1, |_| false), one);
}

#[test]
fn a_later_file_writes_only_what_changed_there_and_was_not_edited_here() {
    let mut here = Here::default();
    let file = fs::read_to_string(path("legacy-full-migration-backup.json")).unwrap();
    here.take_in(&mut sample("legacy-full-migration-backup.json"));
    let import = sample("legacy-full-migration-backup.json");
    let id = |task: &str| import.record_id(SPACE, &format!("task:{task}"));
    here.edit(
        id("standalone-task-1"),
        BulkEdit::Set {
            set: vec![TaskField::Title("Mine".to_owned())],
        },
    );
    here.edit(id("backlog-task-1"), BulkEdit::Trash);

    let changed = file
        .replace("Legacy Migration - Standalone Task", "Theirs")
        .replace("Legacy Migration - Backlog Task", "Theirs too")
        .replace("Legacy Migration - Task With Tag", "New title")
        // Another task before all others does not make them look changed.
        .replace(
            "\"ids\": [\"parent-task-1\"",
            "\"ids\": [\"fresh\", \"parent-task-1\"",
        )
        .replacen(
            "\"parent-task-1\": {",
            "\"fresh\": {\"title\": \"Fresh\"}, \"parent-task-1\": {",
            1,
        );
    assert!(changed.contains("fresh"));
    let mut later = read(File::nameless(changed.as_bytes()), &Options::default()).unwrap();
    let plan = here.take_in(&mut later);
    assert_eq!(
        effect(&later, RecordKind::Task),
        Effect {
            new: 1,
            changed: 2,
            unchanged: 6,
            conflicts: 1,
            trashed: 1
        }
    );
    let expected = ImportConflict {
        record: id("standalone-task-1"),
        field: "title".to_owned(),
    };
    assert_eq!(plan.conflicts, [expected]);
    let titles: Vec<String> = here
        .list(Scope::All)
        .into_iter()
        .map(|row| row.title)
        .collect();
    for title in ["Mine", "New title", "Fresh"] {
        assert!(
            titles.iter().any(|known| known == title),
            "{title} is not in {titles:?}"
        );
    }
    assert!(!titles.iter().any(|title| title.starts_with("Theirs")));
}

#[test]
fn the_largest_task_that_is_read_fits_an_event() {
    let ids: Vec<String> = (0..300).map(|number| format!("\"t{number}\"")).collect();
    let tags: Vec<String> = ids
        .iter()
        .map(|id| format!("{id}:{{\"title\":\"x\"}}"))
        .collect();
    let days: Vec<String> = (0..6_000_i32)
        .map(|number| {
            format!(
                "\"{}\":86400000",
                lifeos_kernel::Day::from_epoch_days(number)
            )
        })
        .collect();
    let file = format!(
        r#"{{"data":{{"tag":{{"entities":{{{}}}}},"task":{{"entities":{{"a":{{"title":"{}","notes":"{}","tagIds":[{}],"timeSpentOnDay":{{{}}}}}}}}}}}}}"#,
        tags.join(","),
        "ü".repeat(5_000),
        "ü".repeat(50_000),
        ids.join(","),
        days.join(",")
    );
    let mut import = read(File::nameless(file.as_bytes()), &Options::default()).unwrap();
    let Some(Values::Task(largest)) = import.records.last().map(|record| &record.values) else {
        panic!("not a task")
    };
    assert_eq!((largest.title.len(), largest.notes.len()), (1_000, 32_768));
    assert_eq!(
        (largest.labels.len(), largest.spent_minutes.len()),
        (100, 3_000)
    );
    let mut here = Here::default();
    let plan = here.take_in(&mut import);
    let task = import.record_id(SPACE, "task:a");
    assert!(
        plan.drafts
            .iter()
            .filter(|draft| draft.record == task)
            .count()
            >= 2
    );
}

/// The tasks of a space on one device.
#[derive(Default)]
struct Here {
    state: TasksState,
    written: u16,
}

impl Here {
    fn take_in(&mut self, import: &mut Import) -> ImportPlan {
        let is_known = |record: RecordId| {
            let known = TasksQuery::Task { task: record };
            matches!(
                Tasks::query(&self.state, known, &context()),
                TasksView::Task { task: Some(_) }
            )
        };
        let items = import.items(SPACE, NOW_MS, is_known);
        let plan = plan_import(&self.state, &items, &[]);
        import.compare(&plan.outcomes, &plan.conflicts);
        self.apply(plan.drafts.clone());
        plan
    }

    fn edit(&mut self, task: RecordId, edit: BulkEdit) {
        let command = TasksCommand::EditTasks {
            tasks: vec![task],
            edit,
        };
        let drafts = Tasks::decide(&self.state, command, &context()).unwrap();
        assert!(!drafts.is_empty());
        self.apply(drafts);
    }

    fn apply(&mut self, drafts: Vec<Draft<TasksEvent>>) {
        for draft in drafts {
            self.written += 1;
            let stamp = Stamp::new(1_790_000_000_000, self.written, DeviceId([1; 16]), 0);
            let Draft {
                record,
                at_ms,
                event,
            } = draft;
            let stamped = Stamped {
                record,
                at_ms,
                stamp,
                event,
            };
            encode_event::<Tasks>(&stamped).unwrap();
            Tasks::apply(&mut self.state, stamped);
        }
    }

    fn list(&self, scope: Scope) -> Vec<TaskRow> {
        let query = TasksQuery::List {
            scope,
            sorting: Sorting::Natural,
            grouping: lifeos_tasks::Grouping::None,
            limit: 1_000,
            after: None,
        };
        match Tasks::query(&self.state, query, &context()) {
            TasksView::List { list } => list.rows,
            other => panic!("not a list: {other:?}"),
        }
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

fn effect(import: &Import, kind: RecordKind) -> Effect {
    import.report.records[&kind]
}

fn sample(name: &str) -> Import {
    let bytes = fs::read(path(name)).unwrap();
    read(File::nameless(&bytes), &Options::default()).unwrap()
}

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/samples/super-productivity")
        .join(name)
}

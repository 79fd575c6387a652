//! Real backups of Super Productivity yield what was counted in them by other means: the copies
//! under `tests/samples` always, the shared collection beside the project where it is.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lifeos_exchange::report::{Effect, Found, Homeless, Outcome, Reason, RecordKind, Shape};
use lifeos_exchange::{
    File, Import, ImportRecord, Options, Project, Task, TaskList, TaskStatus, Values, read,
};
use lifeos_kernel::{Day, When};

const VENDORED: &str = "../../tests/samples/super-productivity";
const SHARED: &str = "../../../shared/samples/tasks/super-productivity";

#[test]
fn the_legacy_backup_yields_what_was_counted_in_it() {
    for import in imports("legacy-full-migration-backup.json") {
        assert_eq!(
            import.report.found,
            Found {
                projects: 2,
                sections: 0,
                tags: 2,
                tasks: 6,
                subtasks: 2,
                done: 0,
                archived: 3,
                notes: 1,
                ..Found::default()
            }
        );
        // The inbox and Today are no records; archived tasks are.
        assert_eq!(
            new(&import),
            [
                (RecordKind::Project, 1),
                (RecordKind::Label, 1),
                (RecordKind::Task, 9)
            ]
        );
        assert!(import.report.not_understood.is_empty());
        // Hours of work per project and tag: three days, and four in the archives.
        let left_out: Vec<_> = import
            .report
            .left_out
            .iter()
            .map(|left| (left.what, left.count))
            .collect();
        assert_eq!(left_out, [(Homeless::WorkedDays, 7)]);
        assert_eq!(import.report.outcome, Outcome::Part);
    }
}

#[test]
fn the_legacy_backup_keeps_every_value() {
    for import in imports("legacy-full-migration-backup.json") {
        let project = project(&import, "TEST_PROJECT");
        assert_eq!(project.title, "Migration Test Project");
        assert_eq!(
            project.notes,
            "This is a test note for migration verification. It contains some **markdown** content."
        );

        let parent = task(&import, "parent-task-1");
        assert_eq!(parent.title, "Legacy Migration - Parent Task With Subtasks");
        assert_eq!(
            parent.notes,
            "This is a parent task with two subtasks for migration testing"
        );
        assert_eq!(parent.due, Some(When::Day(day("2024-12-15"))));
        assert_eq!(parent.estimate_minutes, Some(120));
        assert_eq!(parent.project.as_deref(), Some("project:TEST_PROJECT"));
        assert_eq!(
            (parent.status, parent.list),
            (TaskStatus::Pending, TaskList::Next)
        );
        assert_eq!(
            record(&import, "task:parent-task-1").created_ms,
            Some(1_733_000_000_000)
        );

        let tagged = task(&import, "tagged-task-1");
        assert_eq!(tagged.labels, ["tag:test-tag-1"]);
        let spent = BTreeMap::from([(day("2024-12-01"), 30), (day("2024-12-02"), 60)]);
        assert_eq!(tagged.spent_minutes, spent);

        assert_eq!(task(&import, "backlog-task-1").list, TaskList::Someday);
        let archived = task(&import, "archived-task-2");
        assert_eq!(
            archived.status,
            TaskStatus::Completed {
                at_ms: Some(1_732_147_200_000)
            }
        );
        assert_eq!(archived.labels, ["tag:test-tag-1"]);
        let old = task(&import, "old-archived-task-1");
        assert_eq!(
            old.status,
            TaskStatus::Completed {
                at_ms: Some(1_727_827_200_000)
            }
        );
        assert_eq!(old.spent_minutes, BTreeMap::from([(day("2024-10-01"), 90)]));
    }
}

#[test]
fn the_legacy_backup_keeps_its_order() {
    for import in imports("legacy-full-migration-backup.json") {
        let ids: Vec<&str> = import
            .records
            .iter()
            .map(|record| record.external_id.as_str())
            .collect();
        assert_eq!(
            ids,
            [
                "project:TEST_PROJECT",
                "tag:test-tag-1",
                "task:parent-task-1",
                "task:subtask-1",
                "task:subtask-2",
                "task:tagged-task-1",
                "task:standalone-task-1",
                "task:backlog-task-1",
                "task:archived-task-1",
                "task:archived-task-2",
                "task:old-archived-task-1",
            ]
        );
        for subtask in ["subtask-1", "subtask-2"] {
            assert_eq!(
                task(&import, subtask).parent.as_deref(),
                Some("task:parent-task-1")
            );
        }
    }
}

#[test]
fn the_current_backup_is_read_whole() {
    for import in imports("test-backup.json") {
        assert_eq!(
            import.report.found,
            Found {
                projects: 1,
                tags: 1,
                tasks: 3,
                subtasks: 1,
                ..Found::default()
            }
        );
        assert_eq!(new(&import), [(RecordKind::Task, 3)]);
        assert_eq!(import.report.outcome, Outcome::Whole);
        assert_eq!(import.report.version.as_deref(), Some("4.5"));
        assert_eq!(import.report.written_at_ms, Some(1_733_000_000_000));
        assert!(import.report.warnings.is_empty());

        let parent = task(&import, "active-task-1");
        assert_eq!(
            (parent.project.as_ref(), parent.list),
            (None, TaskList::Inbox)
        );
        assert_eq!(parent.due, Some(When::Day(day("2024-12-01"))));
        let subtask = task(&import, "active-task-subtask-1");
        assert_eq!(subtask.parent.as_deref(), Some("task:active-task-1"));
        assert_eq!(subtask.estimate_minutes, Some(30));
    }
}

#[test]
fn the_seed_is_read_but_for_its_placeholders() {
    for import in imports("seed.template.json") {
        assert_eq!(
            import.report.found,
            Found {
                projects: 4,
                tags: 6,
                tasks: 15,
                subtasks: 2,
                notes: 4,
                ..Found::default()
            }
        );
        assert_eq!(
            new(&import),
            [
                (RecordKind::Project, 3),
                (RecordKind::Label, 3),
                (RecordKind::Task, 15)
            ]
        );
        assert_eq!(import.report.outcome, Outcome::Part);
        let unknown: Vec<_> = import
            .report
            .not_understood
            .iter()
            .map(|found| (found.reason, found.at.as_str(), found.count))
            .collect();
        // Days that stand as "@@PLANNER_OFFSET_+1", and dates that stand as offsets.
        assert_eq!(
            unknown
                .iter()
                .filter(|(reason, ..)| *reason == Reason::NotADay)
                .count(),
            4
        );
        assert!(unknown.contains(&(Reason::NotADay, "/data/planner/days/*", 1)));
        assert!(unknown.contains(&(
            Reason::UnknownField,
            "/data/task/entities/*/dueDayOffset",
            8
        )));
        assert!(unknown.contains(&(
            Reason::UnknownField,
            "/data/task/entities/*/dueWithTimeOffsetMs",
            1
        )));
        assert!(unknown.contains(&(
            Reason::UnknownField,
            "/data/note/entities/*/createdOffsetMs",
            4
        )));
    }
}

#[test]
fn the_seed_turns_the_products_own_tags_into_marks_and_its_notes_into_notes() {
    for import in imports("seed.template.json") {
        let review = task(&import, "t-pr-review");
        assert!(review.urgent && review.important && review.labels.is_empty());
        let planning = task(&import, "t-quarterly-plan");
        assert!(!planning.urgent && planning.important);
        assert_eq!(planning.labels, ["tag:tag-deep-work"]);
        let shapes: Vec<_> = import
            .report
            .reshaped
            .iter()
            .map(|reshaped| reshaped.shape)
            .collect();
        for shape in [
            Shape::UrgentTagToFlag,
            Shape::ImportantTagToFlag,
            Shape::TodayTagToDay,
        ] {
            assert!(shapes.contains(&shape), "{shape:?}");
        }

        let notes = &project(&import, "personal").notes;
        let (ideas, week) = notes.split_once("\n\n---\n\n").unwrap();
        assert!(ideas.starts_with("## Side project ideas") && ideas.contains("🌱 Garden tracker"));
        assert!(
            week.starts_with("## This week")
                && week.ends_with("Book Lisbon flight (Friday cutoff)")
        );

        assert_eq!(task(&import, "t-research-1").list, TaskList::Someday);
        assert_eq!(task(&import, "t-research-1").project, None);
        let titles: Vec<_> = import
            .records
            .iter()
            .filter_map(|record| match &record.values {
                Values::Project(project) => Some(project.title.as_str()),
                _ => None,
            })
            .collect();
        // The order of the product's menu.
        assert_eq!(titles, ["Personal", "Work", "Open Source"]);
    }
}

#[test]
fn the_same_file_gives_the_same_import() {
    for (_, path) in samples("legacy-full-migration-backup.json") {
        let bytes = fs::read(path).unwrap();
        let options = Options::default();
        assert_eq!(
            read(File::nameless(&bytes), &options),
            read(File::nameless(&bytes), &options)
        );
    }
}

fn imports(name: &str) -> Vec<Import> {
    let found = samples(name);
    assert!(!found.is_empty());
    found
        .iter()
        .map(|(_, path)| {
            let bytes = fs::read(path).unwrap();
            read(File::nameless(&bytes), &Options::default()).unwrap()
        })
        .collect()
}

/// The vendored copy, and the shared one where the collection is.
#[expect(
    clippy::print_stderr,
    reason = "a test that runs on less than it could says so"
)]
fn samples(name: &str) -> Vec<(&'static str, PathBuf)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![("vendored", here.join(VENDORED).join(name))];
    let shared = here.join(SHARED).join(name);
    if shared.is_file() {
        found.push(("shared", shared));
    } else {
        eprintln!("the shared samples are not here: only the vendored copy of {name} was read");
    }
    found
}

fn new(import: &Import) -> Vec<(RecordKind, u32)> {
    let of_kind = |(kind, effect): (&RecordKind, &Effect)| (*kind, effect.new);
    let counts: Vec<_> = import.report.records.iter().map(of_kind).collect();
    for (kind, count) in &counts {
        let records = import
            .records
            .iter()
            .filter(|record| record.kind() == *kind)
            .count();
        assert_eq!(u32::try_from(records).unwrap(), *count);
    }
    counts
}

fn record<'a>(import: &'a Import, external_id: &str) -> &'a ImportRecord {
    import
        .records
        .iter()
        .find(|record| record.external_id == external_id)
        .unwrap()
}

fn task<'a>(import: &'a Import, id: &str) -> &'a Task {
    match &record(import, &format!("task:{id}")).values {
        Values::Task(task) => task,
        other => panic!("not a task: {other:?}"),
    }
}

fn project<'a>(import: &'a Import, id: &str) -> &'a Project {
    match &record(import, &format!("project:{id}")).values {
        Values::Project(project) => project,
        other => panic!("not a project: {other:?}"),
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

use super::*;
use lifeos_exchange::report::{Outcome, RecordKind, Source};
use lifeos_exchange::{Scheduled, TaskList, TaskPriority, TaskStatus};

const HEAD: &str = "\"Date: 2025-11-25+0000\"\n\"Version: 7.1\"\n\"Status: \n0 Normal\n1 Completed\n2 Archived\"\n";
const HEADINGS: &str = "\"Folder Name\",\"List Name\",\"Title\",\"Kind\",\"Tags\",\"Content\",\"Is Check list\",\"Start Date\",\"Due Date\",\"Reminder\",\"Repeat\",\"Priority\",\"Status\",\"Created Time\",\"Completed Time\",\"Order\",\"Timezone\",\"Is All Day\",\"Is Floating\",\"Column Name\",\"Column Order\",\"View Mode\",\"taskId\",\"parentId\"\n";

fn backup(rows: &str) -> Import {
    read("backup.csv", format!("{HEAD}{HEADINGS}{rows}"))
}

#[test]
fn the_backup_yields_what_was_counted_in_it() {
    for bytes in samples("ticktick", "testdata_ticktick_export.csv") {
        let import = read("export.csv", bytes);
        let report = &import.report;
        assert_eq!(report.source, Source::TickTick);
        assert_eq!(report.version.as_deref(), Some("7.1"));
        assert_eq!(report.written_at_ms, Some(1_764_028_800_000));
        assert_eq!(tasks(&import).count(), 11);
        // Three lists, of which the inbox is no project; status 0 nine times, 2 twice.
        assert_eq!(
            (
                report.found.projects,
                report.found.tasks,
                report.found.archived
            ),
            (3, 9, 2)
        );
        assert_eq!(report.found.subtasks, 2);
        let areas: Vec<_> = projects(&import)
            .iter()
            .map(|project| (project.area.as_deref(), project.title.as_str()))
            .collect();
        assert_eq!(
            areas,
            [
                (Some("Work"), "Project Alpha"),
                (Some("Personal"), "Shopping")
            ]
        );
        let in_project = |name: &str| {
            let of = |task: &&Task| {
                task.project
                    .as_ref()
                    .is_some_and(|id| title(&import, id) == name)
            };
            tasks(&import).filter(of).count()
        };
        assert_eq!(
            (in_project("Project Alpha"), in_project("Shopping")),
            (4, 2)
        );
        assert_eq!(
            tasks(&import).filter(|task| task.project.is_none()).count(),
            5
        );
        let mut tags: Vec<&str> = import
            .records
            .iter()
            .filter(|record| record.kind() == RecordKind::Label)
            .map(|record| title(&import, &record.external_id))
            .collect();
        tags.sort_unstable();
        assert_eq!(
            tags,
            [
                "deadline",
                "important",
                "personal",
                "reminder",
                "shopping",
                "urgent",
                "work"
            ]
        );
        assert_eq!(not_understood(&import), []);
        assert_eq!(report.outcome, Outcome::Whole);
    }
}

#[test]
fn the_backup_keeps_families_days_and_dates_of_completion() {
    for bytes in samples("ticktick", "testdata_ticktick_export.csv") {
        let import = read("export.csv", bytes);
        for subtask in ["Subtask example", "Another subtask"] {
            let parent = task(&import, subtask).parent.as_deref().unwrap();
            assert_eq!(
                (parent, title(&import, parent)),
                ("task:2", "Task with reminder and dates")
            );
        }
        // 23:00 of the day before in universal time is midnight in Berlin.
        assert_eq!(
            task(&import, "Task with reminder and dates").due,
            Some(day("2018-12-12"))
        );
        assert_eq!(task(&import, "Welcome task").due, Some(day("2023-06-14")));
        for done in ["Long task description example", "Completed task example"] {
            let at_ms = Some(1_764_067_171_000);
            assert_eq!(task(&import, done).status, TaskStatus::Completed { at_ms });
        }
        // Status 0 with a completed time was opened again.
        assert_eq!(
            task(&import, "Task with reminder and dates").status,
            TaskStatus::Pending
        );
        assert_eq!(task(&import, "Welcome task").list, TaskList::Inbox);
        let tags = &task(&import, "Buy groceries").labels;
        assert_eq!(titles(&import, tags), ["shopping", "personal"]);
    }
}

#[test]
fn cells_of_several_lines_are_one_title_and_whole_notes() {
    for bytes in samples("ticktick", "testdata_ticktick_multiline.csv") {
        let import = read("export.csv", bytes);
        assert_eq!(tasks(&import).count(), 2);
        let task = task(&import, "Task with multiline description");
        assert_eq!(
            task.notes,
            "This is a task description\nthat spans multiple lines.\n\nIt has paragraphs and everything!\nIncluding special characters: #, *, @"
        );
        assert_eq!(titles(&import, &task.labels), ["urgent", "work"]);
    }
}

#[test]
fn priorities_statuses_checklists_and_spans_have_their_place_here() {
    let import = backup(
        "\"\",\"Home\",\"Pack\",\"CHECKLIST\",\"\",\"For the trip\n▫Socks\n▪Tent\",\"Y\",,,,,\"5\",\"-1\",,\"2025-01-02T10:00:00+0000\",,\"Europe/Berlin\",,,\"Doing\",\"1\",\"kanban\",\"21\",\"\"\n\
         \"\",\"Home\",\"Read\",\"NOTE\",\"\",\"A thought\",\"N\",,,,,\"1\",\"0\",,,,,,,,,\"list\",\"22\",\"\"\n\
         \"\",\"Home\",\"Meet\",\"TEXT\",\"\",\"\",\"N\",\"2025-01-02T10:00:00+0000\",\"2025-01-02T11:30:00+0000\",\"PT0S\",\"RRULE:FREQ=DAILY\",\"3\",\"0\",,,,\"Europe/Berlin\",\"false\",,,,\"list\",\"23\",\"\"\n\
         \"\",\"Home\",\"Travel\",\"TEXT\",\"\",\"\",\"N\",\"2025-01-01T23:00:00+0000\",\"2025-01-04T23:00:00+0000\",,,\"0\",\"0\",,,,\"Europe/Berlin\",\"true\",,,,\"list\",\"24\",\"\"\n",
    );
    let pack = task(&import, "Pack");
    assert_eq!(pack.notes, "For the trip");
    let entries: Vec<_> = pack
        .checklist
        .iter()
        .map(|it| (it.text.as_str(), it.done))
        .collect();
    assert_eq!(entries, [("Socks", false), ("Tent", true)]);
    assert_eq!(pack.priority, TaskPriority::High);
    assert_eq!(
        pack.status,
        TaskStatus::Cancelled {
            at_ms: Some(1_735_812_000_000)
        }
    );
    assert_eq!(title(&import, pack.section.as_deref().unwrap()), "Doing");
    assert_eq!(
        (
            task(&import, "Read").list,
            shape(&import, Shape::NoteToTask)
        ),
        (TaskList::Someday, 1)
    );
    assert_eq!(task(&import, "Read").priority, TaskPriority::Low);
    let meet = task(&import, "Meet");
    let start = moment(1_735_812_000_000);
    assert_eq!(
        meet.scheduled,
        Some(Scheduled {
            start,
            minutes: Some(90)
        })
    );
    assert_eq!(meet.priority, TaskPriority::Medium);
    let travel = task(&import, "Travel");
    assert_eq!(
        (travel.defer.clone(), travel.due.clone()),
        (Some(day("2025-01-02")), Some(day("2025-01-05")))
    );
    assert_eq!(
        (
            left_out(&import, Homeless::Reminders),
            left_out(&import, Homeless::Repeats)
        ),
        (1, 1)
    );
    assert_eq!(
        (
            import.report.found.checklist_items,
            import.report.found.notes
        ),
        (2, 1)
    );
}

#[test]
fn a_midnight_is_its_own_day_in_zones_of_both_ends_of_the_world() {
    let row = |at: &str, zone: &str, id: u8| {
        format!(
            "\"\",\"Home\",\"{id}\",\"TEXT\",\"\",\"\",\"N\",\"{at}\",\"{at}\",,,\"0\",\"0\",,,,\"{zone}\",\"true\",,,,,\"{id}\",\"\"\n"
        )
    };
    let rows = [
        row("2025-01-01T10:00:00+0000", "Pacific/Honolulu", 1),
        row("2024-12-31T11:00:00+0000", "Pacific/Auckland", 2),
        row("2025-01-01T05:00:00+0000", "America/New_York", 3),
        row("2024-12-31T15:00:00+0000", "Asia/Tokyo", 4),
    ];
    let import = backup(&rows.concat());
    assert!(
        tasks(&import).all(|task| task.due == Some(day("2025-01-01"))),
        "{import:?}"
    );
}

#[test]
fn what_a_row_names_and_is_not_there_or_not_known_is_told_with_its_place() {
    let import = backup(
        "\"\",\"Home\",\"Odd\",\"TEXT\",\"\",\"\",\"N\",\"soon\",\"\",,,\"9\",\"7\",,,,,,,,,,\"1\",\"99\"\n\
         \"\",\"Home\",\"Twin\",\"TEXT\",\"\",\"\",\"N\",,,,,\"0\",\"0\",,,,,,,,,,\"1\",\"\"\n",
    );
    // Three rows stand in front of the headings.
    assert_eq!(
        not_understood(&import),
        [
            (Reason::NotAMoment, "row 5, column 8"),
            (Reason::UnknownValue, "row 5, column 12"),
            (Reason::UnknownValue, "row 5, column 13"),
            (Reason::DuplicateId, "row 6"),
            (Reason::DanglingParent, "row 5"),
        ]
    );
    assert_eq!(tasks(&import).count(), 1);
}

#[test]
fn tasks_inside_each_other_in_a_circle_stand_alone() {
    let import = backup(
        "\"\",\"Home\",\"One\",,,,,,,,,,\"0\",,,,,,,,,,\"1\",\"2\"\n\"\",\"Home\",\"Two\",,,,,,,,,,\"0\",,,,,,,,,,\"2\",\"1\"\n",
    );
    assert_eq!(not_understood(&import), [(Reason::ParentCycle, "row 5")]);
    assert_eq!(task(&import, "Two").parent.as_deref(), Some("task:1"));
}

//! Things 3.

use super::*;

fn things() -> Vec<Import> {
    imports("things3/main.sqlite")
}

#[test]
fn things_yields_what_was_counted_in_it() {
    for import in things() {
        assert_eq!(import.source, Source::Things3);
        assert_eq!(import.report.version.as_deref(), Some("24"));
        let tasks = tasks(&import);
        let count = |is: &dyn Fn(&Task) -> bool| tasks.iter().filter(|task| is(task)).count();
        let is_open = |task: &Task| task.status == TaskStatus::Pending;
        let own: Vec<_> = projects(&import);
        let of_status = |wanted: fn(&ProjectStatus) -> bool| {
            let own = own.iter().filter(|(id, _)| id.starts_with("project:"));
            own.filter(|(_, project)| wanted(&project.status)).count()
        };

        // 3 areas, 5 tags, 3 live projects beside one that was cancelled.
        assert_eq!(import.report.found.areas, 3);
        assert_eq!(import.report.found.tags, 5);
        assert_eq!(of_status(|status| *status == ProjectStatus::Active), 3);
        assert_eq!(of_status(|status| *status == ProjectStatus::Cancelled), 1);
        assert_eq!(import.report.found.projects, 4);

        // Inbox 2, someday 1; upcoming 1 is for a day after the last change of the file (June 2024).
        assert_eq!(
            count(&|task| is_open(task) && task.list == TaskList::Inbox),
            2
        );
        assert_eq!(
            count(&|task| is_open(task) && task.list == TaskList::Someday),
            1
        );
        let later = |task: &Task| matches!(task.defer, Some(When::Day(day)) if day.ymd().0 > 2024);
        assert_eq!(count(&|task| is_open(task) && later(task)), 1);
        assert_eq!(
            task_of(&tasks, "To-Do in Upcoming").defer,
            day("2026-09-17")
        );
        // Anytime 14: three projects, one heading, and ten to-dos; two more came from upcoming.
        let headings = import.report.found.sections;
        assert_eq!(headings, 1);
        assert_eq!(
            count(&|task| is_open(task) && task.list == TaskList::Next),
            10 + 2
        );

        // Completed 12, cancelled 11 with the project; the logbook's 23 are both.
        let is_completed = |task: &Task| matches!(task.status, TaskStatus::Completed { .. });
        let is_cancelled = |task: &Task| matches!(task.status, TaskStatus::Cancelled { .. });
        assert_eq!(count(&is_completed), 12);
        assert_eq!(count(&is_cancelled), 11 - 1);
        let is_dated = |task: &Task| {
            matches!(
                task.status,
                TaskStatus::Completed { at_ms: Some(_) } | TaskStatus::Cancelled { at_ms: Some(_) }
            )
        };
        assert_eq!(count(&is_dated) + 1, 23);

        // Deadlines of open to-dos: 3 past, 1 future.
        let due = |is_past: bool| {
            count(&|task| {
                is_open(task)
                    && matches!(task.deadline, Some(When::Day(day)) if (day.ymd().0 < 2024) == is_past)
            })
        };
        assert_eq!((due(true), due(false)), (3, 1));

        // "To-Do % Heading": 3, all below the one heading.
        let below = count(&|task| task.title.contains("To-Do in Heading"));
        assert_eq!(below, 3);
        assert_eq!(count(&|task| task.section.is_some()), 3);
        let listed = task_of(&tasks, "To-Do in Inbox with Checklist Items");
        let lines: Vec<_> = listed
            .checklist
            .iter()
            .map(|item| (item.text.as_str(), item.done))
            .collect();
        assert_eq!(
            lines,
            [("Item 1", false), ("Item 2", false), ("Item 3", false)]
        );
        assert_eq!(import.report.found.checklist_items, 3);
    }
}

fn task_of<'t>(tasks: &[&'t Task], title: &str) -> &'t Task {
    tasks.iter().find(|task| task.title == title).unwrap()
}

#[test]
fn what_things_had_thrown_away_or_repeats_stays_out_and_is_counted() {
    for import in things() {
        // In the trash: one project with two to-dos in it, and four to-dos beside (two of them open).
        // What the repeating to-do is made from stays out, the one that was made of it comes in.
        assert_eq!(
            left_out(&import),
            [
                (Homeless::Repeats, 1),
                (Homeless::Reminders, 1),
                (Homeless::Trashed, 7),
                (Homeless::EmptyAreas, 1),
                (Homeless::ProjectDates, 1),
            ]
        );
        let titles: Vec<&str> = tasks(&import)
            .iter()
            .map(|task| task.title.as_str())
            .collect();
        assert!(
            titles.iter().all(|title| !title.contains("Deleted")),
            "{titles:?}"
        );
        assert_eq!(
            titles
                .iter()
                .filter(|title| **title == "Repeating To-Do")
                .count(),
            1
        );
        assert_eq!(import.report.outcome, Outcome::Part);
        assert!(import.report.not_understood.is_empty());
        let warnings: Vec<_> = import
            .report
            .warnings
            .iter()
            .map(|one| (one.what, one.count))
            .collect();
        assert_eq!(
            warnings,
            [(Notice::ProjectDateDropped, 1), (Notice::LogBeside, 1)]
        );
    }
}

#[test]
fn things_areas_stand_over_projects_and_their_tags_reach_what_stands_in_them() {
    for import in things() {
        let titled: Vec<_> = projects(&import)
            .into_iter()
            .map(|(id, project)| {
                (
                    id.split(':').next().unwrap(),
                    project.title.as_str(),
                    project.area.as_deref(),
                )
            })
            .collect();
        // Two areas hold to-dos by themselves; of what stands in none, the order is the product's.
        assert_eq!(
            titled,
            [
                ("area", "Area 3", Some("Area 3")),
                ("area", "Area 1", Some("Area 1")),
                ("project", "Project in Today", None),
                ("project", "Project without Area", None),
                ("project", "Cancelled Project in Area", Some("Area 1")),
                ("project", "Project in Area 1", Some("Area 1")),
            ]
        );
        let tagged = task(&import, "Todo in Area 1");
        // Its own two tags, and of the area's two the one that it has not.
        assert_eq!(labels(&import, tagged), ["Errand", "Home", "Important"]);
        let by_area = task(&import, "To-Do in Heading");
        assert_eq!(labels(&import, by_area), ["Errand", "Important"]);
        let free = task(&import, "To-Do in Project");
        assert!(free.labels.is_empty());
        let shapes = reshaped(&import);
        assert!(shapes.contains(&(Shape::AreaToProject, 2)), "{shapes:?}");
        assert!(
            shapes
                .iter()
                .any(|(shape, _)| *shape == Shape::InheritedTagToLabel)
        );
    }
}

#[test]
fn things_keeps_the_values_of_a_to_do() {
    for import in things() {
        let completed = task(&import, "Completed To-Do before midnight UTC+0");
        let at_ms = Some(1_718_668_799_999);
        assert_eq!(completed.status, TaskStatus::Completed { at_ms });
        let today = task(&import, "To-Do in Today");
        assert_eq!(today.notes, "With\nNotes");
        assert_eq!(today.defer, day("2021-03-28"));
        assert_eq!(
            task(&import, "To-Do in Heading").deadline,
            day("2040-11-04")
        );
        let record = |title: &str| {
            let mut records = import.records.iter();
            let is = |record: &&ImportRecord| matches!(&record.values, Values::Task(task) if task.title == title);
            records.find(is).unwrap()
        };
        let made = record("To-Do in Inbox");
        assert_eq!(made.external_id, "task:DfYoiXcNLQssk9DkSoJV3Y");
        assert_eq!(made.created_ms, Some(1_616_958_629_448));
    }
}

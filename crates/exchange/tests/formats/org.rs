use super::*;
use lifeos_exchange::report::Source;
use lifeos_exchange::{Scheduled, TaskList, TaskPriority, TaskStatus};
use std::collections::BTreeMap;

/// The label titles of a task.
fn tags(import: &Import, title: &str) -> Vec<String> {
    let ids = &task(import, title).labels;
    titles(import, ids).into_iter().map(str::to_owned).collect()
}

#[test]
fn the_outline_with_keywords_of_its_own_yields_what_was_counted_in_it() {
    for bytes in samples("orgmode", "00_simple.org") {
        let import = read("simple.org", bytes);
        let found = import.report.found;
        assert_eq!(import.report.source, Source::OrgMode);
        // 13 headings, of which 4 have a keyword.
        assert_eq!((found.tasks, found.tasks + found.others), (4, 13));
        assert_eq!(found.subtasks, 3);
        assert_eq!(tags(&import, "Heading 0"), ["TAG1"]);
        assert_eq!(tags(&import, "Heading 3"), ["TAG1", "TAG2", "TAG3", "TAG4"]);
        // Without a bar, the last of the keywords is the done one.
        let closed = TaskStatus::Completed {
            at_ms: Some(1_281_127_500_000),
        };
        assert_eq!(task(&import, "Heading 3").status, closed);
        assert_eq!(task(&import, "Heading 2").status, TaskStatus::Pending);
        let parent = task(&import, "Heading 3").parent.as_deref().unwrap();
        assert_eq!(title(&import, parent), "Heading 2");
        let outermost: Vec<_> = projects(&import)
            .iter()
            .map(|it| it.title.as_str())
            .collect();
        assert_eq!(outermost, ["Heading 6", "Heading 12"]);
        assert_eq!(shape(&import, Shape::HeadingToSection), 5);
        // Headings inside a task are a part of its notes.
        assert_eq!(
            task(&import, "Heading 0").notes,
            "## Heading 4\n\n## Heading 5"
        );
        assert_eq!(shape(&import, Shape::StatusToFour), 4);
    }
}

#[test]
fn the_outline_with_attributes_keeps_each_of_them() {
    for bytes in samples("orgmode", "01_attributes.org") {
        let import = read("attributes.org", bytes);
        let found = import.report.found;
        assert_eq!((found.tasks, found.tasks + found.others), (2, 5));
        for task in tasks(&import) {
            assert_eq!(task.title, "A node with a lot of attributes");
            assert_eq!(task.priority, TaskPriority::High);
            assert_eq!(task.due, Some(day("2010-08-06")));
            assert_eq!(task.deadline, Some(day("2010-08-10")));
            // 18:00 in Berlin, here without its summer.
            assert_eq!(
                task.status,
                TaskStatus::Completed {
                    at_ms: Some(1_281_286_800_000)
                }
            );
            let spent = BTreeMap::from([("2010-08-08".parse().unwrap(), 40)]);
            assert_eq!(task.spent_minutes, spent);
            assert_eq!(task.estimate_minutes, Some(70));
            assert!(
                task.notes.starts_with("- <2010-08-16 Mon> DateList"),
                "{}",
                task.notes
            );
        }
        // Two of the same name are told apart by their order.
        assert_eq!(notice(&import, Notice::SameNames), 1);
        assert_eq!(projects(&import)[2].notes, "body");
    }
}

#[test]
fn the_outline_with_tags_reads_them_in_every_script() {
    for bytes in samples("orgmode", "05_tags.org") {
        let import = read("tags.org", bytes);
        assert_eq!(
            (import.report.found.others, projects(&import).len()),
            (9, 9)
        );
        let tagged: Vec<_> = projects(&import)
            .iter()
            .map(|project| (project.title.clone(), project.notes.clone()))
            .collect();
        let expected = [
            ("Node 0", "tag"),
            ("Node 1", "@tag"),
            ("Node 2", "tag1, tag2"),
            ("Node 3", "_"),
            ("Node 4", "@"),
            ("Node 5", "@_"),
            ("Node 6", "_tag_"),
            ("Heading: :with:colon:", "tag"),
            ("unicode", "ёж, tag, háček"),
        ];
        let expected = expected.map(|(title, tags)| (title.to_owned(), format!("Tags: {tags}")));
        assert_eq!(tagged, expected);
        assert_eq!(import.report.found.tags, 10);
    }
}

#[test]
fn projects_sections_and_tasks_follow_from_levels_and_keywords() {
    let import = read(
        "life.org",
        "#+FILETAGS: :all:\nA word before.\n* Garden :g:\nAbout it.\n** Beds\nRich soil.\n*** TODO Weed :w:\n**** NEXT Find gloves\n***** DONE Look\n** WAITING Seeds\n* TODO Loose\n* Attic\n** SOMEDAY Sort\n** STARTED Sweep\n** CANCELLED Rent\n",
    );
    let weed = task(&import, "Weed");
    assert_eq!(title(&import, weed.project.as_deref().unwrap()), "Garden");
    assert_eq!(title(&import, weed.section.as_deref().unwrap()), "Beds");
    assert_eq!(tags(&import, "Weed"), ["all", "g", "w"]);
    assert_eq!(tags(&import, "Look"), ["all", "g", "w"]);
    let gloves = task(&import, "Find gloves");
    assert_eq!(
        (
            title(&import, gloves.parent.as_deref().unwrap()),
            &gloves.section
        ),
        ("Weed", &weed.section)
    );
    assert_eq!(
        projects(&import)[0].notes,
        "Tags: g\n\nAbout it.\n\n## Beds\n\nRich soil."
    );
    let lists = ["Seeds", "Loose", "Sort", "Sweep"].map(|title| task(&import, title).list);
    assert_eq!(
        lists,
        [
            TaskList::Waiting,
            TaskList::Inbox,
            TaskList::Someday,
            TaskList::Next
        ]
    );
    assert_eq!(task(&import, "Sweep").status, TaskStatus::InProgress);
    assert_eq!(
        task(&import, "Rent").status,
        TaskStatus::Cancelled { at_ms: None }
    );
    assert_eq!(left_out(&import, Homeless::TextBetween), 1);
}

#[test]
fn times_repeaters_boxes_and_drawers_are_read_or_counted() {
    let import = read(
        "week.org",
        "* TODO [#B] Call\nSCHEDULED: <2026-11-23 Mon 10:00-11:20 +1w -2d> DEADLINE: <2026-11-24 Tue 9:05>\n:PROPERTIES:\n:ID: 7c1f\n:Effort: 45\n:CREATED: [2026-11-01 Sun 08:00]\n:Room: 12\n:END:\n:LOGBOOK:\n- State \"DONE\" from \"TODO\" [2026-11-16 Mon]\nCLOCK: [2026-11-16 Mon 23:50]--[2026-11-17 Tue 00:20] =>  0:30\nCLOCK: [2026-11-17 Tue 08:00]\n:END:\n- [X] dial\n- [ ] talk\n#+BEGIN_SRC\n* not a heading inside? it is one\n",
    );
    let call = task(&import, "Call");
    let start = wall("2026-11-23", "10:00");
    assert_eq!(
        call.scheduled,
        Some(Scheduled {
            start,
            minutes: Some(80)
        })
    );
    assert_eq!(
        (call.due.clone(), call.deadline.clone()),
        (None, Some(wall("2026-11-24", "09:05")))
    );
    assert_eq!(
        (call.priority, call.estimate_minutes),
        (TaskPriority::Medium, Some(45))
    );
    assert_eq!(
        call.spent_minutes,
        BTreeMap::from([("2026-11-16".parse().unwrap(), 30)])
    );
    let entries: Vec<_> = call
        .checklist
        .iter()
        .map(|it| (it.text.as_str(), it.done))
        .collect();
    assert_eq!(entries, [("dial", true), ("talk", false)]);
    assert!(call.notes.contains("Room: 12"), "{}", call.notes);
    let record = import
        .records
        .iter()
        .find(|record| record.external_id == "task:7c1f")
        .unwrap();
    assert_eq!(record.created_ms, Some(1_793_516_400_000));
    for (what, times) in [
        (Homeless::Repeats, 1),
        (Homeless::Reminders, 1),
        (Homeless::History, 2),
    ] {
        assert_eq!(left_out(&import, what), times, "{what:?}");
    }
}

#[test]
fn what_an_outline_says_wrongly_is_told_by_its_line() {
    let import = read(
        "odd.org",
        "* TODO Odd\nSCHEDULED: <soon>\n:PROPERTIES:\n:Effort: long\nplain\n:END:\nCLOCK: [2026-11-17 Tue 08:00]--[2026-11-16 Mon 08:00]\n",
    );
    assert_eq!(
        not_understood(&import),
        [
            (Reason::NotADay, "line 2"),
            (Reason::NotADuration, "line 4"),
            (Reason::NotARow, "line 5"),
            (Reason::NotADuration, "line 7"),
        ]
    );
}

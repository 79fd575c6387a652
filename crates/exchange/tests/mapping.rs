//! What each thing of a Super Productivity backup becomes.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::BTreeMap;

use lifeos_exchange::report::{Homeless, Layout, Notice, Outcome, Reason, RecordKind, Shape};
use lifeos_exchange::{
    File, Import, ImportRecord, LocalTime, Options, ProjectStatus, Scheduled, Task, TaskList,
    TaskStatus, Values, read,
};
use lifeos_kernel::{Day, When, ZoneName};
use serde_json::{Value, json};

#[test]
fn a_flat_backup_of_old_releases_is_read_with_its_single_archive() {
    let import = import(&json!({
        "lastLocalSyncModelChange": 1_705_341_600_000_i64,
        "project": {"ids": ["INBOX", "p"], "entities": {
            "INBOX": {"id": "INBOX", "title": "📥 Inbox", "taskIds": ["loose"]},
            "p": {"id": "p", "title": "Garden", "taskIds": ["a"], "backlogTaskIds": [],
                  "workStart": {"2024-01-15": 1}},
        }},
        "tag": {"ids": ["TODAY"], "entities": {"TODAY": {"id": "TODAY", "title": "Today", "taskIds": ["a"]}}},
        "task": {"ids": ["a", "loose", "soon"], "entities": {
            "a": {"id": "a", "title": "Prune", "projectId": "p", "tagIds": ["TODAY", "NO_LIST"], "_showSubTasksMode": 2},
            "loose": {"id": "loose", "title": "Sort seeds", "projectId": "INBOX"},
            "soon": {"id": "soon", "title": "Plant", "projectId": null, "plannedAt": 1_705_399_200_000_i64},
        }},
        "taskArchive": {"ids": ["old"], "entities": {
            "old": {"id": "old", "title": "Dig", "projectId": "p", "isDone": true, "doneOn": 1_704_931_200_000_i64},
        }},
        "improvement": {"ids": [], "entities": {}, "hiddenImprovementBannerItems": []},
    }));
    assert_eq!(import.report.layout, Some(Layout::BareLegacy));
    assert_eq!(
        (import.report.found.tasks, import.report.found.archived),
        (3, 1)
    );
    assert_eq!(notices(&import), [(Notice::NoVersion, 1)]);
    assert_eq!(import.report.not_understood, []);
    assert_eq!(left_out(&import), [(Homeless::WorkedDays, 1)]);
    // "Today" was the day on which the file was written.
    assert_eq!(task(&import, "a").due, Some(When::Day(day("2024-01-15"))));
    assert_eq!(task(&import, "a").labels, [""; 0]);
    assert_eq!(
        (
            task(&import, "loose").project.clone(),
            task(&import, "loose").list
        ),
        (None, TaskList::Inbox)
    );
    let start = utc(1_705_399_200_000);
    assert_eq!(
        task(&import, "soon").scheduled,
        Some(Scheduled {
            start,
            minutes: None
        })
    );
    assert_eq!(
        task(&import, "old").status,
        TaskStatus::Completed {
            at_ms: Some(1_704_931_200_000)
        }
    );
}

#[test]
fn from_version_4_on_the_tag_today_only_keeps_an_order() {
    let mut backup = backup(json!({"a": {"title": "One"}}));
    backup["data"]["tag"] =
        json!({"ids": ["TODAY"], "entities": {"TODAY": {"title": "Today", "taskIds": ["a"]}}});
    assert_eq!(task(&import(&backup), "a").due, None);
    backup["crossModelVersion"] = json!(3.1);
    assert_eq!(
        task(&import(&backup), "a").due,
        Some(When::Day(day("2024-11-30")))
    );
    backup.as_object_mut().unwrap().remove("timestamp");
    let import = import(&backup);
    assert_eq!(task(&import, "a").due, None);
    assert_eq!(notices(&import), [(Notice::TodayUnknown, 1)]);
}

#[test]
fn a_time_becomes_a_block_in_the_persons_zone_as_long_as_the_estimate() {
    let backup = backup(json!({
        "a": {"title": "Call", "dueWithTime": 1_733_000_000_000_i64, "dueDay": "2020-01-01", "timeEstimate": 90_001},
        "b": {"title": "Tax", "deadlineDay": "2025-05-31", "dueDay": "2025-05-01"},
        "c": {"title": "Vote", "deadlineWithTime": 1_733_000_000_000_i64},
    }));
    let zone = "Europe/Berlin";
    let local = LocalTime {
        zone,
        offset_minutes_at: &|ms| if ms > 1_732_000_000_000 { 60 } else { 120 },
    };
    let options = Options {
        local,
        ..Options::default()
    };
    let import = read(File::nameless(backup.to_string().as_bytes()), &options).unwrap();
    let at = When::Zoned {
        at_ms: 1_733_000_000_000,
        zone: ZoneName::new(zone).unwrap(),
        offset_minutes: 60,
    };
    let call = task(&import, "a");
    assert_eq!(
        call.scheduled,
        Some(Scheduled {
            start: at.clone(),
            minutes: Some(2)
        })
    );
    assert_eq!((&call.due, call.estimate_minutes), (&None, Some(2)));
    let tax = task(&import, "b");
    assert_eq!(tax.due, Some(When::Day(day("2025-05-01"))));
    assert_eq!(tax.deadline, Some(When::Day(day("2025-05-31"))));
    assert_eq!(task(&import, "c").deadline, Some(at));
    assert_eq!(import.report.outcome, Outcome::Whole);
}

#[test]
fn the_planner_and_old_reminders_give_days_and_times_to_tasks_without() {
    let mut backup = backup(json!({
        "a": {"title": "Planned"},
        "b": {"title": "Planned and dated", "dueDay": "2024-12-01"},
        "c": {"title": "Reminded"},
    }));
    backup["data"]["planner"] = json!({"days": {"2024-12-24": ["a", "b", "gone"]}});
    backup["data"]["reminders"] = json!([{"id": "r", "type": "TASK", "relatedId": "c", "remindAt": 1_733_000_000_000_i64, "title": "Reminded"}]);
    let import = import(&backup);
    assert_eq!(task(&import, "a").due, Some(When::Day(day("2024-12-24"))));
    assert_eq!(task(&import, "b").due, Some(When::Day(day("2024-12-01"))));
    let start = utc(1_733_000_000_000);
    assert_eq!(
        task(&import, "c").scheduled,
        Some(Scheduled {
            start,
            minutes: None
        })
    );
    assert_eq!(left_out(&import), [(Homeless::Reminders, 1)]);
}

#[test]
fn what_hangs_on_a_task_stands_in_its_notes() {
    let import = import(&backup(json!({
        "a": {
            "title": "Fix\nit\t",
            "notes": "Look first.\n",
            "attachments": [
                {"id": "1", "type": "LINK", "title": "The [plan]", "path": "https://example.org/plan"},
                {"id": "2", "type": "FILE", "title": "", "path": "/home/ada/my plan.pdf"},
                {"id": "3", "type": "IMG", "title": "Shot", "path": "data:image/png;base64,AAAA"},
            ],
            "issueType": "JIRA", "issueId": "AB-1", "issueProviderId": "x",
        },
        "b": {"title": "Old issue", "issueId": 42},
    })));
    let fix = task(&import, "a");
    assert_eq!(fix.title, "Fix it");
    assert_eq!(
        fix.notes,
        "Look first.\n\n- [The  plan ](https://example.org/plan)\n- [/home/ada/my plan.pdf](</home/ada/my plan.pdf>)\n- JIRA: AB-1"
    );
    assert_eq!(task(&import, "b").notes, "- Issue: 42");
    assert_eq!(left_out(&import), [(Homeless::EmbeddedFiles, 1)]);
    assert_eq!(shape(&import, Shape::AttachmentToNotes), 2);
    assert_eq!(shape(&import, Shape::IssueToNotes), 2);
}

#[test]
fn a_parent_keeps_only_the_work_that_is_its_own() {
    let import = import(&backup(json!({
        "p": {"title": "Whole", "subTaskIds": ["c", "d"], "timeSpentOnDay": {"2024-01-01": 5_400_000, "2024-01-02": 60_000}},
        "c": {"title": "Part", "parentId": "p", "timeSpentOnDay": {"2024-01-01": 3_600_000}},
        "d": {"title": "Part", "parentId": "p", "timeSpentOnDay": {"2024-01-01": 600_000, "2024-01-02": 61_000}},
        "e": {"title": "Sum only", "timeSpent": 120_000, "created": 1_704_067_200_000_i64},
    })));
    assert_eq!(
        task(&import, "p").spent_minutes,
        BTreeMap::from([(day("2024-01-01"), 20)])
    );
    assert_eq!(
        task(&import, "c").spent_minutes,
        BTreeMap::from([(day("2024-01-01"), 60)])
    );
    assert_eq!(task(&import, "d").spent_minutes[&day("2024-01-02")], 1);
    assert_eq!(
        task(&import, "e").spent_minutes,
        BTreeMap::from([(day("2024-01-01"), 2)])
    );
    assert_eq!(shape(&import, Shape::TimeOfSubtasksOffParent), 1);
    assert_eq!(notices(&import), [(Notice::RoundedToMinutes, 1)]);
}

#[test]
fn archived_tasks_are_completed_and_undated_ones_get_the_last_date_that_tells() {
    let mut backup = backup(
        json!({"live": {"title": "Done", "isDone": true, "tagIds": ["KANBAN_IN_PROGRESS"]}}),
    );
    backup["data"]["archiveYoung"] = json!({"task": model(json!({
        "p": {"title": "Parent", "isDone": true, "doneOn": 1_704_067_200_000_i64, "subTaskIds": ["c"]},
        "c": {"title": "Never ticked", "parentId": "p", "isDone": false, "remindAt": 5},
        "w": {"title": "Worked", "isDone": true, "timeSpentOnDay": {"2024-01-03": 60_000, "2024-01-02": 60_000}},
    }))});
    let import = import(&backup);
    let at = |id: &str| task(&import, id).status;
    assert_eq!(at("live"), TaskStatus::Completed { at_ms: None });
    assert_eq!(
        at("c"),
        TaskStatus::Completed {
            at_ms: Some(1_704_067_200_000)
        }
    );
    assert_eq!(
        at("w"),
        TaskStatus::Completed {
            at_ms: Some(day("2024-01-03").epoch_ms() + 43_200_000)
        }
    );
    assert_eq!(shape(&import, Shape::ArchivedToCompleted), 1);
    assert_eq!(notices(&import), [(Notice::DoneDateInferred, 3)]);
    assert_eq!(
        (import.report.found.done, import.report.found.archived),
        (1, 3)
    );
    assert_eq!(left_out(&import), []);
}

#[test]
fn projects_keep_their_folder_state_and_sections() {
    let mut backup = backup(
        json!({"a": {"title": "Paint", "projectId": "p"}, "b": {"title": "In progress", "tagIds": ["KANBAN_IN_PROGRESS"]}}),
    );
    backup["data"]["project"] = model(json!({
        "q": {"title": "Roof", "isArchived": true},
        "p": {"title": "House", "taskIds": ["a"]},
        "r": {"title": "Shed", "isDone": true, "isArchived": true, "doneOn": 1_704_067_200_000_i64},
    }));
    backup["data"]["menuTree"] = json!({"tagTree": [{"k": "f", "id": "f", "name": "Moods", "children": []}], "projectTree": [
        {"k": "p", "id": "q"},
        {"k": "f", "id": "g", "name": "Home", "children": [{"k": "f", "id": "h", "name": "Outside", "children": [{"k": "p", "id": "p"}]}]},
    ]});
    backup["data"]["section"] = model(json!({
        "s": {"title": "Walls", "contextId": "p", "contextType": "PROJECT", "taskIds": ["a"]},
        "t": {"title": "Mornings", "contextId": "TODAY", "contextType": "TAG", "taskIds": ["b"]},
    }));
    let import = import(&backup);
    let projects: Vec<_> = import
        .records
        .iter()
        .filter_map(|record| match &record.values {
            Values::Project(project) => Some((
                project.title.as_str(),
                project.area.as_deref(),
                project.status,
            )),
            _ => None,
        })
        .collect();
    assert_eq!(
        projects,
        [
            ("Roof", None, ProjectStatus::Archived),
            ("House", Some("Home / Outside"), ProjectStatus::Active),
            (
                "Shed",
                None,
                ProjectStatus::Completed {
                    at_ms: Some(1_704_067_200_000)
                }
            ),
        ]
    );
    assert_eq!(task(&import, "a").section.as_deref(), Some("section:s"));
    assert_eq!(task(&import, "b").status, TaskStatus::InProgress);
    assert_eq!(import.report.records[&RecordKind::Section].new, 1);
    assert_eq!(
        left_out(&import),
        [(Homeless::SectionsOfTags, 1), (Homeless::TagFolders, 1)]
    );
}

#[test]
fn a_note_without_a_home_becomes_a_task_to_look_at_someday() {
    let mut backup = backup(json!({}));
    backup["data"]["project"] =
        model(json!({"p": {"title": "House", "noteIds": ["n2", "n1", "n3"]}}));
    backup["data"]["note"] = model(json!({
        "n0": {"content": "# Gifts\n\n- book", "projectId": null, "created": 5, "isPinnedToToday": true},
        "n1": {"content": "second", "projectId": "p", "imgUrl": "https://example.org/a b.png"},
        "n2": {"content": "first", "projectId": "p"},
        "n3": {"content": "x".repeat(32_700), "projectId": "p"},
        "n4": {"content": " ", "projectId": "p"},
    }));
    let import = import(&backup);
    let Values::Project(project) = &record(&import, "project:p").values else {
        panic!("not a project")
    };
    assert_eq!(
        project.notes,
        "first\n\n---\n\nsecond\n\n[https://example.org/a b.png](<https://example.org/a b.png>)"
    );
    let Values::Task(gifts) = &record(&import, "note:n0").values else {
        panic!("not a task")
    };
    assert_eq!(
        (gifts.title.as_str(), gifts.notes.as_str()),
        ("Gifts", "# Gifts\n\n- book")
    );
    assert_eq!(
        (gifts.list, gifts.project.as_ref()),
        (TaskList::Someday, None)
    );
    let Values::Task(long) = &record(&import, "note:n3").values else {
        panic!("not a task")
    };
    assert_eq!(
        (long.notes.len(), long.project.as_deref()),
        (32_700, Some("project:p"))
    );
    assert_eq!(
        (
            shape(&import, Shape::NoteToTask),
            shape(&import, Shape::NoteToProjectNotes)
        ),
        (2, 2)
    );
    assert_eq!(
        (import.report.found.notes, import.report.outcome),
        (5, Outcome::Whole)
    );
}

#[test]
fn what_has_no_place_is_counted_and_settings_are_not_a_loss() {
    let mut backup = backup(
        json!({"a": {"title": "One", "remindAt": 1_733_000_000_000_i64, "deadlineRemindAt": 1_733_000_000_000_i64}}),
    );
    let data = &mut backup["data"];
    data["taskRepeatCfg"] = model(json!({"r": {"title": "Standup"}}));
    data["simpleCounter"] = model(
        json!({"used": {"countOnDay": {"2024-01-01": 3}}, "shipped": {"title": "Coffee", "countOnDay": {}}}),
    );
    data["metric"] = model(json!({"2024-01-01": {"mood": 4}}));
    data["obstruction"] = model(json!({"o": {"title": "Noise"}}));
    data["pluginUserData"] = json!([{"id": "x", "data": "y"}]);
    data["timeTracking"] = json!({"project": {"p": {"2024-01-01": {"s": 1}, "2024-01-02": {}}}, "tag": {"t": {"2024-01-01": {"s": 1}}}});
    data["habitGarden"] = json!({"ids": ["1"]});
    data["globalConfig"] = json!({"misc": {"firstDayOfWeek": 1}});
    data["issueProvider"] = model(json!({"i": {"password": "hunter2"}}));
    let import = import(&backup);
    assert_eq!(
        left_out(&import),
        [
            (Homeless::Repeats, 1),
            (Homeless::Reminders, 2),
            (Homeless::WorkedDays, 2),
            (Homeless::Counters, 1),
            (Homeless::Evaluations, 1),
            (Homeless::Reflections, 1),
            (Homeless::PluginData, 1),
            (Homeless::UnknownModels, 1),
        ]
    );
    assert_eq!(import.report.not_understood[0].at, "/data/habitGarden");
    assert_eq!(import.report.settings.len(), 2);
    assert!(
        !serde_json::to_string(&import.report)
            .unwrap()
            .contains("hunter2")
    );
}

#[test]
fn broken_links_are_noted_and_the_rest_goes_on() {
    let mut backup = backup(json!({
        "outside": {"title": "Hangs on the round", "parentId": "y"},
        "self": {"title": "Inside itself", "parentId": "self"},
        "x": {"title": "Round", "parentId": "y"},
        "y": {"title": "Round", "parentId": "z"},
        "z": {"title": "Round", "parentId": "x"},
        "orphan": {"title": "Orphan", "parentId": "gone", "projectId": "gone", "tagIds": ["gone", 7, "t", "t"]},
        "listed": {"title": "Listed"},
        "lists": {"title": "Lists", "subTaskIds": ["listed", "gone"]},
        "forgotten": {"title": "Not in ids"},
    }));
    backup["data"]["task"]["ids"] = json!([
        "outside", "x", "y", "z", "self", "orphan", "listed", "lists", "lists", "ghost", 5
    ]);
    backup["data"]["tag"] = model(json!({"t": {"title": "Home"}}));
    backup["data"]["archiveOld"] = json!({"task": model(json!({"x": {"title": "Again"}}))});
    let import = import(&backup);
    let reasons: Vec<_> = import
        .report
        .not_understood
        .iter()
        .map(|found| (found.reason, found.at.as_str()))
        .collect();
    for expected in [
        (Reason::DuplicateId, "/data/task/ids/8"),
        (Reason::DanglingId, "/data/task/ids/9"),
        (Reason::WrongType, "/data/task/ids/10"),
        (Reason::DuplicateId, "/data/archiveOld/task/entities/x"),
        (
            Reason::DanglingProject,
            "/data/task/entities/orphan/projectId",
        ),
        (Reason::DanglingTag, "/data/task/entities/orphan/tagIds/0"),
        (Reason::WrongType, "/data/task/entities/orphan/tagIds/1"),
        (
            Reason::DanglingParent,
            "/data/task/entities/orphan/parentId",
        ),
        (Reason::ParentCycle, "/data/task/entities/self/parentId"),
        (Reason::ParentCycle, "/data/task/entities/x/parentId"),
    ] {
        assert!(
            reasons.contains(&expected),
            "{expected:?} is not in {reasons:#?}"
        );
    }
    assert_eq!(reasons.len(), 10);
    assert_eq!(import.records.len(), 10);
    let parent = |id: &str| task(&import, id).parent.clone();
    assert_eq!(
        (parent("self"), parent("x"), parent("orphan")),
        (None, None, None)
    );
    assert_eq!(
        (parent("y").as_deref(), parent("z").as_deref()),
        (Some("task:z"), Some("task:x"))
    );
    assert_eq!(parent("listed").as_deref(), Some("task:lists"));
    assert_eq!(task(&import, "orphan").labels, ["tag:t"]);
    assert_eq!(
        notices(&import),
        [(Notice::NotInList, 1), (Notice::ParentFromList, 1)]
    );
}

#[test]
fn values_that_cannot_be_are_left_out_with_their_place() {
    let import = import(&backup(json!({
        "a": {"title": "Days", "dueDay": "0000-01-01", "deadlineDay": "9999-12-31"},
        "b": {"title": "Moments", "dueWithTime": 1e300, "doneOn": -5, "created": 253_402_300_800_000_i64},
        "c": {"title": "Durations", "timeEstimate": -1, "timeSpentOnDay": {"2024-13-01": 1, "2024-01-01": -1, "2024-01-02": "1"}},
        "d": {"title": 7, "notes": ["x"], "isDone": "yes", "dueDay": 20_240_101, "attachments": {}, "tagIds": "t", "futureField": {"x": 1}},
        "Dear diary, I": {"title": "Words as an id", "dueDay": "soon"},
    })));
    let found: Vec<_> = import
        .report
        .not_understood
        .iter()
        .map(|found| (found.reason, found.at.as_str()))
        .collect();
    for expected in [
        (Reason::NotADay, "/data/task/entities/a/dueDay"),
        (Reason::NotAMoment, "/data/task/entities/b/dueWithTime"),
        (Reason::NotAMoment, "/data/task/entities/b/doneOn"),
        (Reason::NotAMoment, "/data/task/entities/b/created"),
        (Reason::NotADuration, "/data/task/entities/c/timeEstimate"),
        (
            Reason::NotADay,
            "/data/task/entities/c/timeSpentOnDay/2024-13-01",
        ),
        (
            Reason::NotADuration,
            "/data/task/entities/c/timeSpentOnDay/2024-01-01",
        ),
        (
            Reason::NotADuration,
            "/data/task/entities/c/timeSpentOnDay/2024-01-02",
        ),
        (Reason::WrongType, "/data/task/entities/d/title"),
        (Reason::WrongType, "/data/task/entities/d/notes"),
        (Reason::WrongType, "/data/task/entities/d/isDone"),
        (Reason::WrongType, "/data/task/entities/d/dueDay"),
        (Reason::WrongType, "/data/task/entities/d/attachments"),
        (Reason::WrongType, "/data/task/entities/d/tagIds"),
        (Reason::UnknownField, "/data/task/entities/*/futureField"),
        // A name that reads like a sentence is not shown.
        (Reason::NotADay, "/data/task/entities/*/dueDay"),
    ] {
        assert!(
            found.contains(&expected),
            "{expected:?} is not in {found:#?}"
        );
    }
    assert_eq!(found.len(), 16);
    assert_eq!(
        task(&import, "a").deadline,
        Some(When::Day(day("9999-12-31")))
    );
    assert_eq!(task(&import, "d").title, "–");
    assert_eq!(import.report.outcome, Outcome::Part);
}

#[test]
fn a_text_beyond_a_records_size_is_cut_at_a_character_and_noted() {
    let import = import(&backup(json!({
        "a": {"title": "Long", "notes": format!("{}é", "x".repeat(32_767))},
        "b": {"title": "t".repeat(1_500), "notes": "n"},
    })));
    assert_eq!(task(&import, "a").notes.len(), 32_767);
    assert_eq!(import.report.not_understood[0].reason, Reason::TooLong);
    let long = task(&import, "b");
    assert_eq!(long.title.len(), 1_000);
    // Nothing of a long title is lost.
    assert_eq!(long.notes, format!("{}\n\nn", "t".repeat(1_500)));
    assert_eq!(import.report.not_understood.len(), 1);
}

#[test]
fn a_newer_release_is_read_as_far_as_it_is_known() {
    let mut backup = backup(json!({"a": {"title": "One"}}));
    backup["crossModelVersion"] = json!(5);
    let import = import(&backup);
    assert_eq!(import.records.len(), 1);
    assert_eq!(notices(&import), [(Notice::NewerVersion, 1)]);
    assert_eq!(import.report.outcome, Outcome::Part);
    assert_eq!(import.report.version.as_deref(), Some("5"));
}

fn model(entities: Value) -> Value {
    let ids: Vec<&String> = entities.as_object().unwrap().keys().collect();
    json!({"ids": ids, "entities": entities})
}

fn backup(tasks: Value) -> Value {
    json!({
        "timestamp": 1_733_000_000_000_i64,
        "crossModelVersion": 4.5,
        "data": {"task": model(tasks), "tag": model(json!({})), "project": model(json!({}))},
    })
}

fn import(backup: &Value) -> Import {
    read(
        File::nameless(backup.to_string().as_bytes()),
        &Options::default(),
    )
    .unwrap()
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

fn left_out(import: &Import) -> Vec<(Homeless, u32)> {
    import
        .report
        .left_out
        .iter()
        .map(|left| (left.what, left.count))
        .collect()
}

fn notices(import: &Import) -> Vec<(Notice, u32)> {
    import
        .report
        .warnings
        .iter()
        .map(|warning| (warning.what, warning.count))
        .collect()
}

fn shape(import: &Import, shape: Shape) -> u32 {
    let found = import
        .report
        .reshaped
        .iter()
        .find(|reshaped| reshaped.shape == shape);
    found.map_or(0, |reshaped| reshaped.count)
}

fn utc(at_ms: i64) -> When {
    When::Zoned {
        at_ms,
        zone: ZoneName::new("UTC").unwrap(),
        offset_minutes: 0,
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

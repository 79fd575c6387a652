use lifeos_exchange::export::{Formats, verify};
use lifeos_exchange::{File, Options, Values, read};
use lifeos_life::Portion;

use crate::demo::{self, export, file, packed, pages, year};

#[test]
fn a_year_is_exported_in_every_format_and_read_back() {
    let packed = export();
    let verified = verify(&packed.bytes, Some(&packed.items)).unwrap();
    let tasks = packed.items.tasks.len() as u64;
    assert!(tasks > 500, "{tasks}");
    assert_eq!(verified.tasks, tasks);
    let events: usize = year().log.iter().map(|change| change.events.len()).sum();
    assert_eq!(verified.events, events as u64);
    assert_eq!(verified.not_shown, 0);
    assert_eq!(verified.portion, Portion::All);
    // Anybody can do the same without the life that it was made from.
    assert_eq!(verify(&packed.bytes, None).unwrap(), verified);
}

#[test]
fn equal_input_makes_equal_bytes() {
    assert_eq!(export().bytes, export().bytes);
}

#[test]
fn each_format_is_right_on_its_own() {
    let lived = year();
    let none = Formats {
        events: false,
        csv: false,
        todo_txt: false,
        calendars: false,
        markdown: false,
    };
    let each = [
        Formats {
            events: true,
            ..none
        },
        Formats { csv: true, ..none },
        Formats {
            todo_txt: true,
            ..none
        },
        Formats {
            calendars: true,
            ..none
        },
        Formats {
            markdown: true,
            ..none
        },
        none,
    ];
    for formats in each {
        let items = demo::items(&lived.life, Portion::All);
        let tasks = items.tasks.len() as u64;
        let packed = packed(items, formats, Portion::All, &pages(&lived.log));
        let verified = verify(&packed.bytes, Some(&packed.items)).unwrap();
        assert_eq!(verified.tasks, tasks);
        let alone = verify(&packed.bytes, None).unwrap();
        let has_tasks = formats != none && !formats.events;
        assert_eq!(alone.tasks, if has_tasks { tasks } else { 0 });
    }
}

#[test]
fn what_other_programs_would_import_comes_back_through_the_importers() {
    let packed = export();
    let lines = file(&packed, "todo.txt");
    let named = File {
        name: Some("todo.txt"),
        bytes: lines.as_bytes(),
    };
    let import = read(named, &Options::default()).unwrap();
    let tasks = import
        .records
        .iter()
        .filter(|it| matches!(it.values, Values::Task(_)));
    assert_eq!(tasks.count(), packed.items.tasks.len());

    let calendar = file(&packed, "calendars/002.ics");
    let import = read(File::nameless(calendar.as_bytes()), &Options::default()).unwrap();
    let project = import.records.iter().find_map(|it| match &it.values {
        Values::Project(project) => Some(project.title.as_str()),
        _ => None,
    });
    assert_eq!(project, Some(packed.items.projects[0].title.as_str()));
}

#[test]
fn a_line_of_events_says_who_when_and_what() {
    let packed = export();
    let events = file(&packed, "events.jsonl");
    let lines: Vec<serde_json::Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let created = lines
        .iter()
        .find(|line| line["kind"] == "taskCreated")
        .unwrap();
    assert_eq!(created["device"], "07".repeat(16));
    assert_eq!(created["domain"], "tasks");
    assert_eq!(created["source"], "import");
    assert_eq!(created["stamp"].as_str().unwrap().len(), 52);
    let title = &created["payload"]["set"][0]["title"];
    let id = created["record"].as_str().unwrap();
    let task = packed
        .items
        .tasks
        .iter()
        .find(|task| task.id.to_string() == id)
        .unwrap();
    assert_eq!(title, &task.title);
}

#[test]
fn what_was_erased_or_could_not_be_read_is_named_in_its_place() {
    let lived = year();
    let mut pages = pages(&lived.log);
    let first = &mut pages[0].changes[0];
    first.events.truncate(3);
    first.erased = 2;
    let second = &mut pages[0].changes[1];
    second.events.clear();
    second.about = None;
    second.unreadable = Some("noKey".to_owned());
    let items = demo::items(&lived.life, Portion::All);
    let packed = packed(items, Formats::ALL, Portion::All, &pages);
    let verified = verify(&packed.bytes, None).unwrap();
    assert_eq!(verified.not_shown, 3);
    let events = file(&packed, "events.jsonl");
    assert!(
        events.contains(r#""counter":1,"erased":2}"#),
        "{events:.2000}"
    );
    assert!(events.contains(r#""counter":2,"unreadable":"noKey"}"#));
}

#[test]
fn a_change_that_is_left_out_is_found() {
    let lived = year();
    let mut pages = pages(&lived.log);
    pages[0].changes.remove(0);
    let items = demo::items(&lived.life, Portion::All);
    let packed = packed(items, Formats::ALL, Portion::All, &pages);
    let wrong = verify(&packed.bytes, None).unwrap_err();
    assert_eq!(wrong.code(), "gap");
    assert_eq!(
        wrong.to_string(),
        "events.jsonl, at 1: a change is missing, or not in its order"
    );
}

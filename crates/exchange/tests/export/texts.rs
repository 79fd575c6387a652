//! Odd texts, dates and numbers, through every format and back.

use lifeos_exchange::LocalTime;
use lifeos_exchange::export::{Formats, Items, Made, Moment, Pack, Packed, verify};
use lifeos_kernel::{Day, Minute, RecordId, Source, When, ZoneName};
use lifeos_life::Portion;
use lifeos_tasks::{
    Block, ImportedChecklistItem, LabelField, List, Outgoing, OutgoingRecord, OutgoingTask,
    Priority, ProjectField, ProjectStatus, SectionField, Status, StatusChange, TaskField,
};
use proptest::prelude::*;

use crate::demo::{LOCAL, file};

fn packed(outgoing: Outgoing, local: &LocalTime<'_>) -> Packed {
    let made = Made {
        product: "0.1.0".to_owned(),
        at: Moment::of(1_795_350_000_000, local),
        space: "07".repeat(16),
        portion: Portion::All,
    };
    let formats = Formats {
        events: false,
        ..Formats::ALL
    };
    Pack::begin(made, formats, Items::of(outgoing, local)).finish()
}

fn task(fields: Vec<TaskField>) -> OutgoingTask {
    OutgoingTask {
        record: RecordId([1; 16]),
        at_ms: 1_790_000_000_000,
        fields,
        labels: Vec::new(),
        spent: Vec::new(),
        checklist: Vec::new(),
    }
}

fn titled(title: &str) -> Outgoing {
    Outgoing {
        tasks: vec![task(vec![TaskField::Title(title.to_owned())])],
        ..Outgoing::default()
    }
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    for title in [
        "=1+1",
        "+49 30 1234",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "'quoted",
        "'=1",
        "''",
    ] {
        let packed = packed(titled(title), &LOCAL);
        let table = file(&packed, "csv/tasks.csv");
        let row = table.lines().nth(1).unwrap();
        let cell = row.split(',').nth(1).unwrap().trim_start_matches('"');
        assert!(cell.starts_with('\''), "{row}");
        let verified = verify(&packed.bytes, Some(&packed.items));
        assert_eq!(verified.unwrap().tasks, 1);
        assert_eq!(packed.items.tasks[0].title, title);
    }
}

#[test]
fn a_title_that_looks_like_signs_stays_a_title() {
    let titles = [
        "x marks the spot",
        "(A) is a letter",
        "2026-11-22 was a Sunday",
        "x 2026-11-22",
        "Mail +49 to @anna due:2026-12-01 rec:1w pri:A t:2026-01-01 min:5",
        "+project",
        "due:tomorrow",
        "- [x] done",
        "## heading",
        "BEGIN:VCALENDAR",
        "a, b; c\\n d\\",
        "\"quoted\", said",
        "ü𝄞 ＋＠",
        "a\u{85}b\u{2028}c\u{a0}d  e",
        "null\0byte",
        "",
        "   ",
        "\r\n",
    ];
    for title in titles {
        let packed = packed(titled(title), &LOCAL);
        verify(&packed.bytes, Some(&packed.items))
            .unwrap_or_else(|wrong| panic!("{title:?}: {wrong}"));
        verify(&packed.bytes, None).unwrap();
        assert_eq!(file(&packed, "todo.txt").lines().count(), 1, "{title:?}");
    }
    let packed = packed(titled("Mail +49 to @anna due:2026-12-01"), &LOCAL);
    assert_eq!(
        file(&packed, "todo.txt"),
        "2026-09-21 Mail ＋49 to ＠anna due：2026-12-01\n"
    );
}

#[test]
fn no_line_of_a_calendar_is_longer_than_75_bytes_or_cut_inside_a_character() {
    let fields = vec![
        TaskField::Title("Größe ändern, dann; prüfen \\ ".repeat(9)),
        TaskField::Notes("Zeile 𝄞\n\tähnlich\r\nund noch eine, lange\n".repeat(40)),
    ];
    let outgoing = Outgoing {
        tasks: vec![task(fields)],
        ..Outgoing::default()
    };
    let packed = packed(outgoing, &LOCAL);
    let calendar = file(&packed, "calendars/001.ics");
    assert!(calendar.ends_with("END:VCALENDAR\r\n"));
    for line in calendar.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
    }
    verify(&packed.bytes, Some(&packed.items)).unwrap();
}

#[test]
fn a_start_stands_beside_a_due_time_only_where_a_calendar_may_have_it() {
    let day = |text: &str| Some(When::Day(text.parse().unwrap()));
    let calendar = |defer, due| {
        let fields = vec![TaskField::Defer(defer), TaskField::Due(due)];
        let outgoing = Outgoing {
            tasks: vec![task(fields)],
            ..Outgoing::default()
        };
        let packed = packed(outgoing, &LOCAL);
        verify(&packed.bytes, Some(&packed.items)).unwrap();
        file(&packed, "calendars/001.ics")
    };
    let both = calendar(day("2026-11-01"), day("2026-11-02"));
    assert!(both.contains("DTSTART;VALUE=DATE:20261101\r\nDUE;VALUE=DATE:20261102"));
    let same = calendar(day("2026-11-02"), day("2026-11-02"));
    assert!(!same.contains("DTSTART") && same.contains("X-LIFEOS-DEFER;VALUE=DATE:20261102"));
    let zoned = When::Zoned {
        at_ms: 1_795_350_000_000,
        zone: ZoneName::new("Europe/Berlin").unwrap(),
        offset_minutes: 60,
    };
    let moment = calendar(None, Some(zoned));
    assert!(
        moment.contains("DUE;X-LIFEOS-ZONE=\"Europe/Berlin\":20261122T"),
        "{moment}"
    );
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,20}",
        "[-+@=#>*x(): A\\[\\]\\\\\"',;|0-9\u{e4}\u{1d11e}\t]{0,24}",
        ".{0,30}",
        proptest::collection::vec(any::<char>(), 0..12)
            .prop_map(|chars| chars.into_iter().collect()),
        Just("word ".repeat(300)),
    ]
}

fn day() -> impl Strategy<Value = Day> {
    prop_oneof![
        (-800_000_i32..3_000_000).prop_map(Day::from_epoch_days),
        (19_000_i32..22_000).prop_map(Day::from_epoch_days),
    ]
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        day().prop_map(When::Day),
        (day(), 0_u16..1_440).prop_map(|(day, minute)| When::Floating {
            day,
            minute: Minute::new(minute).unwrap()
        }),
        (any::<i64>(), any::<i16>(), "[A-Za-z/_+-]{1,12}").prop_map(
            |(at_ms, offset_minutes, zone)| {
                When::Zoned {
                    at_ms,
                    zone: ZoneName::new(&zone).unwrap(),
                    offset_minutes,
                }
            }
        ),
        (0..4_000_000_000_000_i64).prop_map(|at_ms| When::Zoned {
            at_ms,
            zone: ZoneName::new("Europe/Berlin").unwrap(),
            offset_minutes: 60
        }),
    ]
}

fn at_ms() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), 0..4_000_000_000_000_i64]
}

fn id(number: u8) -> RecordId {
    RecordId([number; 16])
}

prop_compose! {
    fn fields()(
        title in text(),
        notes in text(),
        status in proptest::sample::select(vec![
            Status::Pending, Status::InProgress, Status::Completed, Status::Cancelled,
        ]),
        step_ms in at_ms(),
        list in proptest::sample::select(vec![List::Inbox, List::Next, List::Waiting, List::Someday]),
        priority in proptest::sample::select(vec![
            Priority::None, Priority::Low, Priority::Medium, Priority::High,
        ]),
        times in proptest::collection::vec(proptest::option::of(when()), 4),
        minutes in proptest::collection::vec(proptest::option::of(any::<u32>()), 2),
        flags in any::<[bool; 3]>(),
    ) -> Vec<TaskField> {
        let mut fields = vec![
            TaskField::Title(title),
            TaskField::Notes(notes),
            TaskField::List(list),
            TaskField::Priority(priority),
            TaskField::Due(times[0].clone()),
            TaskField::Deadline(times[1].clone()),
            TaskField::Defer(times[2].clone()),
            TaskField::Scheduled(times[3].clone().map(|start| Block { start, minutes: minutes[0] })),
            TaskField::EstimateMinutes(minutes[1]),
            TaskField::Urgent(flags[0]),
            TaskField::Important(flags[1]),
        ];
        if flags[2] {
            let change = StatusChange { status, at_ms: step_ms, source: Source::Ui };
            fields.push(TaskField::Status(change));
        }
        fields
    }
}

prop_compose! {
    fn outgoing()(
        names in proptest::collection::vec(text(), 6),
        colour in text(),
        tasks in proptest::collection::vec(
            (fields(), at_ms(), 0_usize..5, 0_usize..4, any::<[bool; 2]>(),
             proptest::collection::vec((day(), any::<i64>()), 0..3),
             proptest::collection::vec((text(), any::<bool>()), 0..3)),
            0..8,
        ),
    ) -> Outgoing {
        let record = |number, at_ms, fields| OutgoingRecord { record: id(number), at_ms, fields };
        let projects = (0..2).map(|n| record(200 + n, i64::from(n), vec![
            ProjectField::Title(names[usize::from(n)].clone()),
            ProjectField::Goal(names[5].clone()),
            ProjectField::Status(ProjectStatus::Paused),
            ProjectField::Reviewed(Some(Day::from_epoch_days(20_000))),
        ]));
        let sections = vec![OutgoingRecord { record: id(210), at_ms: 5, fields: vec![
            SectionField::Title(names[2].clone()),
            SectionField::Project(Some(id(200))),
        ] }];
        let labels = (0..2).map(|n| OutgoingRecord { record: id(220 + n), at_ms: -7, fields: vec![
            LabelField::Title(names[3 + usize::from(n)].clone()),
            LabelField::Colour(colour.clone()),
        ] });
        let tasks = tasks.into_iter().enumerate().map(|(n, (mut fields, at_ms, parent, home, own, spent, checklist))| {
            if home > 0 {
                fields.push(TaskField::Project(Some(id(if home == 3 { 201 } else { 200 }))));
            }
            if home == 2 {
                fields.push(TaskField::Section(Some(id(210))));
            }
            if parent > 0 && n >= parent {
                fields.push(TaskField::Parent(Some(id(u8::try_from(n - parent).unwrap()))));
            }
            let labels = own.iter().zip([220, 221]).filter(|(own, _)| **own);
            let checklist = checklist.into_iter();
            OutgoingTask {
                record: id(u8::try_from(n).unwrap()),
                at_ms,
                fields,
                labels: labels.map(|(_, number)| id(number)).collect(),
                spent,
                checklist: checklist.map(|(text, done)| ImportedChecklistItem { item: id(9), text, done }).collect(),
            }
        });
        Outgoing { projects: projects.collect(), sections, labels: labels.collect(), tasks: tasks.collect() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_leaves_is_read_back(outgoing in outgoing(), offset in -720_i16..840) {
        let local = LocalTime { zone: "Europe/Berlin", offset_minutes_at: &move |_| offset };
        let tasks = outgoing.tasks.len() as u64;
        let packed = packed(outgoing, &local);
        let verified = verify(&packed.bytes, Some(&packed.items));
        prop_assert_eq!(verified.map(|it| it.tasks), Ok(tasks));
        prop_assert_eq!(verify(&packed.bytes, None).map(|it| it.tasks), Ok(tasks));
    }
}

use super::*;
use lifeos_exchange::report::Source;
use lifeos_exchange::{TaskPriority, TaskStatus};

const BERLIN_ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Home\r\nBEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nDTSTART:19810329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

fn calendar(inside: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{inside}END:VCALENDAR\r\n")
}

fn todo(lines: &str) -> String {
    format!("BEGIN:VTODO\r\n{lines}END:VTODO\r\n")
}

#[test]
fn the_shared_sample_yields_what_stands_in_it() {
    let shared = "../../../shared/samples/calendar/recurrence/issue_97_simple_todo.ics";
    let shared = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(shared)).ok();
    let ours = calendar(&todo(
        "UID:1\r\nDTSTAMP:19920901T130000Z\r\nDTSTART:19920415T133000Z\r\nDUE:19920516T045959Z\r\nSUMMARY:Yearly Income Tax Preparation\r\nRRULE:FREQ=YEARLY\r\nCLASS:CONFIDENTIAL\r\nCATEGORIES:FAMILY,FINANCE\r\nPRIORITY:1\r\n",
    ));
    for bytes in [Some(ours.into_bytes()), shared].into_iter().flatten() {
        let import = read("todo.ics", bytes);
        assert_eq!(
            (import.report.source, import.report.found.tasks),
            (Source::ICalendar, 1)
        );
        let tax = task(&import, "Yearly Income Tax Preparation");
        assert_eq!(tax.due, Some(moment(705_992_399_000)));
        assert_eq!(tax.defer, Some(moment(703_344_600_000)));
        assert_eq!(tax.priority, TaskPriority::High);
        assert_eq!(titles(&import, &tax.labels), ["FAMILY", "FINANCE"]);
        assert_eq!(left_out(&import, Homeless::Repeats), 1);
        assert_eq!(not_understood(&import), []);
    }
}

#[test]
fn folded_lines_escapes_and_parameters_in_quotes_are_read() {
    let import = read(
        "",
        calendar(&todo(
            "UID:a\r\nSUMMARY;LANGUAGE=en:Buy\\, then\r\n  se\r\n\tll\r\nDESCRIPTION:one\\ntwo\\; three\r\nATTENDEE;CN=\"Doe: Jo; A\":mailto:jo@a.example\r\nLOCATION:Hall\r\nURL:https://a.example/x\r\nCOMMENT:so it is\r\nX-SORT:5\r\nGEO:1;2\r\n",
        )),
    );
    let task = task(&import, "Buy, then sell");
    assert_eq!(
        task.notes,
        "one\ntwo; three\n\nso it is\n\nAttendee: Doe: Jo; A\nLocation: Hall\n- [https://a.example/x](https://a.example/x)"
    );
    assert_eq!(
        (
            left_out(&import, Homeless::Places),
            import.report.found.comments
        ),
        (1, 1)
    );
    assert_eq!(not_understood(&import), []);
}

#[test]
fn times_are_moments_where_their_zone_is_known_and_on_the_wall_where_it_is_not() {
    let rows = [
        "UID:1\r\nSUMMARY:1\r\nDUE;TZID=Home:20260701T120000\r\n",
        "UID:2\r\nSUMMARY:2\r\nDUE;TZID=Home:20261225T120000\r\n",
        "UID:3\r\nSUMMARY:3\r\nDUE;TZID=Home:20261025T033000\r\n",
        "UID:4\r\nSUMMARY:4\r\nDUE;TZID=Europe/Berlin:20261225T120000\r\n",
        "UID:5\r\nSUMMARY:5\r\nDUE;TZID=Mars:20261225T120000\r\n",
        "UID:6\r\nSUMMARY:6\r\nDUE:20261225T120000\r\n",
        "UID:7\r\nSUMMARY:7\r\nDUE;VALUE=DATE:20261225\r\n",
        "UID:8\r\nSUMMARY:8\r\nDTSTART:20261225T120000Z\r\nDURATION:P1DT2H\r\n",
    ];
    let import = read(
        "",
        calendar(&format!("{BERLIN_ZONE}{}", rows.map(todo).concat())),
    );
    let due = |name: &str| task(&import, name).due.clone().unwrap();
    assert_eq!(due("1"), moment(1_782_900_000_000));
    assert_eq!(due("2"), moment(1_798_196_400_000));
    // An hour after the clocks were put back at 3:00 it is standard time.
    assert_eq!(due("3"), moment(1_792_895_400_000));
    assert_eq!(due("4"), moment(1_798_196_400_000));
    assert_eq!(due("5"), wall("2026-12-25", "12:00"));
    assert_eq!(due("6"), wall("2026-12-25", "12:00"));
    assert_eq!(due("7"), day("2026-12-25"));
    assert_eq!(due("8"), moment(1_798_200_000_000 + 26 * 3_600_000));
    assert_eq!(notice(&import, Notice::ZoneUnknown), 1);
}

#[test]
fn statuses_priorities_families_and_calendars_have_their_place_here() {
    let first = [
        "UID:p\r\nSUMMARY:Parent\r\nSTATUS:IN-PROCESS\r\nPRIORITY:5\r\nRELATED-TO;RELTYPE=CHILD:b\r\n",
        "UID:a\r\nSUMMARY:A\r\nSTATUS:COMPLETED\r\nCOMPLETED:20261101T100000Z\r\nPRIORITY:7\r\nRELATED-TO:p\r\n",
        "UID:b\r\nSUMMARY:B\r\nSTATUS:CANCELLED\r\nPRIORITY:0\r\nRELATED-TO;RELTYPE=SIBLING:a\r\n",
        "UID:c\r\nSUMMARY:C\r\nPERCENT-COMPLETE:40\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n",
        "UID:d\r\nSUMMARY:D\r\nPERCENT-COMPLETE:100\r\n",
        "UID:d\r\nRECURRENCE-ID:20261101T100000Z\r\nSUMMARY:D again\r\n",
    ];
    let second = "BEGIN:VEVENT\r\nUID:e\r\nSUMMARY:Party\r\nEND:VEVENT\r\nBEGIN:VJOURNAL\r\nUID:j\r\nEND:VJOURNAL\r\n";
    let named = format!("X-WR-CALNAME:House\r\n{}", first.map(todo).concat());
    let import = read("", format!("{}{}", calendar(&named), calendar(second)));
    let status = |name: &str| task(&import, name).status;
    assert_eq!(status("Parent"), TaskStatus::InProgress);
    assert_eq!(
        status("A"),
        TaskStatus::Completed {
            at_ms: Some(1_793_527_200_000)
        }
    );
    assert_eq!(status("B"), TaskStatus::Cancelled { at_ms: None });
    assert_eq!(
        (status("C"), status("D")),
        (
            TaskStatus::InProgress,
            TaskStatus::Completed { at_ms: None }
        )
    );
    let priorities = ["Parent", "A", "B"].map(|name| task(&import, name).priority);
    assert_eq!(
        priorities,
        [TaskPriority::Medium, TaskPriority::Low, TaskPriority::None]
    );
    for child in ["A", "B"] {
        assert_eq!(
            task(&import, child).parent.as_deref(),
            Some("task:p"),
            "{child}"
        );
    }
    assert_eq!(projects(&import)[0].title, "House");
    for what in [
        Homeless::CalendarEntries,
        Homeless::JournalEntries,
        Homeless::Relations,
        Homeless::Reminders,
        Homeless::Repeats,
    ] {
        assert_eq!(left_out(&import, what), 1, "{what:?}");
    }
    assert_eq!(
        (import.report.found.tasks, import.report.found.others),
        (5, 3)
    );
}

#[test]
fn a_line_that_is_none_is_told_by_its_number_and_a_wrong_end_refuses_the_file() {
    let import = read(
        "",
        calendar(&todo(
            "UID:1\r\nSUMMARY:One\r\nno colon here\r\nDUE:tomorrow\r\nPRIORITY:high\r\n",
        )),
    );
    assert_eq!(
        not_understood(&import),
        [
            (Reason::NotARow, "line 7"),
            (Reason::UnknownValue, "line 9"),
            (Reason::NotAPlainDate, "line 8"),
        ]
    );
    let crossed = "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VCALENDAR\r\nEND:VTODO\r\n";
    assert_eq!(
        try_read("", crossed),
        Err(Refused::Malformed { line: 3, column: 1 })
    );
    let cut = "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:One\r\n";
    assert_eq!(try_read("", cut).unwrap_err().code(), "cutShort");
}

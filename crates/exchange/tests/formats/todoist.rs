use super::*;
use lifeos_exchange::TaskPriority;
use lifeos_exchange::report::Source;

const HEADINGS: &str = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT,DEADLINE,DEADLINE_LANG";

fn export(rows: &str) -> Import {
    read("Home.csv", format!("\u{feff}{HEADINGS}\r\n{rows}"))
}

#[test]
fn sections_steps_labels_and_comments_are_read() {
    let import = export(
        "meta,view_style=board,,,,,,,,,,,,\r\n\
         note,For all of us,,,,,,,,,,,,\r\n\
         task,Fix the tap @house @urgent,Washer is worn,1,1,Sam (1),Kim (2),2026-11-24,en,Europe/Berlin,30,minute,2026-11-30,en\r\n\
         task,Buy a washer,,4,2,,,,en,Europe/Berlin,None,,,\r\n\
         note,The small one,,,,Sam (1),,,,,,,,\r\n\
         ,,,,,,,,,,,,,\r\n\
         section,Kitchen,,,,,,,,,,,,\r\n\
         task,\"Say \"\"hi\"\", and a@b.example\",,2,1,,,2026-11-25 15:30,en,Europe/Berlin,,,,\r\n\
         task,Old,,3,1,,,2026-11-25T15:30,en,America/Lima,,,,\r\n",
    );
    let found = import.report.found;
    assert_eq!(
        (import.report.source, found.projects, found.sections),
        (Source::Todoist, 1, 1)
    );
    assert_eq!((found.tasks, found.subtasks, found.comments), (4, 1, 2));
    let tap = task(&import, "Fix the tap");
    assert_eq!(tap.notes, "Washer is worn\n\nResponsible: Kim (2)");
    assert_eq!(titles(&import, &tap.labels), ["house", "urgent"]);
    assert_eq!(
        (tap.priority, tap.estimate_minutes),
        (TaskPriority::High, Some(30))
    );
    assert_eq!(
        (tap.due.clone(), tap.deadline.clone()),
        (Some(day("2026-11-24")), Some(day("2026-11-30")))
    );
    let washer = task(&import, "Buy a washer");
    assert_eq!(
        (
            title(&import, washer.parent.as_deref().unwrap()),
            washer.notes.as_str()
        ),
        ("Fix the tap", "The small one")
    );
    let hi = task(&import, "Say \"hi\", and a@b.example");
    assert_eq!(title(&import, hi.section.as_deref().unwrap()), "Kitchen");
    assert_eq!(hi.due, Some(moment(1_795_617_000_000)));
    // The rules of another zone are not known: it is the time on the wall.
    assert_eq!(task(&import, "Old").due, Some(wall("2026-11-25", "15:30")));
    assert_eq!(notice(&import, Notice::ZoneUnknown), 1);
    assert_eq!(projects(&import)[0].notes, "For all of us");
    assert_eq!(not_understood(&import), []);
}

#[test]
fn a_date_in_words_is_named_and_kept_and_never_guessed() {
    let import = export(
        "task,One,,4,1,,,every monday at 9am,en,,,,,\r\ntask,Zwei,,4,1,,,n\u{e4}chsten Montag,de,,,,Oct 5 2026,en\r\n",
    );
    assert!(tasks(&import).all(|task| task.due.is_none() && task.deadline.is_none()));
    assert_eq!(task(&import, "One").notes, "Date: every monday at 9am");
    assert_eq!(
        task(&import, "Zwei").notes,
        "Date: n\u{e4}chsten Montag\nDeadline: Oct 5 2026"
    );
    assert_eq!(
        not_understood(&import),
        [
            (Reason::NotAPlainDate, "row 2, column 8"),
            (Reason::NotAPlainDate, "row 3, column 8"),
            (Reason::NotAPlainDate, "row 3, column 13"),
        ]
    );
    assert_eq!(left_out(&import, Homeless::Repeats), 1);
}

#[test]
fn headings_of_older_exports_and_steps_that_jump_are_read() {
    let import = read(
        "",
        "TYPE,CONTENT,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG\ntask,A,4,1,,,,en\ntask,B,4,4,,,,en\ntask,C,4,3,,,,en\ntask,D,4,2,,,,en\nidea,E,4,1,,,,en\n",
    );
    let parent = |name: &str| {
        task(&import, name)
            .parent
            .as_deref()
            .map(|id| title(&import, id))
    };
    assert_eq!(
        (parent("B"), parent("C"), parent("D")),
        (Some("A"), Some("A"), Some("A"))
    );
    assert_eq!(not_understood(&import), [(Reason::NotARow, "row 6")]);
}

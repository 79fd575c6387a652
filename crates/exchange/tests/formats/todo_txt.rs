use super::*;
use lifeos_exchange::report::Source;
use lifeos_exchange::{TaskList, TaskPriority, TaskStatus};

#[test]
fn a_line_is_a_task_with_all_that_its_signs_say() {
    let import = read(
        "todo.txt",
        "(A) 2026-11-01 Call @phone the +garage guys +car due:2026-11-24 t:2026-11-20 @home rec:1w min:15\nx 2026-11-10 2026-11-02 Pay rent +flat pri:B\n(D) Later\nplain words, see http://a.example/x:y\n",
    );
    assert_eq!(import.report.source, Source::TodoTxt);
    let call = task(&import, "Call phone the garage guys");
    assert_eq!(
        (call.due.clone(), call.defer.clone()),
        (Some(day("2026-11-24")), Some(day("2026-11-20")))
    );
    assert_eq!(
        (call.priority, call.estimate_minutes),
        (TaskPriority::High, Some(15))
    );
    assert_eq!(title(&import, call.project.as_deref().unwrap()), "garage");
    assert_eq!(titles(&import, &call.labels), ["phone", "home", "car"]);
    let rent = task(&import, "Pay rent");
    // Noon in Berlin.
    assert_eq!(
        rent.status,
        TaskStatus::Completed {
            at_ms: Some(1_794_308_400_000)
        }
    );
    assert_eq!(rent.priority, TaskPriority::Medium);
    assert_eq!(
        import
            .records
            .iter()
            .filter_map(|record| record.created_ms)
            .count(),
        2
    );
    assert_eq!(
        (
            task(&import, "Later").priority,
            shape(&import, Shape::PriorityToFour)
        ),
        (TaskPriority::Low, 1)
    );
    assert_eq!(
        task(&import, "plain words, see http://a.example/x:y").list,
        TaskList::Inbox
    );
    assert_eq!(
        (
            left_out(&import, Homeless::Repeats),
            not_understood(&import)
        ),
        (1, vec![])
    );
}

#[test]
fn the_smallest_differences_in_the_rules_are_kept() {
    let import = read(
        "todo.txt",
        "X 2026-11-10 not done\nxylophone lesson\n(a) low\n(B)no space\n a+b =c@d 1:2\n",
    );
    for title in [
        "X 2026-11-10 not done",
        "xylophone lesson",
        "(a) low",
        "(B)no space",
        "a+b =c@d 1:2",
    ] {
        let task = task(&import, title);
        assert_eq!(
            (task.status, task.priority),
            (TaskStatus::Pending, TaskPriority::None),
            "{title}"
        );
        assert!(task.labels.is_empty() && task.project.is_none(), "{title}");
    }
}

#[test]
fn a_date_that_is_none_stays_in_the_title_and_is_told_by_its_line() {
    let import = read("todo.txt", "(A) One\nTwo due:tomorrow\n");
    assert_eq!(not_understood(&import), [(Reason::UnknownValue, "line 2")]);
    assert!(tasks(&import).any(|task| task.title == "Two due:tomorrow"));
}

#[test]
fn a_text_without_its_signs_is_taken_by_its_name_alone() {
    let letter = "Dear all,\nthe garden is closed.\nYours\n";
    assert_eq!(try_read("letter.txt", letter), Err(Refused::UnknownFormat));
    assert_eq!(read("todo.txt", letter).report.found.tasks, 3);
    let signed = "(A) one @home\ntwo +garden\nthree\n";
    assert_eq!(read("notes.txt", signed).report.found.tasks, 3);
    assert_eq!(read("", signed).report.source, Source::TodoTxt);
}

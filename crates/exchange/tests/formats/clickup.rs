use super::*;
use lifeos_exchange::report::Source;
use lifeos_exchange::{TaskList, TaskPriority, TaskStatus};
use std::collections::BTreeMap;

const HEADINGS: &str = "Task ID,Task Link,Task Type,Task Custom ID,Task Name,Task Content,Status,Date created,Date created Text,Due date,Due date Text,Start date,Parent ID,Subtask IDs,Attachments,Assignees,Tags,Priority,List Name,Folder Name/Path,Space Name,Time Estimated,Checklists,Comments,Time Spent,Rolled Up Time,Cost (currency)";

#[test]
fn an_export_is_read_with_its_lists_people_and_lengths_of_time() {
    let import = read(
        "export.csv",
        format!(
            "{HEADINGS}\n\
             a1,,Task,,Design,Hero and CTA,in progress,1700000000000,words,1795658400000,words,1795651200000,null,[a2],\"[{{\"\"title\"\":\"\"plan\"\",\"\"url\"\":\"\"https://a.example/p\"\"}}]\",\"[Ada,Kim]\",\"[web,ui]\",urgent,Site,hidden,Work,5400000,\"{{\"\"Steps\"\":[\"\"Draw\"\",\"\"Ask\"\"]}}\",\"[{{\"\"text\"\":\"\"Nice\"\",\"\"by\"\":\"\"Kim\"\"}}]\",1800000,0,120\n\
             a2,,,X-1,Child,,review,,,,,,a1,,[],,[],,Site,hidden,Work,,,[],,,\n\
             a3,,,,Paid,,complete,1700000000000,,,,,,,,,,3,Books,2026,Work,,,,,,\n\
             a4,,,,Held,,blocked,,,next week,,,,,,,,low,,,,,,,,,\n"
        ),
    );
    assert_eq!(
        (import.report.source, tasks(&import).count()),
        (Source::ClickUp, 4)
    );
    let design = task(&import, "Design");
    assert_eq!(design.status, TaskStatus::InProgress);
    assert_eq!((design.priority, design.urgent), (TaskPriority::High, true));
    assert_eq!(design.defer, Some(moment(1_795_651_200_000)));
    assert_eq!(design.estimate_minutes, Some(90));
    assert_eq!(
        design.spent_minutes,
        BTreeMap::from([("2023-11-14".parse().unwrap(), 30)])
    );
    assert_eq!(titles(&import, &design.labels), ["web", "ui"]);
    let entries: Vec<_> = design.checklist.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(entries, ["Draw", "Ask"]);
    assert_eq!(
        design.notes,
        "Hero and CTA\n\nAssignees: Ada, Kim\ncost (currency): 120\n- [plan](https://a.example/p)\n\nNice"
    );
    let homes: Vec<_> = projects(&import)
        .iter()
        .map(|project| (project.title.as_str(), project.area.as_deref()))
        .collect();
    assert_eq!(
        homes,
        [("Site", Some("Work")), ("Books", Some("Work / 2026"))]
    );
    let child = task(&import, "Child");
    assert_eq!(child.parent.as_deref(), Some("task:a1"));
    assert_eq!(child.notes, "Status: review\nId: X-1");
    assert_eq!(
        task(&import, "Paid").status,
        TaskStatus::Completed { at_ms: None }
    );
    assert_eq!(task(&import, "Held").list, TaskList::Waiting);
    assert_eq!(
        not_understood(&import),
        [(Reason::NotAPlainDate, "row 5, column 10")]
    );
    assert_eq!(import.report.found.comments, 1);
}

#[test]
fn a_due_date_at_four_in_the_morning_is_a_day() {
    let row = "Task ID,Task Name,Status,List Name,Due Date\na,A,Open,L,1795662000000\nb,B,Open,L,1795662060000\n";
    let import = read("", row);
    assert_eq!(task(&import, "A").due, Some(day("2026-11-26")));
    assert_eq!(task(&import, "B").due, Some(moment(1_795_662_060_000)));
}

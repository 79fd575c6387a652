//! What leaves of a space: families stay together as far as they leave, and nothing leaves from the
//! trash.

use lifeos_kernel::laws::{record, stamped};
use lifeos_kernel::{Domain, RecordId, Source};
use lifeos_tasks::{
    OutgoingTask, Portion, Presence, ProjectField, Status, StatusChange, TaskField, Tasks,
    TasksEvent, TasksState, outgoing,
};

const HOUSE: u8 = 100;

fn made(number: u8, set: Vec<TaskField>) -> (RecordId, i64, TasksEvent) {
    let mut fields = vec![TaskField::Title(format!("task {number}"))];
    fields.extend(set);
    let event = TasksEvent::TaskCreated {
        set: fields,
        labels: Vec::new(),
    };
    (record(number), i64::from(number), event)
}

/// A project with a task (1), its part (2), and the part of that (3); a done task (4) with an open
/// part (5); a task in the trash (6) with a part (7).
fn state() -> TasksState {
    let under = |number| TaskField::Parent(Some(record(number)));
    let done = TaskField::Status(StatusChange {
        status: Status::Completed,
        at_ms: 9,
        source: Source::Ui,
    });
    let house = TasksEvent::ProjectCreated {
        set: vec![ProjectField::Title("House".to_owned())],
    };
    let events = vec![
        (record(HOUSE), 0, house),
        made(1, vec![TaskField::Project(Some(record(HOUSE)))]),
        made(2, vec![under(1)]),
        made(3, vec![under(2)]),
        made(4, vec![done]),
        made(5, vec![under(4)]),
        made(6, vec![TaskField::Presence(Presence::Trashed { at_ms: 1 })]),
        made(7, vec![under(6)]),
    ];
    let mut state = TasksState::default();
    for event in stamped(events) {
        Tasks::apply(&mut state, event);
    }
    state
}

fn parent(task: &OutgoingTask) -> Option<RecordId> {
    task.fields.iter().find_map(|field| match field {
        TaskField::Parent(parent) => *parent,
        _ => None,
    })
}

fn leaves(portion: Portion) -> Vec<(RecordId, Option<RecordId>)> {
    let out = outgoing(&state(), portion);
    out.tasks
        .iter()
        .map(|task| (task.record, parent(task)))
        .collect()
}

#[test]
fn each_task_stands_behind_its_parent_and_none_comes_from_the_trash() {
    let expected = [
        (1, None),
        (2, Some(1)),
        (3, Some(2)),
        (4, None),
        (5, Some(4)),
        (7, None),
    ];
    let expected = expected.map(|(task, parent)| (record(task), parent.map(record)));
    assert_eq!(leaves(Portion::All), expected);
}

#[test]
fn an_open_part_of_a_done_task_leaves_without_it() {
    let open = leaves(Portion::Open);
    assert!(!open.iter().any(|(task, _)| *task == record(4)));
    assert!(open.contains(&(record(5), None)));
}

#[test]
fn a_project_leaves_with_the_parts_of_its_tasks() {
    let project = record(HOUSE);
    let expected = [(1, None), (2, Some(1)), (3, Some(2))];
    let expected = expected.map(|(task, parent)| (record(task), parent.map(record)));
    assert_eq!(leaves(Portion::Project { project }), expected);
    assert_eq!(
        outgoing(&state(), Portion::Project { project })
            .projects
            .len(),
        1
    );
}

//! Who is to do a task.

use lifeos_kernel::laws::{context, stamp};
use lifeos_kernel::{Context, DeviceId, Domain, RecordId, Stamped};
use lifeos_tasks::{
    BulkEdit, Grouping, Scope, Sorting, TaskField, TaskRow, Tasks, TasksCommand, TasksQuery,
    TasksState, TasksView,
};

const ADA: RecordId = RecordId([0xAD; 16]);
const BEN: RecordId = RecordId([0xBE; 16]);

struct Device {
    state: TasksState,
    written: u16,
}

impl Device {
    fn new() -> Self {
        Self {
            state: TasksState::default(),
            written: 0,
        }
    }

    /// Each act is of another moment, and so makes other records.
    fn now(&self) -> Context {
        context(
            DeviceId([1; 16]),
            u8::try_from(self.written).expect("a test has few acts"),
        )
    }

    fn act(&mut self, command: TasksCommand) -> Vec<RecordId> {
        let drafts = Tasks::decide(&self.state, command, &self.now()).expect("the act is allowed");
        let mut records = Vec::new();
        for draft in drafts {
            self.written += 1;
            records.push(draft.record);
            let stamped = Stamped {
                record: draft.record,
                at_ms: 0,
                stamp: stamp(self.written),
                event: draft.event,
            };
            Tasks::apply(&mut self.state, stamped);
        }
        records
    }

    fn write(&mut self, title: &str, set: Vec<TaskField>) -> RecordId {
        let made = self.act(TasksCommand::CreateTask {
            title: title.to_owned(),
            set,
            labels: Vec::new(),
            place: None,
        });
        made[0]
    }

    fn assign(&mut self, task: RecordId, to: Option<RecordId>) {
        self.act(TasksCommand::EditTasks {
            tasks: vec![task],
            edit: BulkEdit::Set {
                set: vec![TaskField::Assignee(to)],
            },
        });
    }

    fn rows(&self, scope: Scope) -> Vec<TaskRow> {
        let query = TasksQuery::List {
            scope,
            sorting: Sorting::Title,
            grouping: Grouping::None,
            limit: 100,
            after: None,
        };
        match Tasks::query(&self.state, query, &self.now()) {
            TasksView::List { list } => list.rows,
            other => panic!("{other:?}"),
        }
    }

    fn titles(&self, scope: Scope) -> Vec<String> {
        self.rows(scope).into_iter().map(|row| row.title).collect()
    }
}

#[test]
fn what_is_assigned_to_somebody_is_listed_for_them_alone() {
    let mut device = Device::new();
    device.write("Bake", vec![TaskField::Assignee(Some(BEN))]);
    device.write("Clean", vec![TaskField::Assignee(Some(ADA))]);
    device.write("Dream", Vec::new());
    assert_eq!(device.titles(Scope::Assigned { account: BEN }), ["Bake"]);
    assert_eq!(device.titles(Scope::Assigned { account: ADA }), ["Clean"]);
    assert_eq!(device.titles(Scope::Open), ["Bake", "Clean", "Dream"]);
}

#[test]
fn a_task_passes_from_one_to_another_and_to_nobody() {
    let mut device = Device::new();
    let task = device.write("Bake", Vec::new());
    assert_eq!(device.rows(Scope::Open)[0].assignee, None);
    device.assign(task, Some(BEN));
    device.assign(task, Some(ADA));
    assert_eq!(device.rows(Scope::Open)[0].assignee, Some(ADA));
    assert!(device.titles(Scope::Assigned { account: BEN }).is_empty());
    device.assign(task, None);
    assert_eq!(device.rows(Scope::Open)[0].assignee, None);
    assert!(device.titles(Scope::Assigned { account: ADA }).is_empty());
}

#[test]
fn what_is_done_is_no_more_among_what_is_open_or_assigned() {
    let mut device = Device::new();
    let task = device.write("Bake", vec![TaskField::Assignee(Some(BEN))]);
    device.act(TasksCommand::EditTasks {
        tasks: vec![task],
        edit: BulkEdit::Complete,
    });
    assert!(device.titles(Scope::Open).is_empty());
    assert!(device.titles(Scope::Assigned { account: BEN }).is_empty());
    assert_eq!(device.rows(Scope::Logbook)[0].assignee, Some(BEN));
}

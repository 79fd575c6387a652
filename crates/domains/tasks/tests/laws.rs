//! The kernel's laws over tasks.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_kernel::laws::{NAMED_STAMPS, record, stamp};
use lifeos_kernel::{
    Context, Day, Domain, Minute, OrderKey, RecordId, Source, Stamped, When, ZoneName,
};
use lifeos_tasks::{
    Block, BulkEdit, ChecklistField, Grouping, LabelField, List, Placement, Presence, Priority,
    ProjectField, ProjectStatus, Scope, SectionField, Sorting, Status, StatusChange, TaskField,
    Tasks, TasksCommand, TasksEvent, TasksQuery, TasksState, TasksView,
};
use proptest::prelude::*;

// Records 1–4 are tasks, 5 and 6 projects, 7 and 8 sections, 9 and 10 labels, 11 and 12 entries.
fn task() -> impl Strategy<Value = RecordId> {
    (1_u8..5).prop_map(record)
}
fn project() -> impl Strategy<Value = RecordId> {
    (5_u8..7).prop_map(record)
}
fn section() -> impl Strategy<Value = RecordId> {
    (7_u8..9).prop_map(record)
}
fn label() -> impl Strategy<Value = RecordId> {
    (9_u8..11).prop_map(record)
}
fn item() -> impl Strategy<Value = RecordId> {
    (11_u8..13).prop_map(record)
}

fn day() -> impl Strategy<Value = Day> {
    (20_770_i32..20_790).prop_map(Day::from_epoch_days)
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        day().prop_map(When::Day),
        (day(), 0_u16..1_440).prop_map(|(day, minute)| When::Floating {
            day,
            minute: Minute::new(minute).unwrap()
        }),
        (
            1_794_000_000_000_i64..1_797_000_000_000,
            prop_oneof![Just("Europe/Berlin"), Just("Asia/Tokyo")]
        )
            .prop_map(|(at_ms, zone)| When::Zoned {
                at_ms,
                zone: ZoneName::new(zone).unwrap(),
                offset_minutes: 60
            }),
    ]
}

fn order() -> impl Strategy<Value = OrderKey> {
    (0_u64..4, 0_u32..3).prop_map(|(at, jitter)| OrderKey::append(None, at, jitter))
}

fn presence() -> impl Strategy<Value = Presence> {
    prop_oneof![
        4 => Just(Presence::Present),
        1 => (0_i64..9).prop_map(|at_ms| Presence::Trashed { at_ms }),
        1 => Just(Presence::Purged),
        1 => Just(Presence::Withdrawn),
    ]
}

fn status() -> impl Strategy<Value = StatusChange> {
    let status = prop_oneof![
        Just(Status::Pending),
        Just(Status::InProgress),
        Just(Status::Completed),
        Just(Status::Cancelled),
    ];
    (status, 1_795_000_000_000_i64..1_795_400_000_000).prop_map(|(status, at_ms)| StatusChange {
        status,
        at_ms,
        source: Source::Ui,
    })
}

fn list() -> impl Strategy<Value = List> {
    prop_oneof![
        Just(List::Inbox),
        Just(List::Next),
        Just(List::Waiting),
        Just(List::Someday)
    ]
}

fn priority() -> impl Strategy<Value = Priority> {
    prop_oneof![
        Just(Priority::None),
        Just(Priority::Low),
        Just(Priority::Medium),
        Just(Priority::High)
    ]
}

/// The fields that a command may set.
fn open_field() -> impl Strategy<Value = TaskField> {
    use prop::option::of;
    prop_oneof![
        "[a-zé]{1,6}".prop_map(TaskField::Title),
        "[a-z #*]{0,8}".prop_map(TaskField::Notes),
        list().prop_map(TaskField::List),
        of(when()).prop_map(TaskField::Defer),
        of((when(), of(1_u32..500)).prop_map(|(start, minutes)| Block { start, minutes }))
            .prop_map(TaskField::Scheduled),
        of(when()).prop_map(TaskField::Due),
        of(when()).prop_map(TaskField::Deadline),
        priority().prop_map(TaskField::Priority),
        any::<bool>().prop_map(TaskField::Urgent),
        any::<bool>().prop_map(TaskField::Important),
        of(1_u32..500).prop_map(TaskField::EstimateMinutes),
        of(project()).prop_map(TaskField::Project),
        of(section()).prop_map(TaskField::Section),
        of(task()).prop_map(TaskField::Parent),
        of(task()).prop_map(TaskField::Assignee),
    ]
}

fn task_field() -> impl Strategy<Value = TaskField> {
    prop_oneof![
        6 => open_field(),
        1 => status().prop_map(TaskField::Status),
        1 => order().prop_map(TaskField::Order),
        1 => presence().prop_map(TaskField::Presence),
    ]
}

fn project_field() -> impl Strategy<Value = ProjectField> {
    let status = prop_oneof![
        Just(ProjectStatus::Active),
        Just(ProjectStatus::Paused),
        Just(ProjectStatus::Completed)
    ];
    prop_oneof![
        "[a-z]{1,6}".prop_map(ProjectField::Title),
        "[a-z]{0,6}".prop_map(ProjectField::Goal),
        "[a-z]{0,6}".prop_map(ProjectField::Notes),
        status.prop_map(ProjectField::Status),
        order().prop_map(ProjectField::Order),
        prop::option::of(1_u32..90).prop_map(ProjectField::ReviewDays),
        prop::option::of(day()).prop_map(ProjectField::Reviewed),
        "[a-z]{0,6}".prop_map(ProjectField::Area),
        "[a-z]{0,6}".prop_map(ProjectField::Colour),
        presence().prop_map(ProjectField::Presence),
    ]
}

fn section_field() -> impl Strategy<Value = SectionField> {
    prop_oneof![
        "[a-z]{1,6}".prop_map(SectionField::Title),
        prop::option::of(project()).prop_map(SectionField::Project),
        order().prop_map(SectionField::Order),
        presence().prop_map(SectionField::Presence),
    ]
}

fn label_field() -> impl Strategy<Value = LabelField> {
    prop_oneof![
        "[a-z]{1,6}".prop_map(LabelField::Title),
        "[a-z]{0,6}".prop_map(LabelField::Colour),
        order().prop_map(LabelField::Order),
        presence().prop_map(LabelField::Presence),
    ]
}

fn item_field() -> impl Strategy<Value = ChecklistField> {
    prop_oneof![
        "[a-z]{1,6}".prop_map(ChecklistField::Text),
        any::<bool>().prop_map(ChecklistField::Done),
        order().prop_map(ChecklistField::Order),
        any::<bool>().prop_map(ChecklistField::Removed),
    ]
}

fn some<T: core::fmt::Debug>(field: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(field, 0..4)
}

fn event() -> impl Strategy<Value = (RecordId, i64, TasksEvent)> {
    let labels = || prop::collection::vec(label(), 0..3);
    let of_task = prop_oneof![
        3 => (some(task_field()), labels()).prop_map(|(set, labels)| TasksEvent::TaskCreated { set, labels }),
        4 => some(task_field()).prop_map(|set| TasksEvent::TaskEdited { set }),
        1 => labels().prop_map(|labels| TasksEvent::TaskLabelled { labels }),
        1 => (label(), prop::collection::vec((0..NAMED_STAMPS).prop_map(stamp), 0..20))
            .prop_map(|(label, seen)| TasksEvent::TaskUnlabelled { label, seen }),
        1 => (day(), -60_i32..60).prop_map(|(day, minutes)| TasksEvent::TaskTimeLogged { day, minutes }),
        1 => (item(), some(item_field())).prop_map(|(item, set)| TasksEvent::TaskChecklistEdited { item, set }),
        1 => (some(task_field()), some(task_field()), labels(), labels())
            .prop_map(|(set, keep, labels, add)| TasksEvent::TaskImported { set, keep, labels, add }),
        1 => prop::collection::vec((day(), 0_u32..90), 0..3).prop_map(|spent| TasksEvent::TaskTimeImported { spent }),
    ];
    let of_project = prop_oneof![
        some(project_field()).prop_map(|set| TasksEvent::ProjectCreated { set }),
        some(project_field()).prop_map(|set| TasksEvent::ProjectEdited { set }),
        (some(project_field()), some(project_field()))
            .prop_map(|(set, keep)| TasksEvent::ProjectImported { set, keep }),
    ];
    let of_section = prop_oneof![
        some(section_field()).prop_map(|set| TasksEvent::SectionCreated { set }),
        some(section_field()).prop_map(|set| TasksEvent::SectionEdited { set }),
        (some(section_field()), some(section_field()))
            .prop_map(|(set, keep)| TasksEvent::SectionImported { set, keep }),
    ];
    let of_label = prop_oneof![
        some(label_field()).prop_map(|set| TasksEvent::LabelCreated { set }),
        some(label_field()).prop_map(|set| TasksEvent::LabelEdited { set }),
        (some(label_field()), some(label_field()))
            .prop_map(|(set, keep)| TasksEvent::LabelImported { set, keep }),
    ];
    let at = -5_i64..5;
    prop_oneof![
        5 => (task(), at.clone(), of_task),
        1 => (project(), at.clone(), of_project),
        1 => (section(), at.clone(), of_section),
        1 => (label(), at, of_label),
    ]
}

fn events() -> impl Strategy<Value = Vec<(RecordId, i64, TasksEvent)>> {
    prop::collection::vec(event(), 0..30)
}

fn command() -> impl Strategy<Value = TasksCommand> {
    let place = || {
        prop_oneof![
            Just(Placement::First),
            Just(Placement::Last),
            task().prop_map(|record| Placement::Before { record }),
            task().prop_map(|record| Placement::After { record }),
        ]
    };
    let edit = prop_oneof![
        4 => some(open_field()).prop_map(|set| BulkEdit::Set { set }),
        1 => Just(BulkEdit::Start),
        1 => Just(BulkEdit::Complete),
        1 => Just(BulkEdit::Cancel),
        1 => Just(BulkEdit::Reopen),
        1 => label().prop_map(|label| BulkEdit::AddLabel { label }),
        1 => label().prop_map(|label| BulkEdit::RemoveLabel { label }),
        1 => Just(BulkEdit::Trash),
        1 => Just(BulkEdit::Restore),
    ];
    let tasks = || prop::collection::vec(task(), 1..3);
    prop_oneof![
        2 => ("[a-z]{1,5}", some(open_field()), prop::option::of(place()))
            .prop_map(|(title, set, place)| TasksCommand::CreateTask { title, set, labels: vec![], place }),
        6 => (tasks(), edit).prop_map(|(tasks, edit)| TasksCommand::EditTasks { tasks, edit }),
        3 => (tasks(), place()).prop_map(|(tasks, place)| TasksCommand::MoveTasks { tasks, place, set: vec![] }),
        1 => Just(TasksCommand::EmptyTrash { records: None }),
        1 => (task(), day(), 1_i32..90).prop_map(|(task, day, minutes)| TasksCommand::LogTime { task, day, minutes }),
        1 => (task(), "[a-z]{1,5}")
            .prop_map(|(task, text)| TasksCommand::AddChecklistItem { task, text, place: None }),
        1 => (task(), item(), any::<bool>()).prop_map(|(task, item, done)| TasksCommand::EditChecklistItem {
            task,
            item,
            set: vec![ChecklistField::Done(done)],
        }),
        1 => "[a-z]{1,5}".prop_map(|title| TasksCommand::CreateProject { title, set: vec![] }),
        1 => (project(), some(project_field())).prop_map(|(project, set)| TasksCommand::EditProject { project, set }),
        1 => "[a-z]{1,5}".prop_map(|title| TasksCommand::CreateLabel { title, colour: "red".to_owned() }),
        1 => prop::collection::vec((1_u8..11).prop_map(record), 1..3)
            .prop_map(|records| TasksCommand::TrashRecords { records }),
    ]
}

/// All that the page shows.
fn views(state: &TasksState, context: &Context) -> Vec<TasksView> {
    let list = |scope, sorting, grouping| TasksQuery::List {
        scope,
        sorting,
        grouping,
        limit: 1_000,
        after: None,
    };
    let mut queries = vec![
        TasksQuery::Today,
        TasksQuery::Counts,
        TasksQuery::Labels,
        TasksQuery::Trash,
    ];
    let scopes = [
        Scope::Inbox,
        Scope::Today,
        Scope::Upcoming,
        Scope::Next,
        Scope::Waiting,
        Scope::Someday,
        Scope::Logbook,
        Scope::Trash,
        Scope::All,
        Scope::Project {
            project: record(5),
            closed: true,
        },
        Scope::Label {
            label: record(9),
            closed: true,
        },
        Scope::Subtasks { task: record(1) },
        Scope::Open,
        Scope::Assigned { account: record(1) },
    ];
    for scope in scopes {
        queries.push(list(scope, Sorting::Natural, Grouping::Day));
    }
    queries.push(list(Scope::All, Sorting::Title, Grouping::Project));
    queries.push(list(Scope::All, Sorting::Due, Grouping::Section));
    queries.push(list(Scope::All, Sorting::Priority, Grouping::Priority));
    queries.push(list(Scope::All, Sorting::Created, Grouping::List));
    queries.push(TasksQuery::Projects { closed: true });
    queries.extend((1..5).map(|task| TasksQuery::Task { task: record(task) }));
    queries.extend((5..7).map(|project| TasksQuery::Project {
        project: record(project),
    }));
    queries
        .into_iter()
        .map(|query| Tasks::query(state, query, context))
        .collect()
}

fn golden() -> Vec<Stamped<TasksEvent>> {
    let day = Day::from_ymd(2026, 11, 21).unwrap();
    let when = |which: u8| match which {
        0 => When::Day(day),
        1 => When::Floating {
            day,
            minute: Minute::new(545).unwrap(),
        },
        _ => When::Zoned {
            at_ms: 1_795_262_400_000,
            zone: ZoneName::new("Europe/Berlin").unwrap(),
            offset_minutes: 60,
        },
    };
    let order = OrderKey::append(None, 1_795_262_400_000, 7);
    let task_fields = vec![
        TaskField::Title("Bleed the radiators".to_owned()),
        TaskField::Notes("- key in the *drawer*".to_owned()),
        TaskField::Status(StatusChange {
            status: Status::Completed,
            at_ms: 1_795_262_400_000,
            source: Source::Import,
        }),
        TaskField::List(List::Waiting),
        TaskField::Defer(Some(when(0))),
        TaskField::Scheduled(Some(Block {
            start: when(1),
            minutes: Some(45),
        })),
        TaskField::Due(Some(when(2))),
        TaskField::Deadline(None),
        TaskField::Priority(Priority::High),
        TaskField::Urgent(true),
        TaskField::Important(true),
        TaskField::EstimateMinutes(Some(30)),
        TaskField::Project(Some(record(5))),
        TaskField::Section(Some(record(7))),
        TaskField::Parent(Some(record(2))),
        TaskField::Order(order.clone()),
        TaskField::Presence(Presence::Trashed {
            at_ms: 1_795_262_400_000,
        }),
    ];
    let project_fields = vec![
        ProjectField::Title("Winter".to_owned()),
        ProjectField::Goal("A warm house".to_owned()),
        ProjectField::Notes("before the frost".to_owned()),
        ProjectField::Status(ProjectStatus::Paused),
        ProjectField::Order(order.clone()),
        ProjectField::ReviewDays(Some(14)),
        ProjectField::Reviewed(Some(day)),
        ProjectField::Area("Home".to_owned()),
        ProjectField::Colour("teal".to_owned()),
        ProjectField::Presence(Presence::Purged),
    ];
    let section_fields = vec![
        SectionField::Title("Cellar".to_owned()),
        SectionField::Project(Some(record(5))),
        SectionField::Order(order.clone()),
        SectionField::Presence(Presence::Withdrawn),
    ];
    let label_fields = vec![
        LabelField::Title("home".to_owned()),
        LabelField::Colour("amber".to_owned()),
        LabelField::Order(order.clone()),
        LabelField::Presence(Presence::Present),
    ];
    let item_fields = vec![
        ChecklistField::Text("find the key".to_owned()),
        ChecklistField::Done(true),
        ChecklistField::Order(order),
        ChecklistField::Removed(false),
    ];
    let events = vec![
        (
            1,
            TasksEvent::TaskCreated {
                set: task_fields.clone(),
                labels: vec![record(9)],
            },
        ),
        (
            1,
            TasksEvent::TaskEdited {
                set: task_fields.clone(),
            },
        ),
        (
            1,
            TasksEvent::TaskLabelled {
                labels: vec![record(9), record(10)],
            },
        ),
        (
            1,
            TasksEvent::TaskUnlabelled {
                label: record(9),
                seen: vec![stamp(1), stamp(2)],
            },
        ),
        (1, TasksEvent::TaskTimeLogged { day, minutes: -15 }),
        (
            1,
            TasksEvent::TaskChecklistEdited {
                item: record(11),
                set: item_fields,
            },
        ),
        (
            1,
            TasksEvent::TaskImported {
                set: task_fields,
                keep: vec![TaskField::Title("as it was there".to_owned())],
                labels: vec![record(9), record(10)],
                add: vec![record(10)],
            },
        ),
        (
            1,
            TasksEvent::TaskTimeImported {
                spent: vec![(day, 25)],
            },
        ),
        (
            5,
            TasksEvent::ProjectCreated {
                set: project_fields.clone(),
            },
        ),
        (
            5,
            TasksEvent::ProjectEdited {
                set: project_fields.clone(),
            },
        ),
        (
            5,
            TasksEvent::ProjectImported {
                set: project_fields,
                keep: vec![],
            },
        ),
        (
            7,
            TasksEvent::SectionCreated {
                set: section_fields.clone(),
            },
        ),
        (
            7,
            TasksEvent::SectionEdited {
                set: section_fields.clone(),
            },
        ),
        (
            7,
            TasksEvent::SectionImported {
                set: section_fields,
                keep: vec![],
            },
        ),
        (
            9,
            TasksEvent::LabelCreated {
                set: label_fields.clone(),
            },
        ),
        (
            9,
            TasksEvent::LabelEdited {
                set: label_fields.clone(),
            },
        ),
        (
            9,
            TasksEvent::LabelImported {
                set: label_fields,
                keep: vec![],
            },
        ),
    ];
    let dated = events
        .into_iter()
        .map(|(number, event)| (record(number), 1_795_262_400_000, event))
        .collect();
    lifeos_kernel::laws::stamped(dated)
}

lifeos_kernel::laws! {
    domain: Tasks,
    events: events(),
    commands: command(),
    views: views,
    golden: golden(),
}

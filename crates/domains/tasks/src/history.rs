//! Taking back, bringing back, and telling what became of a record.

use std::collections::BTreeSet;

use lifeos_kernel::{
    Context, Day, Draft, Field, FieldName, FieldUndo, Fields, RecordId, Reverted, Stamp, Stamped,
};
use serde::{Deserialize, Serialize};

use crate::decide::stand;
use crate::event::TasksEvent;
use crate::fields::{ChecklistField, LabelField, Presence, ProjectField, SectionField, TaskField};
use crate::record::{Entry, Placed, Task, TasksState};

/// How to take one event back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum TasksReversal {
    /// A record came into being: it is withdrawn, unless another device wrote on it since.
    Born {
        /// By which write.
        written: Stamp,
    },
    /// Fields of a task.
    Task {
        /// What stood before.
        undo: Vec<FieldUndo<TaskField>>,
    },
    /// Fields of a project.
    Project {
        /// What stood before.
        undo: Vec<FieldUndo<ProjectField>>,
    },
    /// Fields of a section.
    Section {
        /// What stood before.
        undo: Vec<FieldUndo<SectionField>>,
    },
    /// Fields of a label.
    Label {
        /// What stood before.
        undo: Vec<FieldUndo<LabelField>>,
    },
    /// Labels that a task did not have.
    Labelled {
        /// The labels.
        labels: Vec<RecordId>,
        /// By which write.
        written: Stamp,
    },
    /// A label that a task had.
    Unlabelled {
        /// The label.
        label: RecordId,
    },
    /// Logged time.
    Logged {
        /// The day.
        day: Day,
        /// The minutes.
        minutes: i32,
    },
    /// An entry of a checklist.
    Checklist {
        /// The entry.
        item: RecordId,
        /// What stood before.
        undo: Vec<FieldUndo<ChecklistField>>,
        /// Whether it was not there before.
        new: bool,
    },
    /// What an import changed of a task that was there.
    Imported {
        /// What stood before.
        undo: Vec<FieldUndo<TaskField>>,
        /// Labels that it gave.
        labels: Vec<RecordId>,
        /// By which write.
        written: Stamp,
    },
    /// Imported time.
    TimeImported {
        /// Minutes by day as they stood before.
        before: Vec<(Day, u32)>,
        /// By which write.
        written: Stamp,
    },
    /// Nothing to take back.
    Nothing,
}

/// One line of a record's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TasksChange {
    /// The record came into being.
    Created,
    /// A field of a task.
    Task {
        /// As it was.
        before: TaskField,
        /// As it became.
        after: TaskField,
    },
    /// A field of a project.
    Project {
        /// As it was.
        before: ProjectField,
        /// As it became.
        after: ProjectField,
    },
    /// A field of a section.
    Section {
        /// As it was.
        before: SectionField,
        /// As it became.
        after: SectionField,
    },
    /// A field of a label.
    Label {
        /// As it was.
        before: LabelField,
        /// As it became.
        after: LabelField,
    },
    /// A task was given a label.
    LabelAdded {
        /// The label.
        label: RecordId,
    },
    /// A task lost a label.
    LabelRemoved {
        /// The label.
        label: RecordId,
    },
    /// A field of an entry of a task's checklist.
    Checklist {
        /// The entry.
        item: RecordId,
        /// As it was.
        before: ChecklistField,
        /// As it became.
        after: ChecklistField,
    },
    /// The minutes spent on a day.
    Spent {
        /// The day.
        day: Day,
        /// As it was.
        before: i64,
        /// As it became.
        after: i64,
    },
}

/// Returns how to take an event back, before it is applied.
pub(crate) fn capture(state: &TasksState, event: &Stamped<TasksEvent>) -> TasksReversal {
    let (record, stamp) = (event.record, event.stamp);
    let none = Task::default();
    let task = state.tasks.get(&record).unwrap_or(&none);
    fn fields<F: Placed>(entry: Option<&Entry<F>>, set: &[F], stamp: Stamp) -> Vec<FieldUndo<F>> {
        entry.map_or_else(
            || Fields::default().capture(set, stamp),
            |entry| entry.fields.capture(set, stamp),
        )
    }
    let born = TasksReversal::Born { written: stamp };
    match &event.event {
        TasksEvent::TaskCreated { .. }
        | TasksEvent::ProjectCreated { .. }
        | TasksEvent::SectionCreated { .. }
        | TasksEvent::LabelCreated { .. } => born,
        TasksEvent::TaskEdited { set } => TasksReversal::Task {
            undo: task.entry.fields.capture(set, stamp),
        },
        TasksEvent::TaskLabelled { labels } => TasksReversal::Labelled {
            labels: labels
                .iter()
                .copied()
                .filter(|label| !task.labels.contains(label))
                .collect(),
            written: stamp,
        },
        TasksEvent::TaskUnlabelled { label, seen } => {
            let standing = task.labels.additions(label);
            let falls =
                !standing.is_empty() && standing.iter().all(|addition| seen.contains(addition));
            if falls {
                TasksReversal::Unlabelled { label: *label }
            } else {
                TasksReversal::Nothing
            }
        }
        TasksEvent::TaskTimeLogged { day, minutes } => TasksReversal::Logged {
            day: *day,
            minutes: *minutes,
        },
        TasksEvent::TaskChecklistEdited { item, set } => {
            let known = task.checklist.get(item);
            let undo = known.map_or_else(
                || Fields::default().capture(set, stamp),
                |item| item.capture(set, stamp),
            );
            TasksReversal::Checklist {
                item: *item,
                undo,
                new: known.is_none(),
            }
        }
        TasksEvent::TaskImported { set, add, .. } if task.entry.born.is_some() => {
            TasksReversal::Imported {
                undo: task.entry.fields.capture(set, stamp),
                labels: add
                    .iter()
                    .copied()
                    .filter(|label| !task.labels.contains(label))
                    .collect(),
                written: stamp,
            }
        }
        TasksEvent::ProjectImported { set, .. } if is_born(&state.projects, record) => {
            TasksReversal::Project {
                undo: fields(state.projects.get(&record), set, stamp),
            }
        }
        TasksEvent::SectionImported { set, .. } if is_born(&state.sections, record) => {
            TasksReversal::Section {
                undo: fields(state.sections.get(&record), set, stamp),
            }
        }
        TasksEvent::LabelImported { set, .. } if is_born(&state.labels, record) => {
            TasksReversal::Label {
                undo: fields(state.labels.get(&record), set, stamp),
            }
        }
        TasksEvent::TaskImported { .. }
        | TasksEvent::ProjectImported { .. }
        | TasksEvent::SectionImported { .. }
        | TasksEvent::LabelImported { .. } => born,
        TasksEvent::TaskTimeImported { spent } => TasksReversal::TimeImported {
            before: spent
                .iter()
                .map(|(day, _)| {
                    let standing = task
                        .imported_spent
                        .get(day)
                        .and_then(|minutes| minutes.get());
                    (*day, standing.copied().unwrap_or(0))
                })
                .collect(),
            written: stamp,
        },
        TasksEvent::ProjectEdited { set } => TasksReversal::Project {
            undo: fields(state.projects.get(&record), set, stamp),
        },
        TasksEvent::SectionEdited { set } => TasksReversal::Section {
            undo: fields(state.sections.get(&record), set, stamp),
        },
        TasksEvent::LabelEdited { set } => TasksReversal::Label {
            undo: fields(state.labels.get(&record), set, stamp),
        },
    }
}

/// Returns the fields that an event writes and that another device had written.
pub(crate) fn meets(state: &TasksState, event: &Stamped<TasksEvent>) -> Vec<(String, Stamp)> {
    fn fields<F: Field>(entry: Option<&Entry<F>>, set: &[F], stamp: Stamp) -> Vec<(String, Stamp)> {
        entry.map_or_else(Vec::new, |entry| entry.fields.meets(set, stamp))
    }
    let (record, stamp) = (event.record, event.stamp);
    let task = || state.tasks.get(&record);
    match &event.event {
        TasksEvent::TaskCreated { set, .. }
        | TasksEvent::TaskEdited { set }
        | TasksEvent::TaskImported { set, .. } => {
            fields(task().map(|task| &task.entry), set, stamp)
        }
        TasksEvent::TaskChecklistEdited { item, set } => task()
            .and_then(|task| task.checklist.get(item))
            .map_or_else(Vec::new, |item| item.meets(set, stamp)),
        TasksEvent::ProjectCreated { set }
        | TasksEvent::ProjectEdited { set }
        | TasksEvent::ProjectImported { set, .. } => {
            fields(state.projects.get(&record), set, stamp)
        }
        TasksEvent::SectionCreated { set }
        | TasksEvent::SectionEdited { set }
        | TasksEvent::SectionImported { set, .. } => {
            fields(state.sections.get(&record), set, stamp)
        }
        TasksEvent::LabelCreated { set }
        | TasksEvent::LabelEdited { set }
        | TasksEvent::LabelImported { set, .. } => fields(state.labels.get(&record), set, stamp),
        TasksEvent::TaskLabelled { .. }
        | TasksEvent::TaskUnlabelled { .. }
        | TasksEvent::TaskTimeLogged { .. }
        | TasksEvent::TaskTimeImported { .. } => Vec::new(),
    }
}

/// Returns the events that take back what still stands.
pub(crate) fn revert(
    state: &TasksState,
    record: RecordId,
    reversal: &TasksReversal,
    context: &Context,
) -> Reverted<TasksEvent> {
    let mut reverting = Reverting {
        record,
        at_ms: now(context),
        reverted: Reverted::default(),
    };
    let none = Task::default();
    let task = state.tasks.get(&record).unwrap_or(&none);
    match reversal {
        TasksReversal::Nothing => {}
        TasksReversal::Born { written } => {
            if let Some((presence, event)) = stand(state, record, Presence::Withdrawn) {
                if written_by_others(state, record, *written) {
                    reverting.keep("record");
                } else if presence != Presence::Withdrawn {
                    reverting.push(event);
                }
            }
        }
        TasksReversal::Task { undo } => {
            reverting.fields(&task.entry.fields, undo, |set| TasksEvent::TaskEdited {
                set,
            });
        }
        TasksReversal::Project { undo } => {
            reverting.entry(state.projects.get(&record), undo, |set| {
                TasksEvent::ProjectEdited { set }
            });
        }
        TasksReversal::Section { undo } => {
            reverting.entry(state.sections.get(&record), undo, |set| {
                TasksEvent::SectionEdited { set }
            });
        }
        TasksReversal::Label { undo } => {
            reverting.entry(state.labels.get(&record), undo, |set| {
                TasksEvent::LabelEdited { set }
            });
        }
        TasksReversal::Labelled { labels, written } => reverting.labels(task, labels, *written),
        TasksReversal::Unlabelled { label } => {
            if !task.labels.contains(label) {
                reverting.push(TasksEvent::TaskLabelled {
                    labels: vec![*label],
                });
            }
        }
        TasksReversal::Logged { day, minutes } => {
            reverting.push(TasksEvent::TaskTimeLogged {
                day: *day,
                minutes: minutes.saturating_neg(),
            });
        }
        TasksReversal::Checklist { item, undo, new } => {
            let empty = Fields::default();
            let fields = task.checklist.get(item).unwrap_or(&empty);
            let (mut set, kept) = fields.revert(undo);
            if *new && kept.is_empty() {
                set = vec![ChecklistField::Removed(true)];
            }
            if !set.is_empty() {
                reverting.push(TasksEvent::TaskChecklistEdited { item: *item, set });
            }
            kept.iter().for_each(|key| reverting.keep_key(key));
        }
        TasksReversal::Imported {
            undo,
            labels,
            written,
        } => {
            reverting.fields(&task.entry.fields, undo, |set| TasksEvent::TaskEdited {
                set,
            });
            reverting.labels(task, labels, *written);
        }
        TasksReversal::TimeImported { before, written } => {
            let stands = |day: &Day| {
                task.imported_spent
                    .get(day)
                    .and_then(lifeos_kernel::Register::stamp)
            };
            let spent: Vec<_> = before
                .iter()
                .copied()
                .filter(|(day, _)| stands(day) == Some(*written))
                .collect();
            if spent.len() < before.len() {
                reverting.keep("spent");
            }
            if !spent.is_empty() {
                reverting.push(TasksEvent::TaskTimeImported { spent });
            }
        }
    }
    reverting.reverted
}

struct Reverting {
    record: RecordId,
    at_ms: i64,
    reverted: Reverted<TasksEvent>,
}

impl Reverting {
    fn push(&mut self, event: TasksEvent) {
        self.reverted.events.push(Draft {
            record: self.record,
            at_ms: self.at_ms,
            event,
        });
    }

    fn keep(&mut self, name: &str) {
        self.reverted.kept.push((self.record, name.to_owned()));
    }

    fn keep_key(&mut self, key: &impl FieldName) {
        self.keep(&key.name());
    }

    fn fields<F: Field>(
        &mut self,
        fields: &Fields<F>,
        undo: &[FieldUndo<F>],
        event: impl FnOnce(Vec<F>) -> TasksEvent,
    ) {
        let (set, kept) = fields.revert(undo);
        if !set.is_empty() {
            self.push(event(set));
        }
        kept.iter().for_each(|key| self.keep_key(key));
    }

    fn entry<F: Field>(
        &mut self,
        entry: Option<&Entry<F>>,
        undo: &[FieldUndo<F>],
        event: impl FnOnce(Vec<F>) -> TasksEvent,
    ) {
        if let Some(entry) = entry {
            self.fields(&entry.fields, undo, event);
        }
    }

    fn labels(&mut self, task: &Task, labels: &[RecordId], written: Stamp) {
        for label in labels {
            let additions = task.labels.additions(label);
            if additions.contains(&written) {
                self.push(TasksEvent::TaskUnlabelled {
                    label: *label,
                    seen: vec![written],
                });
            }
            if additions.iter().any(|addition| *addition != written) {
                self.keep("labels");
            }
        }
    }
}

/// Tells whether a device other than the one that made the record wrote on it.
fn written_by_others(state: &TasksState, record: RecordId, born: Stamp) -> bool {
    fn of<F: Field>(entry: Option<&Entry<F>>, maker: lifeos_kernel::DeviceId) -> bool {
        entry.is_some_and(|entry| {
            entry
                .fields
                .iter()
                .any(|(_, stamp)| stamp.device() != maker)
        })
    }
    let maker = born.device();
    if let Some(task) = state.tasks.get(&record) {
        let labels = task
            .labels
            .iter()
            .flat_map(|label| task.labels.additions(label));
        let items = task
            .checklist
            .values()
            .flat_map(|item| item.iter().map(|(_, stamp)| stamp));
        return of(Some(&task.entry), maker)
            || labels.chain(items).any(|stamp| stamp.device() != maker);
    }
    of(state.projects.get(&record), maker)
        || of(state.sections.get(&record), maker)
        || of(state.labels.get(&record), maker)
}

/// Returns the events that bring a record to what it was.
pub(crate) fn restore(
    state: &TasksState,
    then: &TasksState,
    record: RecordId,
    context: &Context,
) -> Vec<Draft<TasksEvent>> {
    let at_ms = now(context);
    let mut drafts = Vec::new();
    let mut push = |event| {
        drafts.push(Draft {
            record,
            at_ms,
            event,
        })
    };
    if let (Some(now), Some(then)) = (state.tasks.get(&record), then.tasks.get(&record)) {
        let set = now.entry.fields.towards(&then.entry.fields);
        if !set.is_empty() {
            push(TasksEvent::TaskEdited { set });
        }
        let missing: Vec<RecordId> = then
            .labels
            .iter()
            .copied()
            .filter(|label| !now.labels.contains(label))
            .collect();
        if !missing.is_empty() {
            push(TasksEvent::TaskLabelled { labels: missing });
        }
        for label in now
            .labels
            .iter()
            .filter(|label| !then.labels.contains(label))
        {
            push(TasksEvent::TaskUnlabelled {
                label: *label,
                seen: now.labels.additions(label),
            });
        }
        for (item, fields) in &now.checklist {
            let set = match then.checklist.get(item) {
                Some(then) => fields.towards(then),
                None if fields.holds(&ChecklistField::Removed(true)) => Vec::new(),
                None => vec![ChecklistField::Removed(true)],
            };
            if !set.is_empty() {
                push(TasksEvent::TaskChecklistEdited { item: *item, set });
            }
        }
    }
    fn entry<F: Field>(
        now: Option<&Entry<F>>,
        then: Option<&Entry<F>>,
        event: impl FnOnce(Vec<F>) -> TasksEvent,
    ) -> Option<TasksEvent> {
        let set = now?.fields.towards(&then?.fields);
        (!set.is_empty()).then(|| event(set))
    }
    let project = entry(
        state.projects.get(&record),
        then.projects.get(&record),
        |set| TasksEvent::ProjectEdited { set },
    );
    let section = entry(
        state.sections.get(&record),
        then.sections.get(&record),
        |set| TasksEvent::SectionEdited { set },
    );
    let label = entry(state.labels.get(&record), then.labels.get(&record), |set| {
        TasksEvent::LabelEdited { set }
    });
    project
        .into_iter()
        .chain(section)
        .chain(label)
        .for_each(&mut push);
    drafts
}

/// Describes what became of a record between two states.
pub(crate) fn describe(
    before: &TasksState,
    after: &TasksState,
    record: RecordId,
) -> Vec<TasksChange> {
    let mut changes = Vec::new();
    if !any_born(before, record) && any_born(after, record) {
        changes.push(TasksChange::Created);
    }
    if let Some(now) = after.tasks.get(&record) {
        let none = Task::default();
        let was = before.tasks.get(&record).unwrap_or(&none);
        let fields = was.entry.fields.changes(&now.entry.fields);
        changes.extend(
            fields
                .into_iter()
                .map(|(before, after)| TasksChange::Task { before, after }),
        );
        let labels = |task: &Task| task.labels.iter().copied().collect::<BTreeSet<_>>();
        let (had, has) = (labels(was), labels(now));
        changes.extend(
            has.difference(&had)
                .map(|label| TasksChange::LabelAdded { label: *label }),
        );
        changes.extend(
            had.difference(&has)
                .map(|label| TasksChange::LabelRemoved { label: *label }),
        );
        for (item, fields) in &now.checklist {
            let empty = Fields::default();
            let was = was.checklist.get(item).unwrap_or(&empty);
            let changed = was.changes(fields);
            let line = |(before, after)| TasksChange::Checklist {
                item: *item,
                before,
                after,
            };
            changes.extend(changed.into_iter().map(line));
        }
        let (had, has) = (was.spent(), now.spent());
        let days: BTreeSet<Day> = had.keys().chain(has.keys()).copied().collect();
        for day in days {
            let minutes = |spent: &std::collections::BTreeMap<Day, i64>| {
                spent.get(&day).copied().unwrap_or(0)
            };
            if minutes(&had) != minutes(&has) {
                changes.push(TasksChange::Spent {
                    day,
                    before: minutes(&had),
                    after: minutes(&has),
                });
            }
        }
    }
    fn entry<F: Field>(
        before: Option<&Entry<F>>,
        after: Option<&Entry<F>>,
        line: impl Fn((F, F)) -> TasksChange,
        changes: &mut Vec<TasksChange>,
    ) {
        if let Some(after) = after {
            let empty = Entry::default();
            let fields = before.unwrap_or(&empty).fields.changes(&after.fields);
            changes.extend(fields.into_iter().map(line));
        }
    }
    let project = |(before, after)| TasksChange::Project { before, after };
    let section = |(before, after)| TasksChange::Section { before, after };
    let label = |(before, after)| TasksChange::Label { before, after };
    entry(
        before.projects.get(&record),
        after.projects.get(&record),
        project,
        &mut changes,
    );
    entry(
        before.sections.get(&record),
        after.sections.get(&record),
        section,
        &mut changes,
    );
    entry(
        before.labels.get(&record),
        after.labels.get(&record),
        label,
        &mut changes,
    );
    changes
}

fn any_born(state: &TasksState, record: RecordId) -> bool {
    state
        .tasks
        .get(&record)
        .is_some_and(|task| task.entry.born.is_some())
        || is_born(&state.projects, record)
        || is_born(&state.sections, record)
        || is_born(&state.labels, record)
}

fn is_born<F>(all: &std::collections::BTreeMap<RecordId, Entry<F>>, record: RecordId) -> bool {
    all.get(&record).is_some_and(|entry| entry.born.is_some())
}

fn now(context: &Context) -> i64 {
    i64::try_from(context.now_ms).unwrap_or(i64::MAX)
}

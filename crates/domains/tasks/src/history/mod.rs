//! Taking back, bringing back, and telling what became of a record.

mod describe;
mod restore;
mod revert;

use lifeos_kernel::{Context, Day, Field, FieldUndo, Fields, RecordId, Stamp, Stamped};
use serde::{Deserialize, Serialize};

use crate::event::TasksEvent;
use crate::fields::{ChecklistField, LabelField, ProjectField, SectionField, TaskField};
use crate::record::{Entry, Placed, Task, TasksState};

pub use describe::TasksChange;
pub(crate) use describe::describe;
pub(crate) use restore::restore;
pub(crate) use revert::revert;

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

fn is_born<F>(all: &std::collections::BTreeMap<RecordId, Entry<F>>, record: RecordId) -> bool {
    all.get(&record).is_some_and(|entry| entry.born.is_some())
}

/// When what is done now happens.
fn now(context: &Context) -> i64 {
    i64::try_from(context.now_ms).unwrap_or(i64::MAX)
}

//! Taking back what still stands of an event.

use lifeos_kernel::{
    Context, Day, Draft, Field, FieldName, FieldUndo, Fields, RecordId, Reverted, Stamp,
};

use super::{TasksReversal, now};
use crate::decide::stand;
use crate::event::TasksEvent;
use crate::fields::{ChecklistField, Presence};
use crate::record::{Entry, Task, TasksState};

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

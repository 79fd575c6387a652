//! Telling what became of a record.

use std::collections::BTreeSet;

use lifeos_kernel::{Day, Field, Fields, RecordId};
use serde::Serialize;

use super::is_born;
use crate::fields::{ChecklistField, LabelField, ProjectField, SectionField, TaskField};
use crate::record::{Entry, Task, TasksState};

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

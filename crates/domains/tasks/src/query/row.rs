//! A task as a line of a list.

use lifeos_kernel::{Context, Day, RecordId};

use super::resolve::{Hangs, effective_parent};
use crate::fields::ChecklistField;
use crate::index::Row;
use crate::record::{Task, TasksState};
use crate::view::{DueState, Progress, TaskRow};

/// The person's days of a task's dates.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Days {
    pub(crate) due: Option<Day>,
    pub(crate) deadline: Option<Day>,
    pub(crate) scheduled: Option<Day>,
    pub(crate) defer: Option<Day>,
}

impl Days {
    pub(crate) fn of(state: &TasksState, row: &Row, context: &Context) -> Self {
        let task = || state.tasks.get(&row.record);
        Self {
            due: row.due.day(context, || task()?.due()),
            deadline: row.deadline.day(context, || task()?.deadline()),
            scheduled: row
                .scheduled
                .day(context, || Some(task()?.scheduled()?.start)),
            defer: row.defer.day(context, || task()?.defer()),
        }
    }

    /// Returns the earlier of due and deadline.
    pub(crate) fn end(&self) -> Option<Day> {
        self.due.into_iter().chain(self.deadline).min()
    }

    /// Returns the next date after a day.
    pub(crate) fn next_after(&self, day: Day) -> Option<Day> {
        let all = [self.due, self.deadline, self.scheduled, self.defer];
        all.into_iter().flatten().filter(|date| *date > day).min()
    }
}

/// Draws a task.
pub(crate) fn task_row(state: &TasksState, context: &Context, record: RecordId) -> Option<TaskRow> {
    let task = state.tasks.get(&record)?;
    let row = state.index.row(record)?;
    let hangs = effective_parent(state, record);
    let status = task.status();
    let today = context.today();
    let due_state = match Days::of(state, row, context).end() {
        Some(day) if !status.status.is_closed() => match day.cmp(&today) {
            core::cmp::Ordering::Less => DueState::Overdue,
            core::cmp::Ordering::Equal => DueState::Today,
            core::cmp::Ordering::Greater => DueState::Later,
        },
        _ => DueState::None,
    };
    let project = task.project().filter(|id| {
        state
            .projects
            .get(id)
            .is_some_and(super::super::record::Entry::is_present)
    });
    let section = task.section().filter(|id| {
        let entry = state.sections.get(id);
        entry.is_some_and(|entry| {
            entry.is_present() && super::detail::section_project(entry) == project
        })
    });
    Some(TaskRow {
        id: record,
        title: task.entry.title().to_owned(),
        has_notes: !task.notes().is_empty(),
        status: status.status,
        list: task.list(),
        defer: task.defer(),
        scheduled: task.scheduled(),
        due: task.due(),
        deadline: task.deadline(),
        due_state,
        priority: task.priority(),
        urgent: task.urgent(),
        important: task.important(),
        estimate_minutes: task.estimate_minutes(),
        spent_minutes: task.spent().values().sum(),
        project,
        section,
        parent: match hangs {
            Hangs::Under(parent) => Some(parent),
            Hangs::Root | Hangs::Lost => None,
        },
        lost_parent: hangs == Hangs::Lost,
        labels: labels_in_order(state, task),
        assignee: task.assignee(),
        subtasks: subtasks(state, record),
        checklist: checklist(task),
        closed_at_ms: status.status.is_closed().then_some(status.at_ms),
        trashed_at_ms: task.entry.trashed_at_ms(),
    })
}

/// Returns the subtasks of a task that are there, in order.
pub(crate) fn children_in_order(state: &TasksState, parent: RecordId) -> Vec<RecordId> {
    let mut children: Vec<RecordId> = state
        .index
        .children(parent)
        .filter(|child| {
            state.index.row(*child).is_some_and(Row::is_present)
                && effective_parent(state, *child) == Hangs::Under(parent)
        })
        .collect();
    let order = |record: &RecordId| {
        state
            .tasks
            .get(record)
            .map_or("", |task| task.entry.order())
    };
    children.sort_by(|a, b| order(a).cmp(order(b)).then(a.cmp(b)));
    children
}

fn subtasks(state: &TasksState, parent: RecordId) -> Progress {
    let children = children_in_order(state, parent);
    let done = children.iter().filter(|child| {
        state
            .index
            .row(**child)
            .is_some_and(|row| row.status.is_closed())
    });
    Progress {
        done: done.count() as u32,
        total: children.len() as u32,
    }
}

fn checklist(task: &Task) -> Progress {
    let items = task.checklist_in_order();
    let done = items
        .iter()
        .filter(|(_, item)| item.holds(&ChecklistField::Done(true)));
    Progress {
        done: done.count() as u32,
        total: items.len() as u32,
    }
}

/// Returns the labels of a task that are there, in their order.
pub(crate) fn labels_in_order(state: &TasksState, task: &Task) -> Vec<RecordId> {
    let mut labels: Vec<_> = task
        .labels
        .iter()
        .filter_map(|label| {
            state
                .labels
                .get(label)
                .filter(|entry| entry.is_present())
                .map(|entry| (entry.order(), *label))
        })
        .collect();
    labels.sort();
    labels.into_iter().map(|(_, label)| label).collect()
}

/// Compares two tasks by hand-made order.
pub(crate) fn by_hand(state: &TasksState, a: &Row, b: &Row) -> core::cmp::Ordering {
    let full = |row: &Row| {
        state
            .tasks
            .get(&row.record)
            .map_or("", |task| task.entry.order())
    };
    a.order
        .cmp(&b.order)
        .then_with(|| full(a).cmp(full(b)))
        .then_with(|| a.record.cmp(&b.record))
}

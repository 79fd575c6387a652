//! Taking in events: total, and the same in whatever order they come.

use lifeos_kernel::{RecordId, Stamp, Stamped};

use crate::event::TasksEvent;
use crate::record::{TasksState, TimeEntry};

/// Takes in an event.
pub(crate) fn apply(state: &mut TasksState, event: Stamped<TasksEvent>) {
    let Stamped {
        record,
        at_ms,
        stamp,
        event,
    } = event;
    match event {
        TasksEvent::ProjectCreated { set } => {
            let project = state.projects.entry(record).or_default();
            project.bear(stamp, at_ms);
            project.write(set, stamp);
        }
        TasksEvent::ProjectEdited { set } => {
            state.projects.entry(record).or_default().write(set, stamp)
        }
        TasksEvent::ProjectImported { set, keep } => {
            state
                .projects
                .entry(record)
                .or_default()
                .import(set, keep, stamp, at_ms);
        }
        TasksEvent::SectionCreated { set } => {
            let section = state.sections.entry(record).or_default();
            section.bear(stamp, at_ms);
            section.write(set, stamp);
        }
        TasksEvent::SectionEdited { set } => {
            state.sections.entry(record).or_default().write(set, stamp)
        }
        TasksEvent::SectionImported { set, keep } => {
            state
                .sections
                .entry(record)
                .or_default()
                .import(set, keep, stamp, at_ms);
        }
        TasksEvent::LabelCreated { set } => {
            let label = state.labels.entry(record).or_default();
            label.bear(stamp, at_ms);
            label.write(set, stamp);
        }
        TasksEvent::LabelEdited { set } => {
            state.labels.entry(record).or_default().write(set, stamp)
        }
        TasksEvent::LabelImported { set, keep } => {
            state
                .labels
                .entry(record)
                .or_default()
                .import(set, keep, stamp, at_ms);
        }
        event => apply_to_task(state, event, record, at_ms, stamp),
    }
}

fn apply_to_task(
    state: &mut TasksState,
    event: TasksEvent,
    record: RecordId,
    at_ms: i64,
    stamp: Stamp,
) {
    let task = state.tasks.or_default(record);
    match event {
        TasksEvent::TaskCreated { set, labels } => {
            task.entry.bear(stamp, at_ms);
            task.entry.write(set, stamp);
            labels
                .into_iter()
                .for_each(|label| task.labels.add(label, stamp));
        }
        TasksEvent::TaskEdited { set } => task.entry.write(set, stamp),
        TasksEvent::TaskLabelled { labels } => labels
            .into_iter()
            .for_each(|label| task.labels.add(label, stamp)),
        TasksEvent::TaskUnlabelled { label, seen } => task.labels.remove(&label, seen),
        TasksEvent::TaskTimeLogged { day, minutes } => {
            task.logged.append(TimeEntry { day, minutes }, stamp);
        }
        TasksEvent::TaskChecklistEdited { item, set } => {
            let fields = task.checklist.entry(item).or_default();
            for field in set {
                fields.set(field, stamp);
            }
        }
        TasksEvent::TaskImported {
            set,
            keep,
            labels,
            add,
        } => {
            task.entry.import(set, keep, stamp, at_ms);
            task.imported_labels
                .set(labels.into_iter().collect(), stamp);
            add.into_iter()
                .for_each(|label| task.labels.add(label, stamp));
        }
        TasksEvent::TaskTimeImported { spent } => {
            for (day, minutes) in spent {
                task.imported_spent
                    .entry(day)
                    .or_default()
                    .set(minutes, stamp);
            }
        }
        // Projects, sections and labels are taken in above.
        _ => {}
    }
    state.index.update(record, task);
}

/// Drops a record.
pub(crate) fn forget(state: &mut TasksState, record: RecordId) {
    if state.tasks.remove(&record).is_some() {
        state.index.remove(record);
    }
    state.projects.remove(&record);
    state.sections.remove(&record);
    state.labels.remove(&record);
}

/// Returns a state with one record alone.
pub(crate) fn extract(state: &TasksState, record: RecordId) -> TasksState {
    let mut alone = TasksState::default();
    if let Some(task) = state.tasks.get(&record) {
        alone.index.update(record, task);
        alone.tasks.insert(record, task.clone());
    }
    alone.projects.extend(
        state
            .projects
            .get(&record)
            .map(|entry| (record, entry.clone())),
    );
    alone.sections.extend(
        state
            .sections
            .get(&record)
            .map(|entry| (record, entry.clone())),
    );
    alone.labels.extend(
        state
            .labels
            .get(&record)
            .map(|entry| (record, entry.clone())),
    );
    alone
}

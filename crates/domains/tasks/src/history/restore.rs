//! Bringing a record to what it was.

use lifeos_kernel::{Context, Draft, Field, RecordId};

use super::now;
use crate::event::TasksEvent;
use crate::fields::ChecklistField;
use crate::record::{Entry, TasksState};

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

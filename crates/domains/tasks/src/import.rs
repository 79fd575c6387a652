//! Taking in another product's data, again and again: what was last imported of each field is
//! kept, so that a later import writes only what changed there and was not edited here.

use std::collections::HashSet;

use lifeos_kernel::{Day, Draft, FieldName, OrderKey, RecordId};
use serde::{Deserialize, Serialize};

use crate::event::TasksEvent;
use crate::fields::{ChecklistField, LabelField, ProjectField, SectionField, TaskField};
use crate::record::{Entry, Placed, Task, TasksState};

/// A thing as another product has it, under the id that was derived from where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ImportItem {
    /// A task. Status and order may be set; presence may not.
    Task {
        /// Its derived id.
        record: RecordId,
        /// When it came into being, in milliseconds since 1970.
        at_ms: i64,
        /// Every field that the source knows, also where it is empty.
        fields: Vec<TaskField>,
        /// Every label that it has.
        labels: Vec<RecordId>,
        /// Minutes spent by day.
        spent: Vec<(Day, u32)>,
        /// The checklist; taken in with the task, not again.
        checklist: Vec<ImportedChecklistItem>,
    },
    /// A project.
    Project {
        /// Its derived id.
        record: RecordId,
        /// When it came into being, in milliseconds since 1970.
        at_ms: i64,
        /// Every field that the source knows.
        fields: Vec<ProjectField>,
    },
    /// A section.
    Section {
        /// Its derived id.
        record: RecordId,
        /// When it came into being, in milliseconds since 1970.
        at_ms: i64,
        /// Every field that the source knows.
        fields: Vec<SectionField>,
    },
    /// A label.
    Label {
        /// Its derived id.
        record: RecordId,
        /// When it came into being, in milliseconds since 1970.
        at_ms: i64,
        /// Every field that the source knows.
        fields: Vec<LabelField>,
    },
}

impl ImportItem {
    /// Returns its derived id.
    #[must_use]
    pub fn record(&self) -> RecordId {
        match self {
            Self::Task { record, .. }
            | Self::Project { record, .. }
            | Self::Section { record, .. }
            | Self::Label { record, .. } => *record,
        }
    }
}

/// An entry of a checklist as another product has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedChecklistItem {
    /// Its derived id.
    pub item: RecordId,
    /// What it says.
    pub text: String,
    /// Whether it is ticked.
    pub done: bool,
}

/// What becomes of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase")]
pub enum ImportOutcome {
    /// It is new here.
    Created,
    /// Something changed in the source.
    Updated,
    /// Nothing changed in the source.
    Unchanged,
    /// It is in the trash here, and stays there.
    Trashed,
}

/// A field that changed both in the source and here; what is here stays unless chosen otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ImportConflict {
    /// The record.
    pub record: RecordId,
    /// The name of the field.
    pub field: String,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportPlan {
    /// The events, in the order of the items.
    pub drafts: Vec<Draft<TasksEvent>>,
    /// What becomes of each item, in their order.
    pub outcomes: Vec<(RecordId, ImportOutcome)>,
    /// The fields that changed on both sides.
    pub conflicts: Vec<ImportConflict>,
}

/// What a person decided for the source.
type Taken<'a> = HashSet<&'a ImportConflict>;

/// Plans an import. `take` names the conflicts that a person decided for the source.
#[must_use]
pub fn plan_import(
    state: &TasksState,
    items: &[ImportItem],
    take: &[ImportConflict],
) -> ImportPlan {
    let take = &take.iter().collect::<Taken<'_>>();
    let mut plan = ImportPlan::default();
    for item in items {
        match item {
            ImportItem::Task {
                record,
                at_ms,
                fields,
                labels,
                spent,
                checklist,
            } => {
                let none = Task::default();
                let task = state.tasks.get(record).unwrap_or(&none);
                if let Some((set, keep)) = weigh(&mut plan, &task.entry, *record, fields, take) {
                    plan_task(
                        &mut plan,
                        task,
                        Item {
                            record: *record,
                            at_ms: *at_ms,
                        },
                        set,
                        keep,
                        labels,
                        spent,
                        checklist,
                    );
                }
            }
            ImportItem::Project {
                record,
                at_ms,
                fields,
            } => {
                let event = |set, keep| TasksEvent::ProjectImported { set, keep };
                plan_entry(
                    &mut plan,
                    state.projects.get(record),
                    *record,
                    *at_ms,
                    fields,
                    take,
                    event,
                );
            }
            ImportItem::Section {
                record,
                at_ms,
                fields,
            } => {
                let event = |set, keep| TasksEvent::SectionImported { set, keep };
                plan_entry(
                    &mut plan,
                    state.sections.get(record),
                    *record,
                    *at_ms,
                    fields,
                    take,
                    event,
                );
            }
            ImportItem::Label {
                record,
                at_ms,
                fields,
            } => {
                let event = |set, keep| TasksEvent::LabelImported { set, keep };
                plan_entry(
                    &mut plan,
                    state.labels.get(record),
                    *record,
                    *at_ms,
                    fields,
                    take,
                    event,
                );
            }
        }
    }
    plan
}

struct Item {
    record: RecordId,
    at_ms: i64,
}

/// Sorts the fields of an item into those to set and those to keep as last imported; nothing
/// where the record is in the trash.
fn weigh<F: Placed>(
    plan: &mut ImportPlan,
    entry: &Entry<F>,
    record: RecordId,
    fields: &[F],
    take: &Taken<'_>,
) -> Option<(Vec<F>, Vec<F>)> {
    if entry.born.is_some() && !entry.is_present() {
        plan.outcomes.push((record, ImportOutcome::Trashed));
        return None;
    }
    let (mut set, mut keep) = (Vec::new(), Vec::new());
    for field in fields.iter().filter(|field| field.key() != F::PRESENCE) {
        if entry.born.is_none() {
            set.push(field.clone());
            continue;
        }
        let key = field.key();
        let last = entry
            .imported
            .get(key)
            .cloned()
            .unwrap_or_else(|| F::unset(key));
        if last == *field {
            continue;
        }
        let edited_here = !entry.fields.holds(&last);
        if !edited_here {
            set.push(field.clone());
        } else if entry.fields.holds(field) {
            keep.push(field.clone());
        } else {
            let conflict = ImportConflict {
                record,
                field: key.name(),
            };
            if take.contains(&conflict) {
                set.push(field.clone());
            } else {
                keep.push(field.clone());
            }
            plan.conflicts.push(conflict);
        }
    }
    Some((set, keep))
}

fn plan_entry<F: Placed>(
    plan: &mut ImportPlan,
    entry: Option<&Entry<F>>,
    record: RecordId,
    at_ms: i64,
    fields: &[F],
    take: &Taken<'_>,
    event: impl FnOnce(Vec<F>, Vec<F>) -> TasksEvent,
) {
    let none = Entry::default();
    let entry = entry.unwrap_or(&none);
    let Some((set, keep)) = weigh(plan, entry, record, fields, take) else {
        return;
    };
    let outcome = outcome(entry.born.is_some(), !set.is_empty() || !keep.is_empty());
    if outcome != ImportOutcome::Unchanged {
        plan.drafts.push(Draft {
            record,
            at_ms,
            event: event(set, keep),
        });
    }
    plan.outcomes.push((record, outcome));
}

#[expect(
    clippy::too_many_arguments,
    reason = "the parts of one item, taken apart once by the only caller"
)]
fn plan_task(
    plan: &mut ImportPlan,
    task: &Task,
    item: Item,
    set: Vec<TaskField>,
    keep: Vec<TaskField>,
    labels: &[RecordId],
    spent: &[(Day, u32)],
    checklist: &[ImportedChecklistItem],
) {
    let Item { record, at_ms } = item;
    let known = task.entry.born.is_some();
    let none = std::collections::BTreeSet::new();
    let last = task.imported_labels.get().unwrap_or(&none);
    let there: std::collections::BTreeSet<RecordId> = labels.iter().copied().collect();
    let add: Vec<RecordId> = there
        .difference(last)
        .copied()
        .filter(|label| !task.labels.contains(label))
        .collect();
    let drop: Vec<RecordId> = last
        .difference(&there)
        .copied()
        .filter(|label| task.labels.contains(label))
        .collect();
    let new_spent: Vec<(Day, u32)> = spent
        .iter()
        .copied()
        .filter(|(day, minutes)| {
            task.imported_spent
                .get(day)
                .and_then(|known| known.get())
                .copied()
                .unwrap_or(0)
                != *minutes
        })
        .collect();
    let says_new = !set.is_empty() || !keep.is_empty() || *last != there;
    let outcome = outcome(known, says_new || !new_spent.is_empty());
    let mut push = |event| {
        plan.drafts.push(Draft {
            record,
            at_ms,
            event,
        })
    };
    if !known || says_new {
        push(TasksEvent::TaskImported {
            set,
            keep,
            labels: there.iter().copied().collect(),
            add,
        });
    }
    for label in drop {
        push(TasksEvent::TaskUnlabelled {
            label,
            seen: task.labels.additions(&label),
        });
    }
    if !new_spent.is_empty() {
        push(TasksEvent::TaskTimeImported { spent: new_spent });
    }
    if !known {
        let mut last: Option<OrderKey> = None;
        for (place, entry) in (0_u64..).zip(checklist) {
            // The place in the source decides, the same on every device.
            let order = OrderKey::append(last.as_ref(), place + 1, 0);
            let set = vec![
                ChecklistField::Text(entry.text.clone()),
                ChecklistField::Done(entry.done),
                ChecklistField::Order(order.clone()),
            ];
            push(TasksEvent::TaskChecklistEdited {
                item: entry.item,
                set,
            });
            last = Some(order);
        }
    }
    plan.outcomes.push((record, outcome));
}

fn outcome(known: bool, says_new: bool) -> ImportOutcome {
    match (known, says_new) {
        (false, _) => ImportOutcome::Created,
        (true, true) => ImportOutcome::Updated,
        (true, false) => ImportOutcome::Unchanged,
    }
}

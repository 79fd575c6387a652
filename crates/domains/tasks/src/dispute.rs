//! The conflicts of an import as a person weighs them: what stands here beside what the file says.

use std::collections::HashMap;

use lifeos_kernel::{Field, FieldName, RecordId};
use serde::Serialize;

use crate::fields::{SectionField, TaskField};
use crate::history::TasksChange;
use crate::import::{ImportConflict, ImportItem};
use crate::record::{Entry, Placed, TasksState};

/// A field that changed both in the source and here, with both values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ImportDispute {
    /// The record and the field, as the choice names them.
    pub conflict: ImportConflict,
    /// What the record is called here.
    pub title: String,
    /// The field: before as it stands here, after as the file has it.
    pub values: TasksChange,
    /// What the record is called that the value here names, where it names one.
    pub here_names: Option<String>,
    /// What the record is called that the file's value names, where it names one.
    pub file_names: Option<String>,
}

/// Returns both values of each conflict, in the order of the conflicts.
#[must_use]
pub fn disputes(
    state: &TasksState,
    items: &[ImportItem],
    conflicts: &[ImportConflict],
) -> Vec<ImportDispute> {
    let names = Names::of(state, items);
    conflicts
        .iter()
        .filter_map(|conflict| names.dispute(conflict))
        .collect()
}

/// The items of the file by their record, over the state.
struct Names<'a> {
    state: &'a TasksState,
    items: HashMap<RecordId, &'a ImportItem>,
}

impl<'a> Names<'a> {
    fn of(state: &'a TasksState, items: &'a [ImportItem]) -> Self {
        let items = items.iter().map(|item| (item.record(), item)).collect();
        Self { state, items }
    }

    fn dispute(&self, conflict: &ImportConflict) -> Option<ImportDispute> {
        let record = conflict.record;
        let (title, values, here, file) = match self.items.get(&record)? {
            ImportItem::Task { fields, .. } => {
                let entry = &self.state.tasks.get(&record)?.entry;
                let (before, after) = both(entry, fields, &conflict.field)?;
                let (here, file) = (task_names(&before), task_names(&after));
                let values = TasksChange::Task { before, after };
                (entry.title(), values, here, file)
            }
            ImportItem::Project { fields, .. } => {
                let entry = self.state.projects.get(&record)?;
                let (before, after) = both(entry, fields, &conflict.field)?;
                let values = TasksChange::Project { before, after };
                (entry.title(), values, None, None)
            }
            ImportItem::Section { fields, .. } => {
                let entry = self.state.sections.get(&record)?;
                let (before, after) = both(entry, fields, &conflict.field)?;
                let (here, file) = (section_names(&before), section_names(&after));
                let values = TasksChange::Section { before, after };
                (entry.title(), values, here, file)
            }
            ImportItem::Label { fields, .. } => {
                let entry = self.state.labels.get(&record)?;
                let (before, after) = both(entry, fields, &conflict.field)?;
                let values = TasksChange::Label { before, after };
                (entry.title(), values, None, None)
            }
        };
        Some(ImportDispute {
            conflict: conflict.clone(),
            title: title.to_owned(),
            values,
            here_names: here.and_then(|named| self.title(named)),
            file_names: file.and_then(|named| self.title(named)),
        })
    }

    /// What a record is called: here, or else in the file.
    fn title(&self, record: RecordId) -> Option<String> {
        fn called<F: Placed>(entry: Option<&Entry<F>>) -> Option<String> {
            let entry = entry.filter(|entry| entry.born.is_some())?;
            Some(entry.title().to_owned())
        }
        fn written<F: Placed>(fields: &[F]) -> Option<String> {
            fields.iter().find_map(F::as_title).map(str::to_owned)
        }
        let state = self.state;
        called(state.tasks.get(&record).map(|task| &task.entry))
            .or_else(|| called(state.projects.get(&record)))
            .or_else(|| called(state.sections.get(&record)))
            .or_else(|| match self.items.get(&record)? {
                ImportItem::Task { fields, .. } => written(fields),
                ImportItem::Project { fields, .. } => written(fields),
                ImportItem::Section { fields, .. } => written(fields),
                ImportItem::Label { fields, .. } => written(fields),
            })
    }
}

/// A field as it stands here, and as the file has it.
fn both<F: Field>(entry: &Entry<F>, fields: &[F], name: &str) -> Option<(F, F)> {
    let file = fields.iter().find(|field| field.key().name() == name)?;
    let key = file.key();
    let here = entry.fields.get(key).cloned();
    Some((here.unwrap_or_else(|| F::unset(key)), file.clone()))
}

fn task_names(field: &TaskField) -> Option<RecordId> {
    match field {
        TaskField::Project(named) | TaskField::Section(named) | TaskField::Parent(named) => *named,
        _ => None,
    }
}

fn section_names(field: &SectionField) -> Option<RecordId> {
    match field {
        SectionField::Project(named) => *named,
        _ => None,
    }
}

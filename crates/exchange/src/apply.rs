//! From an import to what the tasks of a space take in, and back from their answer to the report.

use std::collections::HashSet;

use lifeos_kernel::{OrderKey, RecordId, Source as Cause, derive_import_id};
use lifeos_tasks::{
    Block, ImportConflict, ImportItem, ImportOutcome, ImportedChecklistItem, LabelField, List,
    Priority, ProjectField, ProjectStatus as HereProjectStatus, SectionField, Status, StatusChange,
    TaskField,
};

use crate::record::{
    Import, ImportRecord, Project, ProjectStatus, Task, TaskList, TaskPriority, TaskStatus, Values,
};
use crate::report::{ComparedWith, Effect, Source};

impl Import {
    /// Returns the id that a record of the source has in a space, the same on every device.
    #[must_use]
    pub fn record_id(&self, space: [u8; 16], external_id: &str) -> RecordId {
        derive_import_id(space, self.source.name(), external_id)
    }

    /// Returns the records as the tasks of a space take them in, in the order of
    /// [`Import::records`].
    ///
    /// A record that is there already (`is_known`) keeps its place: positions in the source shift
    /// with every record that comes between, and would make all of them look changed. `now_ms`
    /// stands for the making of what the source does not date.
    #[must_use]
    pub fn items(
        &self,
        space: [u8; 16],
        now_ms: i64,
        is_known: impl Fn(RecordId) -> bool,
    ) -> Vec<ImportItem> {
        let first_ms = self.report.written_at_ms.unwrap_or(1);
        let first_ms = u64::try_from(first_ms).unwrap_or(1);
        let mut items = Vec::with_capacity(self.records.len());
        for (source, place) in self.records.iter().zip(first_ms..) {
            let record = self.record_id(space, &source.external_id);
            let order = Some(OrderKey::append(None, place, 0)).filter(|_| !is_known(record));
            let id = |external_id: &Option<String>| {
                external_id
                    .as_ref()
                    .map(|external_id| self.record_id(space, external_id))
            };
            let at_ms = source.created_ms.unwrap_or(now_ms);
            items.push(match &source.values {
                Values::Project(project) => ImportItem::Project {
                    record,
                    at_ms,
                    fields: project_fields(project, order),
                },
                Values::Section(section) => {
                    let project = self.record_id(space, &section.project);
                    let mut fields = vec![
                        SectionField::Title(section.title.clone()),
                        SectionField::Project(Some(project)),
                    ];
                    fields.extend(order.map(SectionField::Order));
                    ImportItem::Section {
                        record,
                        at_ms,
                        fields,
                    }
                }
                Values::Label(label) => {
                    let mut fields = vec![LabelField::Title(label.title.clone())];
                    fields.extend(order.map(LabelField::Order));
                    ImportItem::Label {
                        record,
                        at_ms,
                        fields,
                    }
                }
                Values::Task(task) => ImportItem::Task {
                    record,
                    at_ms,
                    fields: self.task_fields(task, source, id, order),
                    labels: task
                        .labels
                        .iter()
                        .map(|label| self.record_id(space, label))
                        .collect(),
                    spent: task
                        .spent_minutes
                        .iter()
                        .map(|(day, minutes)| (*day, *minutes))
                        .collect(),
                    checklist: self.checklist(space, &source.external_id, task),
                },
            });
        }
        items
    }

    /// An entry's id follows from its task's and its place there, the same on every device.
    fn checklist(
        &self,
        space: [u8; 16],
        external_id: &str,
        task: &Task,
    ) -> Vec<ImportedChecklistItem> {
        let entries = task.checklist.iter().enumerate();
        entries
            .map(|(place, entry)| ImportedChecklistItem {
                item: self.record_id(space, &format!("entry:{place}:{external_id}")),
                text: entry.text.clone(),
                done: entry.done,
            })
            .collect()
    }

    /// Every field that the source knows, also where it is empty.
    fn task_fields(
        &self,
        task: &Task,
        source: &ImportRecord,
        id: impl Fn(&Option<String>) -> Option<RecordId>,
        order: Option<OrderKey>,
    ) -> Vec<TaskField> {
        let scheduled = task.scheduled.as_ref().map(|scheduled| Block {
            start: scheduled.start.clone(),
            minutes: scheduled.minutes,
        });
        let mut fields = vec![
            TaskField::Title(task.title.clone()),
            TaskField::Notes(task.notes.clone()),
            TaskField::Status(status_change(task.status, source)),
            TaskField::List(match task.list {
                TaskList::Inbox => List::Inbox,
                TaskList::Next => List::Next,
                TaskList::Waiting => List::Waiting,
                TaskList::Someday => List::Someday,
            }),
            TaskField::Scheduled(scheduled),
            TaskField::Due(task.due.clone()),
            TaskField::Deadline(task.deadline.clone()),
            TaskField::Urgent(task.urgent),
            TaskField::Important(task.important),
            TaskField::EstimateMinutes(task.estimate_minutes),
            TaskField::Project(id(&task.project)),
            TaskField::Section(id(&task.section)),
            TaskField::Parent(id(&task.parent)),
        ];
        // Super Productivity has marks in place of priorities, and no day before which a task is
        // not shown.
        if self.source != Source::SuperProductivity {
            fields.push(TaskField::Defer(task.defer.clone()));
            fields.push(TaskField::Priority(match task.priority {
                TaskPriority::None => Priority::None,
                TaskPriority::Low => Priority::Low,
                TaskPriority::Medium => Priority::Medium,
                TaskPriority::High => Priority::High,
            }));
        }
        fields.extend(order.map(TaskField::Order));
        fields
    }

    /// Puts into the report what a space answered to [`Import::items`]: outcomes in their order.
    pub fn compare(
        &mut self,
        outcomes: &[(RecordId, ImportOutcome)],
        conflicts: &[ImportConflict],
    ) {
        let disputed: HashSet<RecordId> =
            conflicts.iter().map(|conflict| conflict.record).collect();
        self.report.compared_with = ComparedWith::Space;
        self.report.records.clear();
        for (source, (record, outcome)) in self.records.iter().zip(outcomes) {
            let effect: &mut Effect = self.report.records.entry(source.kind()).or_default();
            match outcome {
                ImportOutcome::Created => effect.new += 1,
                ImportOutcome::Updated => effect.changed += 1,
                ImportOutcome::Unchanged => effect.unchanged += 1,
                ImportOutcome::Trashed => effect.trashed += 1,
            }
            effect.conflicts += u32::from(disputed.contains(record));
        }
    }
}

fn project_fields(project: &Project, order: Option<OrderKey>) -> Vec<ProjectField> {
    let status = match project.status {
        ProjectStatus::Active => HereProjectStatus::Active,
        ProjectStatus::Archived => HereProjectStatus::Paused,
        ProjectStatus::Cancelled => HereProjectStatus::Cancelled,
        ProjectStatus::Completed { .. } => HereProjectStatus::Completed,
    };
    let mut fields = vec![
        ProjectField::Title(project.title.clone()),
        ProjectField::Notes(project.notes.clone()),
        ProjectField::Status(status),
    ];
    fields.extend(order.map(ProjectField::Order));
    fields.push(ProjectField::Area(project.area.clone().unwrap_or_default()));
    fields
}

/// The date of a step is taken from the source alone, so that the same file says the same again.
fn status_change(status: TaskStatus, source: &ImportRecord) -> StatusChange {
    let made_ms = source.created_ms.unwrap_or(0);
    let (status, at_ms) = match status {
        TaskStatus::Pending => (Status::Pending, made_ms),
        TaskStatus::InProgress => (Status::InProgress, made_ms),
        TaskStatus::Completed { at_ms } => (Status::Completed, at_ms.unwrap_or(made_ms)),
        TaskStatus::Cancelled { at_ms } => (Status::Cancelled, at_ms.unwrap_or(made_ms)),
    };
    StatusChange {
        status,
        at_ms,
        source: Cause::Import,
    }
}

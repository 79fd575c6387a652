//! What commands do. A refusal names a reason, a field and a record, never what was typed.

mod checks;
mod items;
mod make;
mod place;
mod shelve;
mod validate;

use lifeos_kernel::{Context, Draft, IdSource, OrderKey, Reason, RecordId, Rejected, sort_fields};

use crate::command::{BulkEdit, Placement, TasksCommand};
use crate::event::TasksEvent;
use crate::fields::{List, SectionField, SectionKey, Status, StatusChange, TaskField, TaskKey};
use crate::record::{Entry, Placed, Task, TasksState};
pub(crate) use shelve::{TRASH_MS, expired, purged, purged_by, stand};

/// The most records that one command names.
const BULK_LIMIT: usize = 10_000;

type Drafts = Vec<Draft<TasksEvent>>;

/// Decides what a command does.
pub(crate) fn decide(
    state: &TasksState,
    command: TasksCommand,
    context: &Context,
) -> Result<Drafts, Rejected> {
    let mut deciding = Deciding {
        state,
        context,
        ids: context.ids(),
        drafts: Vec::new(),
    };
    deciding.run(command)?;
    Ok(deciding.drafts)
}

struct Deciding<'a> {
    state: &'a TasksState,
    context: &'a Context,
    ids: IdSource,
    drafts: Drafts,
}

impl<'a> Deciding<'a> {
    fn run(&mut self, command: TasksCommand) -> Result<(), Rejected> {
        match command {
            TasksCommand::CreateTask {
                title,
                set,
                labels,
                place,
            } => self.create_task(title, set, labels, place),
            TasksCommand::EditTasks { tasks, edit } => self.edit_tasks(tasks, &edit),
            TasksCommand::MoveTasks { tasks, place, set } => self.move_tasks(&tasks, place, &set),
            TasksCommand::EmptyTrash { records } => self.empty_trash(records),
            TasksCommand::LogTime { task, day, minutes } => self.log_time(task, day, minutes),
            TasksCommand::AddChecklistItem { task, text, place } => {
                self.add_item(task, text, place)
            }
            TasksCommand::EditChecklistItem { task, item, set } => self.edit_item(task, item, set),
            TasksCommand::MoveChecklistItem { task, item, place } => {
                self.move_item(task, item, place)
            }
            TasksCommand::CreateProject { title, set } => self.create_project(title, set),
            TasksCommand::EditProject { project, set } => {
                let entry = present(self.state.projects.get(&project), project)?;
                let set = validate::project(set)?;
                let set = changed(entry, set);
                self.push_some(project, !set.is_empty(), TasksEvent::ProjectEdited { set });
                Ok(())
            }
            TasksCommand::MoveProject { project, place } => {
                present(self.state.projects.get(&project), project)?;
                self.move_entry(
                    &self.state.projects,
                    project,
                    place,
                    |_| true,
                    |set| TasksEvent::ProjectEdited { set },
                )
            }
            TasksCommand::CreateSection { project, title } => self.create_section(project, title),
            TasksCommand::EditSection { section, set } => {
                let entry = present(self.state.sections.get(&section), section)?;
                let set = changed(entry, validate::section(set)?);
                self.push_some(section, !set.is_empty(), TasksEvent::SectionEdited { set });
                Ok(())
            }
            TasksCommand::MoveSection { section, place } => {
                let entry = present(self.state.sections.get(&section), section)?;
                let project = entry.fields.get(SectionKey::Project).cloned();
                let beside = |other: &Entry<SectionField>| {
                    other.fields.get(SectionKey::Project) == project.as_ref()
                };
                self.move_entry(&self.state.sections, section, place, beside, |set| {
                    TasksEvent::SectionEdited { set }
                })
            }
            TasksCommand::CreateLabel { title, colour } => self.create_label(title, colour),
            TasksCommand::EditLabel { label, set } => {
                let entry = present(self.state.labels.get(&label), label)?;
                let set = changed(entry, validate::label(set)?);
                self.push_some(label, !set.is_empty(), TasksEvent::LabelEdited { set });
                Ok(())
            }
            TasksCommand::MoveLabel { label, place } => {
                present(self.state.labels.get(&label), label)?;
                self.move_entry(
                    &self.state.labels,
                    label,
                    place,
                    |_| true,
                    |set| TasksEvent::LabelEdited { set },
                )
            }
            TasksCommand::TrashRecords { records } => self.trash_records(records),
            TasksCommand::RestoreRecords { records } => self.restore_records(records),
        }
    }

    fn create_task(
        &mut self,
        title: String,
        set: Vec<TaskField>,
        labels: Vec<RecordId>,
        place: Option<Placement>,
    ) -> Result<(), Rejected> {
        let title = validate::title(title)?;
        let mut set = self.check_task_fields(set, None)?;
        let labels = self.check_labels(labels)?;
        if set.iter().any(|field| matches!(field, TaskField::Title(_))) {
            return Err(Rejected::new(Reason::NotAllowed).field("title"));
        }
        let task = self.ids.record();
        let settled = set.iter().any(|field| {
            matches!(
                field,
                TaskField::Project(Some(_))
                    | TaskField::Parent(Some(_))
                    | TaskField::Due(Some(_))
                    | TaskField::Deadline(Some(_))
                    | TaskField::Scheduled(Some(_))
                    | TaskField::Defer(Some(_))
            )
        });
        if settled && !set.iter().any(|field| matches!(field, TaskField::List(_))) {
            set.push(TaskField::List(List::Next));
        }
        let order = self.task_keys(&[task], place.unwrap_or(Placement::Last))?;
        set.push(TaskField::Title(title));
        set.extend(order.into_iter().map(TaskField::Order));
        sort_fields(&mut set);
        self.push(task, TasksEvent::TaskCreated { set, labels });
        Ok(())
    }

    fn edit_tasks(&mut self, mut tasks: Vec<RecordId>, edit: &BulkEdit) -> Result<(), Rejected> {
        distinct(&mut tasks)?;
        let checked = match edit {
            BulkEdit::Set { set } => self.check_task_fields(set.clone(), Some(&tasks))?,
            BulkEdit::AddLabel { label } => {
                self.check_labels(vec![*label])?;
                Vec::new()
            }
            _ => Vec::new(),
        };
        for record in tasks {
            match edit {
                BulkEdit::Trash => self.trash_records(vec![record])?,
                BulkEdit::Restore => self.restore_records(vec![record])?,
                _ => {
                    let task = self.task(record)?;
                    match edit {
                        BulkEdit::Set { .. } => self.set_fields(record, task, checked.clone()),
                        BulkEdit::Start => self.step(record, task, Status::InProgress),
                        BulkEdit::Complete => self.step(record, task, Status::Completed),
                        BulkEdit::Cancel => self.step(record, task, Status::Cancelled),
                        BulkEdit::Reopen => self.step(record, task, Status::Pending),
                        BulkEdit::AddLabel { label } => {
                            let event = TasksEvent::TaskLabelled {
                                labels: vec![*label],
                            };
                            self.push_some(record, !task.labels.contains(label), event);
                        }
                        BulkEdit::RemoveLabel { label } => {
                            let seen = task.labels.additions(label);
                            let some = !seen.is_empty();
                            self.push_some(
                                record,
                                some,
                                TasksEvent::TaskUnlabelled {
                                    label: *label,
                                    seen,
                                },
                            );
                        }
                        BulkEdit::Trash | BulkEdit::Restore => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn set_fields(&mut self, record: RecordId, task: &Task, mut set: Vec<TaskField>) {
        complete_belonging(task, &mut set);
        let set = changed(&task.entry, set);
        self.push_some(record, !set.is_empty(), TasksEvent::TaskEdited { set });
    }

    fn step(&mut self, record: RecordId, task: &Task, status: Status) {
        let step = StatusChange {
            status,
            at_ms: self.now_ms(),
            source: self.context.source,
        };
        let set = vec![TaskField::Status(step)];
        self.push_some(
            record,
            task.status().status != status,
            TasksEvent::TaskEdited { set },
        );
    }

    fn move_tasks(
        &mut self,
        tasks: &[RecordId],
        place: Placement,
        set: &[TaskField],
    ) -> Result<(), Rejected> {
        let mut sorted = tasks.to_vec();
        distinct(&mut sorted)?;
        if sorted.len() != tasks.len() {
            return Err(Rejected::new(Reason::NotAllowed));
        }
        let belongs = |field: &TaskField| {
            matches!(
                lifeos_kernel::Field::key(field),
                TaskKey::Project | TaskKey::Section | TaskKey::Parent | TaskKey::List
            )
        };
        if !set.iter().all(belongs) {
            return Err(Rejected::new(Reason::NotAllowed));
        }
        let set = self.check_task_fields(set.to_vec(), Some(tasks))?;
        for record in tasks {
            self.task(*record)?;
        }
        let keys = self.task_keys(tasks, place)?;
        for (record, key) in tasks.iter().zip(keys) {
            let task = self.task(*record)?;
            let mut set = set.clone();
            set.push(TaskField::Order(key));
            self.set_fields(*record, task, set);
        }
        Ok(())
    }

    /// Returns keys for tasks that come to stand at a place, and moves others where two share one.
    fn task_keys(
        &mut self,
        tasks: &[RecordId],
        place: Placement,
    ) -> Result<Vec<OrderKey>, Rejected> {
        let placed =
            place::place_tasks(self.state, tasks, place, self.context.now_ms, &mut self.ids)?;
        for (record, key) in placed.moved {
            self.push(
                record,
                TasksEvent::TaskEdited {
                    set: vec![TaskField::Order(key)],
                },
            );
        }
        Ok(placed.keys)
    }

    fn move_entry<F: Placed>(
        &mut self,
        all: &std::collections::BTreeMap<RecordId, Entry<F>>,
        record: RecordId,
        place: Placement,
        beside: impl Fn(&Entry<F>) -> bool,
        event: impl Fn(Vec<F>) -> TasksEvent,
    ) -> Result<(), Rejected> {
        let mut others: Vec<(RecordId, OrderKey)> = all
            .iter()
            .filter(|(id, entry)| **id != record && entry.is_present() && beside(entry))
            .map(|(id, entry)| (*id, place::key(entry.order())))
            .collect();
        place::order(&mut others);
        let placed = place::place(&others, 1, place, self.context.now_ms, &mut self.ids)?;
        for key in placed.keys {
            self.push(record, event(vec![F::from_order(key)]));
        }
        for (other, key) in placed.moved {
            self.push(other, event(vec![F::from_order(key)]));
        }
        Ok(())
    }

    fn last_key<F: Placed>(
        &self,
        all: &std::collections::BTreeMap<RecordId, Entry<F>>,
    ) -> OrderKey {
        let last = all.values().map(Entry::order).max().map(place::key);
        OrderKey::append(
            last.as_ref(),
            self.context.now_ms,
            self.ids.clone().jitter(),
        )
    }

    /// Returns a task that is there.
    fn task(&self, record: RecordId) -> Result<&'a Task, Rejected> {
        let state = self.state;
        let task = state
            .tasks
            .get(&record)
            .ok_or(Rejected::new(Reason::Missing).record(record))?;
        present(Some(&task.entry), record)?;
        Ok(task)
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.context.now_ms).unwrap_or(i64::MAX)
    }

    fn push(&mut self, record: RecordId, event: TasksEvent) {
        self.drafts.push(Draft {
            record,
            at_ms: self.now_ms(),
            event,
        });
    }

    fn push_some(&mut self, record: RecordId, some: bool, event: TasksEvent) {
        if some {
            self.push(record, event);
        }
    }
}

/// Returns the entry if it is there and not in the trash.
fn present<F: Placed>(entry: Option<&Entry<F>>, record: RecordId) -> Result<&Entry<F>, Rejected> {
    match entry {
        Some(entry) if entry.is_present() => Ok(entry),
        Some(entry) if entry.trashed_at_ms().is_some() => {
            Err(Rejected::new(Reason::Trashed).record(record))
        }
        _ => Err(Rejected::new(Reason::Missing).record(record)),
    }
}

/// Leaves of the fields those that would change something.
fn changed<F: Placed>(entry: &Entry<F>, mut set: Vec<F>) -> Vec<F> {
    set.retain(|field| !entry.fields.holds(field));
    set
}

/// A task that leaves its project leaves the section too; one that gets a project leaves the inbox.
fn complete_belonging(task: &Task, set: &mut Vec<TaskField>) {
    let project = set.iter().find_map(|field| match field {
        TaskField::Project(project) => Some(*project),
        _ => None,
    });
    let sets = |key: TaskKey, set: &[TaskField]| {
        set.iter()
            .any(|field| lifeos_kernel::Field::key(field) == key)
    };
    if let Some(project) = project {
        if project != task.project() && task.section().is_some() && !sets(TaskKey::Section, set) {
            set.push(TaskField::Section(None));
        }
        if project.is_some() && task.list() == List::Inbox && !sets(TaskKey::List, set) {
            set.push(TaskField::List(List::Next));
        }
    }
    sort_fields(set);
}

/// Drops repetitions, and refuses none and too many.
fn distinct(records: &mut Vec<RecordId>) -> Result<(), Rejected> {
    let mut seen = std::collections::HashSet::new();
    records.retain(|record| seen.insert(*record));
    match records.len() {
        0 => Err(Rejected::new(Reason::Empty)),
        count if count > BULK_LIMIT => Err(Rejected::new(Reason::TooLong)),
        _ => Ok(()),
    }
}

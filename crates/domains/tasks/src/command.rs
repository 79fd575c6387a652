//! What a person, or a program for them, can mean.

use lifeos_kernel::{Day, RecordId};
use serde::{Deserialize, Serialize};

use crate::fields::{ChecklistField, LabelField, ProjectField, SectionField, TaskField};

/// A place in a list, next to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Placement {
    /// Right before another record of the same kind.
    Before {
        /// The other.
        record: RecordId,
    },
    /// Right after another record of the same kind.
    After {
        /// The other.
        record: RecordId,
    },
    /// Before all others.
    First,
    /// After all others.
    Last,
}

/// What is done to each of many tasks as one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum BulkEdit {
    /// Sets fields (not status, order or presence: these have acts of their own).
    Set {
        /// The fields.
        set: Vec<TaskField>,
    },
    /// Begins.
    Start,
    /// Completes.
    Complete,
    /// Gives up.
    Cancel,
    /// Takes up again.
    Reopen,
    /// Adds a label.
    AddLabel {
        /// The label.
        label: RecordId,
    },
    /// Takes a label off.
    RemoveLabel {
        /// The label.
        label: RecordId,
    },
    /// Puts into the trash.
    Trash,
    /// Takes out of the trash.
    Restore,
}

/// A command over tasks, projects, sections and labels. One command is one intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TasksCommand {
    /// Makes a task. It goes to the inbox, or to next where it has a project or a date, unless the
    /// fields say otherwise.
    CreateTask {
        /// What is to be done; not empty.
        title: String,
        /// Further fields (not status or presence).
        set: Vec<TaskField>,
        /// Its labels.
        labels: Vec<RecordId>,
        /// Its place; at the end where none is given.
        place: Option<Placement>,
    },
    /// Does one thing to one or many tasks.
    EditTasks {
        /// The tasks.
        tasks: Vec<RecordId>,
        /// What is done to each.
        edit: BulkEdit,
    },
    /// Moves tasks, in the order given, to a place in a list; with `set`, into another project,
    /// section, parent or list at once.
    MoveTasks {
        /// The tasks.
        tasks: Vec<RecordId>,
        /// The place.
        place: Placement,
        /// Fields of belonging to set: project, section, parent, list.
        set: Vec<TaskField>,
    },
    /// Erases what is in the trash, or only the records named.
    EmptyTrash {
        /// The records; all where none is named.
        records: Option<Vec<RecordId>>,
    },
    /// Logs time; negative minutes take back.
    LogTime {
        /// The task.
        task: RecordId,
        /// The day.
        day: Day,
        /// The minutes.
        minutes: i32,
    },
    /// Adds an entry to a task's checklist.
    AddChecklistItem {
        /// The task.
        task: RecordId,
        /// What it says; not empty.
        text: String,
        /// Its place; at the end where none is given.
        place: Option<Placement>,
    },
    /// Changes an entry of a checklist (text, done, removed).
    EditChecklistItem {
        /// The task.
        task: RecordId,
        /// The entry.
        item: RecordId,
        /// The fields (not order).
        set: Vec<ChecklistField>,
    },
    /// Moves an entry of a checklist.
    MoveChecklistItem {
        /// The task.
        task: RecordId,
        /// The entry.
        item: RecordId,
        /// The place.
        place: Placement,
    },
    /// Makes a project.
    CreateProject {
        /// Its name; not empty.
        title: String,
        /// Further fields (not presence).
        set: Vec<ProjectField>,
    },
    /// Changes a project (not order or presence).
    EditProject {
        /// The project.
        project: RecordId,
        /// The fields.
        set: Vec<ProjectField>,
    },
    /// Moves a project among the others.
    MoveProject {
        /// The project.
        project: RecordId,
        /// The place.
        place: Placement,
    },
    /// Makes a section of a project.
    CreateSection {
        /// The project.
        project: RecordId,
        /// Its name; not empty.
        title: String,
    },
    /// Changes a section's name.
    EditSection {
        /// The section.
        section: RecordId,
        /// The fields (not order or presence).
        set: Vec<SectionField>,
    },
    /// Moves a section within its project.
    MoveSection {
        /// The section.
        section: RecordId,
        /// The place.
        place: Placement,
    },
    /// Makes a label.
    CreateLabel {
        /// Its name; not empty.
        title: String,
        /// The token of its colour.
        colour: String,
    },
    /// Changes a label (not order or presence).
    EditLabel {
        /// The label.
        label: RecordId,
        /// The fields.
        set: Vec<LabelField>,
    },
    /// Moves a label among the others.
    MoveLabel {
        /// The label.
        label: RecordId,
        /// The place.
        place: Placement,
    },
    /// Puts projects, sections or labels into the trash; their tasks stay.
    TrashRecords {
        /// The records.
        records: Vec<RecordId>,
    },
    /// Takes projects, sections, labels or tasks out of the trash.
    RestoreRecords {
        /// The records.
        records: Vec<RecordId>,
    },
}

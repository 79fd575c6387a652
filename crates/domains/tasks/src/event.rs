//! What can happen to tasks, projects, sections and labels. Released shapes are read for ever.

use lifeos_kernel::{Day, RecordId, Stamp};
use serde::{Deserialize, Serialize};

use crate::fields::{ChecklistField, LabelField, ProjectField, SectionField, TaskField};

/// A fact about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum TasksEvent {
    /// A task came into being.
    TaskCreated {
        /// Its first fields.
        set: Vec<TaskField>,
        /// Its first labels.
        labels: Vec<RecordId>,
    },
    /// Fields of a task were set.
    TaskEdited {
        /// The fields.
        set: Vec<TaskField>,
    },
    /// A task was given labels.
    TaskLabelled {
        /// The labels.
        labels: Vec<RecordId>,
    },
    /// A task lost a label.
    TaskUnlabelled {
        /// The label.
        label: RecordId,
        /// The additions that the remover had seen.
        seen: Vec<Stamp>,
    },
    /// Time was spent on a task; negative minutes take back.
    TaskTimeLogged {
        /// The day.
        day: Day,
        /// The minutes.
        minutes: i32,
    },
    /// An entry of a task's checklist was made or changed.
    TaskChecklistEdited {
        /// The entry.
        item: RecordId,
        /// The fields.
        set: Vec<ChecklistField>,
    },
    /// Another product's data said this of a task. Brings the task into being if need be.
    TaskImported {
        /// Fields that are set, and kept as last imported.
        set: Vec<TaskField>,
        /// Fields that are only kept as last imported: they were edited here.
        keep: Vec<TaskField>,
        /// All labels that it has there, kept as last imported.
        labels: Vec<RecordId>,
        /// Those of them that it is given.
        add: Vec<RecordId>,
    },
    /// Another product's data said how much time was spent on a task by day.
    TaskTimeImported {
        /// Minutes by day, as they stand there.
        spent: Vec<(Day, u32)>,
    },
    /// A project came into being.
    ProjectCreated {
        /// Its first fields.
        set: Vec<ProjectField>,
    },
    /// Fields of a project were set.
    ProjectEdited {
        /// The fields.
        set: Vec<ProjectField>,
    },
    /// Another product's data said this of a project.
    ProjectImported {
        /// Fields that are set, and kept as last imported.
        set: Vec<ProjectField>,
        /// Fields that are only kept as last imported.
        keep: Vec<ProjectField>,
    },
    /// A section came into being.
    SectionCreated {
        /// Its first fields.
        set: Vec<SectionField>,
    },
    /// Fields of a section were set.
    SectionEdited {
        /// The fields.
        set: Vec<SectionField>,
    },
    /// Another product's data said this of a section.
    SectionImported {
        /// Fields that are set, and kept as last imported.
        set: Vec<SectionField>,
        /// Fields that are only kept as last imported.
        keep: Vec<SectionField>,
    },
    /// A label came into being.
    LabelCreated {
        /// Its first fields.
        set: Vec<LabelField>,
    },
    /// Fields of a label were set.
    LabelEdited {
        /// The fields.
        set: Vec<LabelField>,
    },
    /// Another product's data said this of a label.
    LabelImported {
        /// Fields that are set, and kept as last imported.
        set: Vec<LabelField>,
        /// Fields that are only kept as last imported.
        keep: Vec<LabelField>,
    },
}

//! What an import yields: records with typed values, in the order in which they are shown.
//!
//! Records name each other by external id. What holds of them whatever the file is what
//! [`Import::check`] checks.

use std::collections::BTreeMap;

use lifeos_kernel::{Day, When};
use serde::{Deserialize, Serialize};

use crate::report::{RecordKind, Report, Source};

/// UTF-8 bytes of a title; what is longer stands whole in the notes.
pub(crate) const TITLE_BYTES: usize = 1_000;
/// UTF-8 bytes of an id in the source; those that products make have 40 at the most.
pub(crate) const ID_BYTES: usize = 200;
/// Labels of one task.
pub(crate) const LABELS: usize = 100;
/// Entries of one checklist.
pub(crate) const CHECKLIST: usize = 500;
/// Days of work of one task; an event of 64 KiB must hold them.
pub(crate) const DAYS: usize = 3_000;

/// A file that was read, whole or in part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Import {
    /// Whose file it is; enters the derivation of record ids.
    pub source: Source,
    /// Projects, then sections, labels and tasks, each in the order of the source; a parent
    /// stands before its subtasks. External ids are unique.
    pub records: Vec<ImportRecord>,
    /// What was read, and what was not.
    pub report: Report,
}

/// One record of the source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportRecord {
    /// Stable across exports: kind and the source's own id, as `task:abc`.
    pub external_id: String,
    /// When it was made in the source, in ms since 1970.
    pub created_ms: Option<i64>,
    /// Its values.
    pub values: Values,
}

impl ImportRecord {
    /// Returns the kind of record.
    #[must_use]
    pub fn kind(&self) -> RecordKind {
        match self.values {
            Values::Project(_) => RecordKind::Project,
            Values::Section(_) => RecordKind::Section,
            Values::Label(_) => RecordKind::Label,
            Values::Task(_) => RecordKind::Task,
        }
    }
}

/// The values of a record, by kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Values {
    /// A project.
    Project(Project),
    /// A section of a project.
    Section(Section),
    /// A label.
    Label(Label),
    /// A task or subtask.
    Task(Box<Task>),
}

/// A project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Project {
    /// Never empty.
    pub title: String,
    /// Markdown; the project's notes, in their order, between rules.
    pub notes: String,
    /// The folder in which the project stood.
    pub area: Option<String>,
    /// Whether it still goes on.
    pub status: ProjectStatus,
}

/// Whether a project goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum ProjectStatus {
    /// It goes on.
    Active,
    /// Put away without being finished.
    Archived,
    /// Given up.
    Cancelled,
    /// Finished.
    Completed {
        /// When, in ms since 1970, where the source says so.
        at_ms: Option<i64>,
    },
}

/// A section of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Section {
    /// Never empty.
    pub title: String,
    /// The project's external id.
    pub project: String,
}

/// A label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Label {
    /// Never empty.
    pub title: String,
}

/// A task or subtask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Task {
    /// One line, never empty.
    pub title: String,
    /// Markdown, with links to what was attached.
    pub notes: String,
    /// How far it is.
    pub status: TaskStatus,
    /// On which list it stands.
    pub list: TaskList,
    /// How much it matters.
    pub priority: TaskPriority,
    /// Not to be looked at before.
    pub defer: Option<When>,
    /// The day for which it is planned.
    pub due: Option<When>,
    /// The time for which it is planned.
    pub scheduled: Option<Scheduled>,
    /// By when it must be done.
    pub deadline: Option<When>,
    /// Marked urgent.
    pub urgent: bool,
    /// Marked important.
    pub important: bool,
    /// How long it should take.
    pub estimate_minutes: Option<u32>,
    /// How long it took, by day; without what its subtasks took.
    pub spent_minutes: BTreeMap<Day, u32>,
    /// Its checklist, in order.
    pub checklist: Vec<ChecklistItem>,
    /// External ids of its labels.
    pub labels: Vec<String>,
    /// External id of its project.
    pub project: Option<String>,
    /// External id of its section.
    pub section: Option<String>,
    /// External id of the task that it is a part of.
    pub parent: Option<String>,
}

impl Task {
    /// Returns a task that says nothing but its title.
    #[must_use]
    pub fn titled(title: String) -> Self {
        Self {
            title,
            notes: String::new(),
            status: TaskStatus::Pending,
            list: TaskList::Inbox,
            priority: TaskPriority::None,
            defer: None,
            due: None,
            scheduled: None,
            deadline: None,
            urgent: false,
            important: false,
            estimate_minutes: None,
            spent_minutes: BTreeMap::new(),
            checklist: Vec::new(),
            labels: Vec::new(),
            project: None,
            section: None,
            parent: None,
        }
    }
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum TaskStatus {
    /// Not begun.
    Pending,
    /// Begun.
    InProgress,
    /// Done.
    Completed {
        /// When, in ms since 1970, where the source says so or lets it be told.
        at_ms: Option<i64>,
    },
    /// Given up.
    Cancelled {
        /// When, in ms since 1970, where the source says so.
        at_ms: Option<i64>,
    },
}

/// On which list a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum TaskList {
    /// Not sorted yet: without a project.
    Inbox,
    /// To be done.
    Next,
    /// Somebody else has to move first.
    Waiting,
    /// Put off: the backlog.
    Someday,
}

/// How much a task matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskPriority {
    /// As most things.
    #[default]
    None,
    /// A little.
    Low,
    /// Much.
    Medium,
    /// Above all.
    High,
}

/// An entry of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChecklistItem {
    /// One line, never empty.
    pub text: String,
    /// Whether it is ticked.
    pub done: bool,
}

/// A block of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scheduled {
    /// Its beginning.
    pub start: When,
    /// Its length, where the source has one.
    pub minutes: Option<u32>,
}

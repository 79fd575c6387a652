//! What an import yields: records with typed values, in the order in which they are shown.
//!
//! Records name each other by external id.

use std::collections::BTreeMap;

use lifeos_kernel::{Day, When};

use crate::report::{RecordKind, Report, Source};

/// A file that was read, whole or in part.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectStatus {
    /// It goes on.
    Active,
    /// Put away without being finished.
    Archived,
    /// Finished.
    Completed {
        /// When, in ms since 1970, where the source says so.
        at_ms: Option<i64>,
    },
}

/// A section of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Never empty.
    pub title: String,
    /// The project's external id.
    pub project: String,
}

/// A label.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Never empty.
    pub title: String,
}

/// A task or subtask.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// One line, never empty.
    pub title: String,
    /// Markdown, with links to what was attached.
    pub notes: String,
    /// How far it is.
    pub status: TaskStatus,
    /// On which list it stands.
    pub list: TaskList,
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
    /// External ids of its labels.
    pub labels: Vec<String>,
    /// External id of its project.
    pub project: Option<String>,
    /// External id of its section.
    pub section: Option<String>,
    /// External id of the task that it is a part of.
    pub parent: Option<String>,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// On which list a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskList {
    /// Not sorted yet: without a project.
    Inbox,
    /// To be done.
    Next,
    /// Put off: the backlog.
    Someday,
}

/// A block of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheduled {
    /// Its beginning.
    pub start: When,
    /// Its length, where the source has one.
    pub minutes: Option<u32>,
}

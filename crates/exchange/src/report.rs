//! What a file holds, what of it comes in, and what does not.
//!
//! The JSON form is stable: members are only added, and [`Report::schema`] rises when one changes
//! its meaning. A place is a JSON pointer (RFC 6901) into the file; a segment that could carry
//! what a person wrote stands as `*`. No report holds content.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the report's JSON form.
pub const SCHEMA: u32 = 1;

/// How many single findings are listed; the totals count all of them.
pub const LISTED: usize = 200;

/// What reading a file found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportReport")
)]
pub struct Report {
    /// Version of this form ([`SCHEMA`]).
    pub schema: u32,
    /// Whose file it is.
    pub source: Source,
    /// Which of the source's layouts.
    pub layout: Layout,
    /// The version that the file names, where it names one.
    pub version: Option<String>,
    /// When the file says that it was written, in ms since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub written_at_ms: Option<i64>,
    /// Whether everything was read.
    pub outcome: Outcome,
    /// What stands in the file, by the source's own kinds.
    pub found: Found,
    /// What would be written, by kind of record.
    pub records: BTreeMap<RecordKind, Effect>,
    /// What the effects were compared with.
    pub compared_with: ComparedWith,
    /// What came in under another shape than the source's.
    pub reshaped: Vec<Reshaped>,
    /// What a person entered that has no place here yet. Makes the outcome [`Outcome::Part`].
    pub left_out: Vec<LeftOut>,
    /// Settings and appearance of the other product; not a loss of a person's data.
    pub settings: Vec<Setting>,
    /// What could not be understood, the first [`LISTED`] with their place.
    pub not_understood: Vec<NotUnderstood>,
    /// How many findings `not_understood` would hold without its limit, by reason.
    #[cfg_attr(feature = "ts", ts(type = "{ [key in ImportReason]?: number }"))]
    pub not_understood_total: BTreeMap<Reason, u64>,
    /// What was read, but by a decision that a person may want to know.
    pub warnings: Vec<Warning>,
}

/// A product whose files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportSource")
)]
pub enum Source {
    /// Super Productivity, <https://super-productivity.com>.
    SuperProductivity,
}

impl Source {
    /// Returns the name that enters the derivation of record ids; never changed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SuperProductivity => "super-productivity",
        }
    }
}

/// How the file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportLayout")
)]
pub enum Layout {
    /// `{timestamp, crossModelVersion, data: {…}}`.
    Backup,
    /// The models at the top, archives in `archiveYoung` and `archiveOld`.
    Bare,
    /// The models at the top, one `taskArchive` (releases before 14).
    BareLegacy,
}

/// Whether the file was read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportReading")
)]
pub enum Outcome {
    /// Everything that a person entered comes in.
    Whole,
    /// Something was left out or not understood; the report names it.
    Part,
}

/// Counts of what stands in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportFound")
)]
pub struct Found {
    /// Projects, the inbox included.
    pub projects: u32,
    /// Sections of projects.
    pub sections: u32,
    /// Tags, the special ones included.
    pub tags: u32,
    /// Live tasks, subtasks included.
    pub tasks: u32,
    /// Live tasks that have a parent.
    pub subtasks: u32,
    /// Live tasks that are done.
    pub done: u32,
    /// Tasks of the archives, subtasks included.
    pub archived: u32,
    /// Notes.
    pub notes: u32,
}

/// A kind of record here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportRecordKind")
)]
pub enum RecordKind {
    /// A project.
    Project,
    /// A section of a project.
    Section,
    /// A label.
    Label,
    /// A task or subtask.
    Task,
}

/// What an import would do to the records of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportEffect")
)]
pub struct Effect {
    /// Not here yet.
    pub new: u32,
    /// Here, and changed in the source since the last import.
    pub changed: u32,
    /// Here, and the same.
    pub unchanged: u32,
    /// Of all these, those with a field that changed both in the source and here: what is here
    /// stays unless a person chooses otherwise.
    pub conflicts: u32,
    /// In the trash here, where they stay.
    pub trashed: u32,
}

/// What [`Report::records`] was compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportComparedWith")
)]
pub enum ComparedWith {
    /// Nothing: the file alone was read, so every record counts as new.
    Nothing,
    /// The state of the space that it would go to.
    Space,
}

/// Something that comes in under another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportReshaped")
)]
pub struct Reshaped {
    /// From what to what.
    pub shape: Shape,
    /// How many.
    pub count: u32,
}

/// From what to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportShape")
)]
pub enum Shape {
    /// The inbox project is no project: its tasks have none.
    InboxToNoProject,
    /// A note of a project stands in the project's notes.
    NoteToProjectNotes,
    /// A note without a project, or too long for the project's notes, is a task in "someday".
    NoteToTask,
    /// The tag Today is the day on which the task is due, and no label.
    TodayTagToDay,
    /// The tag for urgent is a mark on the task, and no label.
    UrgentTagToFlag,
    /// The tag for important is a mark on the task, and no label.
    ImportantTagToFlag,
    /// The tag of the board's "in progress" is the task's status, and no label.
    InProgressTagToStatus,
    /// An attached link stands in the task's notes.
    AttachmentToNotes,
    /// A link to another product's issue stands in the task's notes.
    IssueToNotes,
    /// An archived task that was not marked done is done.
    ArchivedToCompleted,
    /// A folder of projects is the projects' area.
    FolderToArea,
    /// A picture of a note is a link in its text.
    PictureToLink,
    /// Time spent on subtasks was taken off their parent, which held the sum.
    TimeOfSubtasksOffParent,
}

/// Something that has no place here yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportLeftOut")
)]
pub struct LeftOut {
    /// What.
    pub what: Homeless,
    /// How many.
    pub count: u32,
}

/// A kind of data that has no place here yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportHomeless")
)]
pub enum Homeless {
    /// Rules by which tasks repeat.
    Repeats,
    /// Reminders.
    Reminders,
    /// Attached files and pictures whose bytes stand in the backup.
    EmbeddedFiles,
    /// Days on which a project or tag was worked on, with start, end and breaks.
    WorkedDays,
    /// Counters (clicks, stopwatches, habits).
    Counters,
    /// Evaluations of days.
    Evaluations,
    /// Obstructions and improvements (releases before 14).
    Reflections,
    /// Sections of a tag or of Today.
    SectionsOfTags,
    /// Folders of tags.
    TagFolders,
    /// What plug-ins stored.
    PluginData,
    /// Models of a release that is not known here.
    UnknownModels,
}

/// Settings of the other product that stay behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportSetting")
)]
pub struct Setting {
    /// Which.
    pub what: SettingKind,
    /// How many.
    pub count: u32,
}

/// A kind of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportSettingKind")
)]
pub enum SettingKind {
    /// The product's own configuration.
    Configuration,
    /// Boards.
    Boards,
    /// Accounts at issue trackers; may hold passwords, never read.
    IssueProviders,
    /// Plug-ins.
    Plugins,
    /// Colours and icons of projects and tags.
    Appearance,
}

/// Something that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportNotUnderstood")
)]
pub struct NotUnderstood {
    /// Why.
    pub reason: Reason,
    /// Where, as a JSON pointer; of the first, where there are several alike.
    pub at: String,
    /// How many alike.
    pub count: u32,
}

/// Why something could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportReason")
)]
pub enum Reason {
    /// A text where a number belongs, and the like.
    WrongType,
    /// A model that every file of this product has is not there.
    Missing,
    /// A field that is not known.
    UnknownField,
    /// Not a day of the calendar.
    NotADay,
    /// Not a moment between 1970 and 9999.
    NotAMoment,
    /// A negative or impossibly long duration.
    NotADuration,
    /// The same id twice; the first (of an object's members: the last) was taken.
    DuplicateId,
    /// An id in a list without the thing itself.
    DanglingId,
    /// A parent that is not there; the task stands alone.
    DanglingParent,
    /// A project that is not there; the task has none.
    DanglingProject,
    /// A tag that is not there; the task has it not.
    DanglingTag,
    /// A task inside itself; it stands alone.
    ParentCycle,
    /// A text or list longer than a record holds (its beginning was taken, of days the latest), or an
    /// id longer than any that the product makes (left out).
    TooLong,
}

/// A decision that a person may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportWarning")
)]
pub struct Warning {
    /// What.
    pub what: Notice,
    /// How often.
    pub count: u32,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ImportNotice")
)]
pub enum Notice {
    /// The file is of a newer release than is known here; the outcome is [`Outcome::Part`].
    NewerVersion,
    /// The file names no version.
    NoVersion,
    /// Halves of characters were replaced by U+FFFD.
    DamagedCharacters,
    /// A task without a title got the first line of its notes, or a dash.
    Untitled,
    /// A done task without a date got the last day on which it was worked on, or none.
    DoneDateInferred,
    /// A task was planned for "today", and the file does not say which day that was.
    TodayUnknown,
    /// A thing that its model's list of ids forgets was taken all the same.
    NotInList,
    /// A parent that only the parent's own list names was taken.
    ParentFromList,
    /// A project was completed on a date; here it is completed without one.
    ProjectDateDropped,
    /// Seconds of time spent were rounded to minutes.
    RoundedToMinutes,
}

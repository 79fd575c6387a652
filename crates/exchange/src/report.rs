//! What a file holds, what of it comes in, and what does not.
//!
//! The JSON form is stable: members are only added, and [`Report::schema`] rises when one changes
//! its meaning. A place is a JSON pointer (RFC 6901) into the file, a line or a row and column of
//! it, or one of these in a file or table that it contains; a segment that could carry what a
//! person wrote stands as `*`. No report holds content.

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
    /// Which of the source's layouts, where it has several.
    pub layout: Option<Layout>,
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
    /// TickTick, <https://ticktick.com>.
    #[serde(rename = "ticktick")]
    TickTick,
    /// Todoist, <https://todoist.com>.
    Todoist,
    /// ClickUp, <https://clickup.com>.
    #[serde(rename = "clickup")]
    ClickUp,
    /// A todo.txt file, <https://github.com/todotxt/todo.txt>.
    TodoTxt,
    /// A file of Org mode, <https://orgmode.org>.
    OrgMode,
    /// Tasks of an iCalendar file (RFC 5545).
    #[serde(rename = "icalendar")]
    ICalendar,
    /// Vikunja, <https://vikunja.io>.
    Vikunja,
    /// Things 3, <https://culturedcode.com/things>.
    #[serde(rename = "things3")]
    Things3,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 9] = [
        Self::SuperProductivity,
        Self::TickTick,
        Self::Todoist,
        Self::ClickUp,
        Self::TodoTxt,
        Self::OrgMode,
        Self::ICalendar,
        Self::Vikunja,
        Self::Things3,
    ];

    /// Returns the name that enters the derivation of record ids; never changed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SuperProductivity => "super-productivity",
            Self::TickTick => "ticktick",
            Self::Todoist => "todoist",
            Self::ClickUp => "clickup",
            Self::TodoTxt => "todo-txt",
            Self::OrgMode => "org-mode",
            Self::ICalendar => "icalendar",
            Self::Vikunja => "vikunja",
            Self::Things3 => "things3",
        }
    }
}

/// How a file of Super Productivity is laid out.
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
    /// Tasks of the archives, subtasks included; not among the live ones.
    pub archived: u32,
    /// Notes.
    pub notes: u32,
    /// Live tasks that were given up.
    pub cancelled: u32,
    /// Areas or folders in which projects stand.
    pub areas: u32,
    /// Entries of checklists.
    pub checklist_items: u32,
    /// Comments on tasks.
    pub comments: u32,
    /// Rows, headings or entries of the file that are none of these: entries of a calendar,
    /// headings of an outline that are no task.
    pub others: u32,
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
    /// A priority of a scale with more or other steps is one of the four here.
    PriorityToFour,
    /// A comment stands in the task's notes.
    CommentToNotes,
    /// A context (`@home`) is a label.
    ContextToLabel,
    /// A heading that is no task is a project.
    HeadingToProject,
    /// A heading that is no task is a section of its project.
    HeadingToSection,
    /// A column of a board is a section of its project.
    ColumnToSection,
    /// A project inside a project stands beside it, with the names above it as its area.
    SubprojectToArea,
    /// The day from which a task may be begun is the day before which it is not shown.
    StartToDefer,
    /// A status of the source's own is one of the four here.
    StatusToFour,
    /// What has no field of its own stands in the task's notes by its name.
    DetailsToNotes,
    /// A date that a person wrote in words stands in the task's notes.
    DateInWordsToNotes,
    /// A person to whom a task was given stands in its notes.
    PersonToNotes,
    /// A list of ticked and open lines is the task's checklist.
    LinesToChecklist,
    /// A tag inside a tag is a label beside it.
    InnerTagToLabel,
    /// A tag of a project or an area is a label of what stands in it.
    InheritedTagToLabel,
    /// An area in which tasks stand by themselves is a project.
    AreaToProject,
    /// An entry of a checklist that was given up is ticked.
    CancelledEntryToTicked,
    /// A favourite is marked important.
    FavouriteToImportant,
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
    /// Appointments, birthdays and other entries of a calendar.
    CalendarEntries,
    /// Entries of a journal.
    JournalEntries,
    /// Links between tasks that are no family: blocked by, related to.
    Relations,
    /// Things in the other product's bin.
    Trashed,
    /// Earlier states of a task.
    History,
    /// Text in front of the first heading, tables and blocks that belong to no task.
    TextBetween,
    /// Where a task can be done: coordinates, rooms.
    Places,
    /// Areas in which nothing stands.
    EmptyAreas,
    /// Days for which a project is planned, or by which it must be done.
    ProjectDates,
    /// Tasks for the evening of their day.
    Evening,
    /// Persons who were asked to do a task.
    People,
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
    /// Saved filters and views.
    Views,
    /// Names of accounts: who wrote a row.
    Accounts,
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
    /// Where; of the first, where there are several alike.
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
    /// A row or line that is none of the format's; it was left out.
    NotARow,
    /// A date in words or in a form that is read differently from place to place.
    NotAPlainDate,
    /// A status, priority or kind that is not known.
    UnknownValue,
    /// A section that is not there; the task stands in none.
    DanglingSection,
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
    /// A time of a zone whose rules the file does not hold is a time on the wall.
    ZoneUnknown,
    /// Control characters were left out of texts.
    ControlCharacters,
    /// The end of a span of time was dropped; its beginning came in.
    EndDropped,
    /// Tasks of the same name at the same place are told apart by their order in the file alone.
    SameNames,
    /// The product may keep its newest changes in a file beside this one, which was not read.
    LogBeside,
}

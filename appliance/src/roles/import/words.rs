//! The report for a person at the terminal.

use std::io::{self, Write};

use lifeos_exchange::report::{
    Homeless, LISTED, Notice, Outcome, Reason, RecordKind, Report, SettingKind, Shape, Source,
};

/// Writes the whole report.
pub(crate) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let version = report
        .version
        .as_deref()
        .map(|version| format!(", version {version}"));
    let what = source(report.source);
    writeln!(out, "{what}{}", version.unwrap_or_default())?;
    found(report, out)?;
    writeln!(out, "\nWould come in:")?;
    for (kind, effect) in &report.records {
        line(out, effect.new, record(*kind))?;
    }
    if report.records.is_empty() {
        writeln!(out, "  nothing")?;
    }
    list(
        out,
        "Comes in under another shape",
        &report.reshaped,
        |it| (it.count, shape(it.shape)),
    )?;
    list(
        out,
        "Has no place here yet, and stays behind",
        &report.left_out,
        |it| (it.count, homeless(it.what)),
    )?;
    list(
        out,
        "Settings of the other product, not brought in",
        &report.settings,
        |it| (it.count, setting(it.what)),
    )?;
    list(out, "To know", &report.warnings, |it| {
        (it.count, notice(it.what))
    })?;
    not_understood(report, out)?;
    match report.outcome {
        Outcome::Whole => writeln!(out, "\nEverything was read."),
        Outcome::Part => writeln!(
            out,
            "\nRead in part: see what stays behind or was not understood."
        ),
    }
}

fn found(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let found = report.found;
    writeln!(out, "\nIn the file:")?;
    for (count, what) in [
        (found.areas, "areas or folders"),
        (found.projects, "projects"),
        (found.sections, "sections"),
        (found.tags, "tags"),
        (found.tasks, "tasks"),
        (found.subtasks, "of these subtasks"),
        (found.done, "of these done"),
        (found.cancelled, "of these given up"),
        (found.archived, "archived tasks"),
        (found.checklist_items, "entries of checklists"),
        (found.comments, "comments"),
        (found.notes, "notes"),
        (found.others, "others, which are no tasks"),
    ] {
        line(out, count, what)?;
    }
    Ok(())
}

fn not_understood(report: &Report, out: &mut impl Write) -> io::Result<()> {
    if report.not_understood.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nNot understood:")?;
    for one in &report.not_understood {
        let times = if one.count > 1 {
            format!(" ({} times)", one.count)
        } else {
            String::new()
        };
        writeln!(out, "  {}: {}{times}", one.at, reason(one.reason))?;
    }
    if report.not_understood.len() == LISTED {
        let total: u64 = report.not_understood_total.values().sum();
        writeln!(out, "  {total} in all; the first {LISTED} are listed")?;
    }
    Ok(())
}

fn list<T>(
    out: &mut impl Write,
    heading: &str,
    entries: &[T],
    entry: fn(&T) -> (u32, &'static str),
) -> io::Result<()> {
    if !entries.is_empty() {
        writeln!(out, "\n{heading}:")?;
    }
    for (count, what) in entries.iter().map(entry) {
        line(out, count, what)?;
    }
    Ok(())
}

fn line(out: &mut impl Write, count: u32, what: &str) -> io::Result<()> {
    if count > 0 {
        writeln!(out, "{count:>7}  {what}")
    } else {
        Ok(())
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::SuperProductivity => "Super Productivity backup",
        Source::TickTick => "TickTick backup",
        Source::Todoist => "Todoist project",
        Source::ClickUp => "ClickUp export",
        Source::TodoTxt => "todo.txt file",
        Source::OrgMode => "Org file",
        Source::ICalendar => "iCalendar file",
        Source::Vikunja => "Vikunja export",
        Source::Things3 => "Things 3 database",
    }
}

fn record(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Project => "projects",
        RecordKind::Section => "sections",
        RecordKind::Label => "labels",
        RecordKind::Task => "tasks",
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::InboxToNoProject => "inbox project: its tasks go to the inbox",
        Shape::NoteToProjectNotes => "notes: into the notes of their project",
        Shape::NoteToTask => "notes without room in a project: as tasks in someday",
        Shape::TodayTagToDay => "tag Today: as the day of its tasks",
        Shape::UrgentTagToFlag => "tag urgent: as a mark on its tasks",
        Shape::ImportantTagToFlag => "tag important: as a mark on its tasks",
        Shape::InProgressTagToStatus => "tag in-progress: as the status of its tasks",
        Shape::AttachmentToNotes => "attached links: into the notes of their task",
        Shape::IssueToNotes => "links to issues: into the notes of their task",
        Shape::ArchivedToCompleted => "archived tasks that were not ticked: as completed",
        Shape::FolderToArea => "projects in a folder: with the folder as their area",
        Shape::PictureToLink => "pictures of notes: as links",
        Shape::TimeOfSubtasksOffParent => "parents: without the time of their subtasks",
        Shape::PriorityToFour => "priorities of another scale: as one of the four here",
        Shape::CommentToNotes => "comments: into the notes of their task",
        Shape::ContextToLabel => "contexts: as labels",
        Shape::HeadingToProject => "headings that are no task: as projects",
        Shape::HeadingToSection => "headings that are no task: as sections",
        Shape::ColumnToSection => "columns of boards: as sections",
        Shape::SubprojectToArea => "projects inside projects: with the names above them as area",
        Shape::StartToDefer => "days from which a task may be begun: hidden until then",
        Shape::StatusToFour => "statuses of other names: as one of the four here",
        Shape::DetailsToNotes => "details without a field here: into the notes",
        Shape::DateInWordsToNotes => "dates in words: into the notes",
        Shape::PersonToNotes => "people to whom tasks were given: into the notes",
        Shape::LinesToChecklist => "lists of ticked and open lines: as checklists",
        Shape::InnerTagToLabel => "tags inside tags: as labels beside them",
        Shape::InheritedTagToLabel => "tags of projects and areas: as labels of what stands there",
        Shape::AreaToProject => "areas with tasks of their own: as projects",
        Shape::CancelledEntryToTicked => "entries of checklists that were given up: ticked",
        Shape::FavouriteToImportant => "favourites: marked important",
    }
}

fn homeless(what: Homeless) -> &'static str {
    match what {
        Homeless::Repeats => "rules by which tasks repeat",
        Homeless::Reminders => "reminders",
        Homeless::EmbeddedFiles => "files inside the backup",
        Homeless::WorkedDays => "days with hours of work, by project and tag",
        Homeless::Counters => "counters",
        Homeless::Evaluations => "evaluations of days",
        Homeless::Reflections => "obstructions and improvements",
        Homeless::SectionsOfTags => "sections of tags",
        Homeless::TagFolders => "folders of tags",
        Homeless::PluginData => "data of plug-ins",
        Homeless::UnknownModels => "kinds of data that are not known here",
        Homeless::CalendarEntries => "appointments and other entries of a calendar",
        Homeless::JournalEntries => "entries of a journal",
        Homeless::Relations => "links between tasks",
        Homeless::Trashed => "things in the bin",
        Homeless::History => "earlier states of tasks",
        Homeless::TextBetween => "texts that belong to no task",
        Homeless::Places => "places",
        Homeless::EmptyAreas => "empty areas",
        Homeless::ProjectDates => "dates of projects",
        Homeless::Evening => "marks for the evening",
        Homeless::People => "persons to whom tasks were given",
    }
}

fn setting(what: SettingKind) -> &'static str {
    match what {
        SettingKind::Configuration => "configuration",
        SettingKind::Boards => "boards",
        SettingKind::IssueProviders => "accounts at issue trackers",
        SettingKind::Plugins => "plug-ins",
        SettingKind::Appearance => "colours and icons",
        SettingKind::Views => "filters and views",
        SettingKind::Accounts => "names of accounts: who wrote a task or comment",
    }
}

fn notice(what: Notice) -> &'static str {
    match what {
        Notice::NewerVersion => "the file is of a newer release than is known here",
        Notice::NoVersion => "the file names no version",
        Notice::DamagedCharacters => "damaged characters were replaced",
        Notice::Untitled => "without a title: named by their first line, or a dash",
        Notice::DoneDateInferred => {
            "done tasks without a date: dated by their work, parent or last change, where one is known"
        }
        Notice::TodayUnknown => "tasks for today, and the file does not say which day that was",
        Notice::NotInList => "not in their list of ids, taken all the same",
        Notice::ParentFromList => "subtasks that only their parent's list names",
        Notice::ProjectDateDropped => "completed projects: without their date",
        Notice::RoundedToMinutes => "tasks whose time was rounded to minutes",
        Notice::ZoneUnknown => "times of a zone that the file does not describe: as on the wall",
        Notice::ControlCharacters => "texts without the control characters that stood there",
        Notice::EndDropped => "spans of time: their beginning alone",
        Notice::SameNames => "tasks of one name: told apart by their order alone",
        Notice::LogBeside => {
            "the newest changes may stand in a file beside this one (-wal), which was not read"
        }
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::WrongType => "of another type than expected",
        Reason::Missing => "missing",
        Reason::UnknownField => "not known here",
        Reason::NotADay => "not a day",
        Reason::NotAMoment => "not a moment between 1970 and 9999",
        Reason::NotADuration => "not a duration",
        Reason::DuplicateId => "the same id twice",
        Reason::DanglingId => "an id without its thing",
        Reason::DanglingParent => "a parent that is not there",
        Reason::DanglingProject => "a project that is not there",
        Reason::DanglingTag => "a tag that is not there",
        Reason::ParentCycle => "a task inside itself",
        Reason::TooLong => "longer than a record holds; its beginning was taken",
        Reason::NotARow => "not a row or line of this format; left out",
        Reason::NotAPlainDate => "not a date in digits, as 2026-11-22",
        Reason::UnknownValue => "a value that is not known here",
        Reason::DanglingSection => "a section that is not there",
    }
}

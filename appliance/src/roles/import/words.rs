//! The report for a person at the terminal.

use std::io::{self, Write};

use lifeos_exchange::report::{
    Homeless, LISTED, Notice, Outcome, Reason, RecordKind, Report, SettingKind, Shape,
};

/// Writes the whole report.
pub(crate) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let version = report
        .version
        .as_deref()
        .map(|version| format!(", version {version}"));
    writeln!(
        out,
        "Super Productivity backup{}",
        version.unwrap_or_default()
    )?;
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
        (found.projects, "projects"),
        (found.sections, "sections"),
        (found.tags, "tags"),
        (found.tasks, "tasks"),
        (found.subtasks, "of these subtasks"),
        (found.done, "of these done"),
        (found.archived, "archived tasks"),
        (found.notes, "notes"),
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
    }
}

fn setting(what: SettingKind) -> &'static str {
    match what {
        SettingKind::Configuration => "configuration",
        SettingKind::Boards => "boards",
        SettingKind::IssueProviders => "accounts at issue trackers",
        SettingKind::Plugins => "plug-ins",
        SettingKind::Appearance => "colours and icons",
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
    }
}

//! ClickUp: the tasks of a workspace or view, exported comma-separated.
//!
//! | there | here |
//! | --- | --- |
//! | list; space and folder | project; its area |
//! | `Parent ID` | subtask |
//! | status | one of the four; a name that is not among the usual is a line of the notes |
//! | urgent, high, normal, low | high and urgent, high, medium, low |
//! | due | due; at 4:00 of the person's zone, where ClickUp puts a date without a time, the day |
//! | start | defer |
//! | `Time Estimated`, `Time Spent` | estimate; time on the day of closing, or of making |
//! | tags, assignees | labels; a line of the notes |
//! | checklists, comments, attachments as JSON | checklist, notes, links |
//! | custom fields | lines of the notes |
//!
//! Moments are ms since 1970; the columns that end in `Text` say the same in words and are not
//! read, nor is what is the sum of subtasks.
//!
//! Sources: ClickUp's help ("Export task data"), and the headings as several importers of public
//! projects quote them (they differ in case and in `Folder Name` or `Folder Name/Path`). What
//! stands in `Checklists`, `Comments` and `Attachments` is documented nowhere: lists and objects
//! with the names that ClickUp's interface uses are read, anything else is a line of the notes.

mod extras;

use std::collections::BTreeMap;

use lifeos_kernel::When;

use crate::collect::{self, Collection, Path};
use crate::csv::{Headings, Row, Table};
use crate::dates::{self, Digits};
use crate::findings::About;
use crate::options::MINUTE_MS;
use crate::place::{Place, Spot};
use crate::record::{Import, Project, ProjectStatus, Task, TaskList, TaskPriority, TaskStatus};
use crate::report::{Reason, Shape, Source};
use crate::{Options, Refused, words};

use extras::Extras;

const KNOWN: &[&str] = &[
    "task id",
    "task link",
    "task url",
    "task type",
    "task custom id",
    "task name",
    "task content",
    "status",
    "date created",
    "date created text",
    "date updated",
    "date updated text",
    "date closed",
    "date closed text",
    "date done",
    "date done text",
    "due date",
    "due date text",
    "start date",
    "start date text",
    "parent id",
    "subtask ids",
    "attachments",
    "assignees",
    "tags",
    "priority",
    "list name",
    "folder name",
    "folder name/path",
    "space name",
    "time estimated",
    "time estimated text",
    "checklists",
    "comments",
    "assigned comments",
    "time spent",
    "time spent text",
    "rolled up time",
    "rolled up time text",
];
const LONGEST_MINUTES: i64 = 366 * 24 * 60;
/// Where ClickUp puts a date without a time, in minutes of the day.
const DATE_ALONE_MINUTES: i64 = 4 * 60;

/// Says whether these are the headings of an export.
pub(crate) fn is_export(headings: &Headings) -> bool {
    headings.has("task name") && headings.has("status") && headings.has("list name")
}

/// Reads an export.
pub(crate) fn read(mut table: Table<'_>, options: &Options<'_>) -> Result<Import, Refused> {
    let mut collection = Collection::new(options);
    while let Some(row) = table.next(&mut collection.findings)? {
        read_row(&table, &row, &mut collection)?;
    }
    let about = About {
        source: Source::ClickUp,
        layout: None,
        version: None,
        written_at_ms: None,
    };
    Ok(collection.finish(about))
}

fn read_row(
    table: &Table<'_>,
    row: &Row<'_>,
    collection: &mut Collection<'_>,
) -> Result<(), Refused> {
    let spot = Spot::Row(row.number);
    let here = Place::at(spot);
    let cell = |name: &str| match table.cell(row, name) {
        "null" | "[]" | "{}" => "",
        text => text,
    };
    let mut extras = Extras::default();
    let project = home(
        cell("space name"),
        folder(table, row),
        cell("list name"),
        collection,
    )?;
    let closed_ms = moment(table, row, "date closed", collection)
        .or_else(|| moment(table, row, "date done", collection));
    let created_ms = moment(table, row, "date created", collection);
    let start_ms = moment(table, row, "start date", collection);
    let due_ms = moment(table, row, "due date", collection);
    collection
        .findings
        .reshaped_times(Shape::StartToDefer, usize::from(start_ms.is_some()));
    let (status, is_waiting) = status(cell("status"), closed_ms, &mut extras);
    let people = bracketed(cell("assignees")).collect::<Vec<_>>().join(", ");
    if !people.is_empty() {
        extras.lines.push(format!("Assignees: {people}"));
        collection.findings.reshaped(Shape::PersonToNotes);
    }
    let kind = cell("task type");
    if !kind.is_empty() && !kind.eq_ignore_ascii_case("task") {
        extras.lines.push(format!("Type: {kind}"));
    }
    for (name, value) in [("Id", cell("task custom id"))] {
        if !value.is_empty() {
            extras.lines.push(format!("{name}: {value}"));
        }
    }
    for (name, value) in table
        .others(row, KNOWN)
        .filter(|(name, _)| !name.is_empty())
    {
        extras.lines.push(format!("{name}: {value}"));
    }
    collection.findings.reshaped_times(
        Shape::DetailsToNotes,
        extras.lines.len() - usize::from(!people.is_empty()),
    );
    extras.json_cells(&cell, collection);

    let notes = words::join(cell("task content"), &extras.lines.join("\n"), "\n\n");
    let notes = words::join(&notes, &extras.comments, "\n\n");
    let at = here.column(table.column("task content"));
    let (title, notes) = collection.texts(cell("task name"), &notes, &at);
    let entries = extras
        .entries
        .iter()
        .map(|(text, done)| (text.as_str(), *done));
    let checklist = collection.checklist(entries, &here.column(table.column("checklists")));
    let labels =
        collection.labels_named(bracketed(cell("tags")), &here.column(table.column("tags")))?;
    let (priority, urgent) = match cell("priority").to_lowercase().as_str() {
        "" | "none" | "0" => (TaskPriority::None, false),
        "urgent" | "1" => {
            collection.findings.reshaped(Shape::PriorityToFour);
            (TaskPriority::High, true)
        }
        "high" | "2" => (TaskPriority::High, false),
        "normal" | "3" => (TaskPriority::Medium, false),
        "low" | "4" => (TaskPriority::Low, false),
        _ => {
            let at = here.column(table.column("priority"));
            collection
                .findings
                .not_understood(Reason::UnknownValue, &at);
            (TaskPriority::None, false)
        }
    };
    let estimate = minutes(table, row, "time estimated", collection);
    let mut spent_minutes = BTreeMap::new();
    if let Some(spent) = minutes(table, row, "time spent", collection)
        && let Some(at_ms) = closed_ms.or(created_ms)
    {
        spent_minutes.insert(collection.local.day(at_ms), spent);
    }
    let external_id = collect::by_id("task", cell("task id"));
    let names = [
        cell("space name"),
        folder(table, row),
        cell("list name"),
        title.as_str(),
    ];
    let external_id = external_id.unwrap_or_else(|| collection.in_order("task", Path::of(&names)));
    let parent = cell("parent id");
    let task = Task {
        notes,
        status,
        list: match &project {
            _ if is_waiting => TaskList::Waiting,
            Some(_) => TaskList::Next,
            None => TaskList::Inbox,
        },
        priority,
        urgent,
        defer: start_ms.map(|at_ms| day_or_moment(at_ms, collection)),
        due: due_ms.map(|at_ms| day_or_moment(at_ms, collection)),
        estimate_minutes: estimate,
        spent_minutes,
        checklist,
        labels,
        project,
        parent: (!parent.is_empty()).then(|| format!("task:{parent}")),
        ..Task::titled(title)
    };
    collection.task(spot, external_id, created_ms, task)
}

fn folder<'r, 't>(table: &Table<'t>, row: &'r Row<'t>) -> &'r str {
    let names = ["folder name/path", "folder name"];
    let found = names.map(|name| table.cell(row, name));
    let found = found.into_iter().find(|folder| !folder.is_empty());
    // A list without a folder stands in one of the name "hidden".
    found
        .filter(|folder| *folder != "hidden")
        .unwrap_or_default()
}

fn home(
    space: &str,
    folder: &str,
    list: &str,
    collection: &mut Collection<'_>,
) -> Result<Option<String>, Refused> {
    if list.is_empty() {
        return Ok(None);
    }
    let external_id = collect::named("project", &[space, folder, list]);
    let area = words::short(&words::one_line(&words::join(space, folder, " / ")));
    let area = (!area.is_empty()).then_some(area);
    let project = collection.project(external_id, None, |findings| {
        if area.is_some() {
            findings.reshaped(Shape::FolderToArea);
        }
        Project {
            title: words::title(Some(list), "", findings),
            notes: String::new(),
            area,
            status: ProjectStatus::Active,
        }
    })?;
    Ok(Some(project))
}

/// Returns what a status means, and whether somebody else has to move first.
fn status(name: &str, closed_ms: Option<i64>, extras: &mut Extras) -> (TaskStatus, bool) {
    let status = match name.to_lowercase().as_str() {
        "" | "to do" | "todo" | "open" | "backlog" | "new" => TaskStatus::Pending,
        "in progress" | "doing" | "started" => TaskStatus::InProgress,
        "complete" | "completed" | "closed" | "done" => TaskStatus::Completed { at_ms: closed_ms },
        "cancelled" | "canceled" | "won't do" => TaskStatus::Cancelled { at_ms: closed_ms },
        "blocked" | "waiting" | "on hold" => return (TaskStatus::Pending, true),
        _ => {
            extras.lines.push(format!("Status: {name}"));
            match closed_ms {
                Some(_) => TaskStatus::Completed { at_ms: closed_ms },
                None => TaskStatus::Pending,
            }
        }
    };
    (status, false)
}

fn moment(
    table: &Table<'_>,
    row: &Row<'_>,
    name: &str,
    collection: &mut Collection<'_>,
) -> Option<i64> {
    let text = table.cell(row, name);
    if matches!(text, "" | "null" | "0") {
        return None;
    }
    let at_ms = text.parse().ok().and_then(dates::moment);
    let at_ms = at_ms.or_else(|| {
        let digits: Digits = dates::digits(text)?;
        dates::moment(digits.at_ms(&collection.local))
    });
    if at_ms.is_none() {
        let here = Place::at(Spot::Row(row.number));
        let at = here.column(table.column(name));
        collection
            .findings
            .not_understood(Reason::NotAPlainDate, &at);
    }
    at_ms
}

fn day_or_moment(at_ms: i64, collection: &Collection<'_>) -> When {
    let local = &collection.local;
    let day = local.day(at_ms);
    let is_date_alone = at_ms == local.utc_ms(day.epoch_ms() + DATE_ALONE_MINUTES * MINUTE_MS);
    if is_date_alone {
        When::Day(day)
    } else {
        local.moment(at_ms)
    }
}

fn minutes(
    table: &Table<'_>,
    row: &Row<'_>,
    name: &str,
    collection: &mut Collection<'_>,
) -> Option<u32> {
    let text = table.cell(row, name);
    if matches!(text, "" | "null" | "0") {
        return None;
    }
    let whole = text
        .parse::<i64>()
        .ok()
        .map(|ms| ms.saturating_add(MINUTE_MS - 1) / MINUTE_MS);
    let minutes = whole.filter(|minutes| (1..=LONGEST_MINUTES).contains(minutes));
    if minutes.is_none() {
        let here = Place::at(Spot::Row(row.number));
        let at = here.column(table.column(name));
        collection
            .findings
            .not_understood(Reason::NotADuration, &at);
    }
    minutes.and_then(|minutes| u32::try_from(minutes).ok())
}

/// Returns the parts of `[a,b]` or `a, b`.
fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let parts = inner.unwrap_or(text).split(',');
    parts.map(str::trim).filter(|part| !part.is_empty())
}

//! iCalendar (RFC 5545): a file for each project and one for what has none, because a calendar is a
//! list in the programs that read it. Tasks are `VTODO`.
//!
//! | here | there |
//! | --- | --- |
//! | project | the calendar's name (`NAME`, RFC 7986; `X-WR-CALNAME`) |
//! | title, notes, labels | `SUMMARY`, `DESCRIPTION`, `CATEGORIES` |
//! | id, parent in the same calendar | `UID`, `RELATED-TO` |
//! | status, since when | `STATUS`, `COMPLETED` |
//! | high, medium, low | `PRIORITY` 1, 5, 9 |
//! | due; defer where it is of the same kind and earlier | `DUE`, `DTSTART` |
//! | everything else | `X-LIFEOS-…`, which other programs pass over |
//!
//! A day is a date, a time on the wall is a floating time, a moment is one in universal time: a zone
//! by its name would need its rules beside it (`VTIMEZONE`), and they are known at the edge only. The
//! name stands in `X-LIFEOS-ZONE`.

use std::collections::HashMap;
use std::fmt::Write as _;

use lifeos_kernel::{Day, RecordId, When};
use lifeos_tasks::{List, Priority, Status};

use super::fault::What;
use super::item::{Items, Names, TaskItem};
use super::moment::Moment;
use super::plain;
use crate::options::MINUTE_MS;
use crate::record::{Import, Task, TaskPriority, TaskStatus, Values};
use crate::{LocalTime, Options, ical};

/// Bytes of a line without its end (§3.1).
const LINE_BYTES: usize = 75;

/// A project, or none, with the places of its tasks.
pub(super) type Calendar = (Option<RecordId>, Vec<usize>);

/// Returns the calendars: what has no project, then each project with tasks.
pub(super) fn calendars(items: &Items) -> Vec<Calendar> {
    let mut calendars: Vec<Calendar> = vec![(None, Vec::new())];
    calendars.extend(
        items
            .projects
            .iter()
            .map(|project| (Some(project.id), Vec::new())),
    );
    let places: HashMap<Option<RecordId>, usize> = calendars
        .iter()
        .enumerate()
        .map(|(place, (id, _))| (*id, place))
        .collect();
    for (task, item) in items.tasks.iter().enumerate() {
        let place = places.get(&item.project).copied().unwrap_or(0);
        calendars[place].1.push(task);
    }
    calendars.retain(|(_, tasks)| !tasks.is_empty());
    calendars
}

/// Writes one calendar.
pub(super) fn written(
    items: &Items,
    (project, tasks): &Calendar,
    made_at: Moment,
    product: &str,
) -> String {
    let names = items.names();
    let mut out = String::new();
    line(&mut out, "BEGIN", "VCALENDAR");
    line(&mut out, "VERSION", "2.0");
    line(
        &mut out,
        "PRODID",
        &format!("-//LifeOS//{}//EN", escaped(product)),
    );
    if let Some(name) = names.project(*project) {
        let name = escaped(&plain::title(name));
        line(&mut out, "NAME", &name);
        line(&mut out, "X-WR-CALNAME", &name);
    }
    let inside: HashMap<RecordId, &TaskItem> = tasks
        .iter()
        .map(|at| (items.tasks[*at].id, &items.tasks[*at]))
        .collect();
    for at in tasks {
        let task = &items.tasks[*at];
        let parent = task.parent.filter(|parent| inside.contains_key(parent));
        todo(&mut out, task, parent, &names, made_at);
    }
    line(&mut out, "END", "VCALENDAR");
    out
}

fn todo(
    out: &mut String,
    task: &TaskItem,
    parent: Option<RecordId>,
    names: &Names<'_>,
    made_at: Moment,
) {
    line(out, "BEGIN", "VTODO");
    line(out, "UID", &task.id.to_string());
    line(out, "DTSTAMP", &utc(made_at.at_ms));
    line(out, "CREATED", &utc(task.created.at_ms));
    line(out, "SUMMARY", &escaped(&plain::title(&task.title)));
    let notes = plain::text(&task.notes);
    if !notes.trim().is_empty() {
        line(out, "DESCRIPTION", &escaped(&notes));
    }
    let status = match task.status {
        Status::Pending => "NEEDS-ACTION",
        Status::InProgress => "IN-PROCESS",
        Status::Completed => "COMPLETED",
        Status::Cancelled => "CANCELLED",
    };
    line(out, "STATUS", status);
    if let (Status::Completed | Status::Cancelled, Some(at)) = (task.status, task.status_at) {
        line(out, "COMPLETED", &utc(at.at_ms));
    }
    match task.priority {
        Priority::None => {}
        Priority::Low => line(out, "PRIORITY", "9"),
        Priority::Medium => line(out, "PRIORITY", "5"),
        Priority::High => line(out, "PRIORITY", "1"),
    }
    let start = start(task);
    when(out, "DTSTART", start);
    when(out, "DUE", task.due.as_ref());
    let labels: Vec<String> = categories(task, names)
        .iter()
        .map(|name| escaped(name))
        .collect();
    if !labels.is_empty() {
        line(out, "CATEGORIES", &labels.join(","));
    }
    if let Some(parent) = parent {
        line(out, "RELATED-TO;RELTYPE=PARENT", &parent.to_string());
    }
    own(out, task, names, start.is_none());
    line(out, "END", "VTODO");
}

/// What no other program has a place for.
fn own(out: &mut String, task: &TaskItem, names: &Names<'_>, with_defer: bool) {
    when(
        out,
        "X-LIFEOS-DEFER",
        task.defer.as_ref().filter(|_| with_defer),
    );
    when(out, "X-LIFEOS-DEADLINE", task.deadline.as_ref());
    when(out, "X-LIFEOS-SCHEDULED", task.scheduled.as_ref());
    let minutes = [
        ("X-LIFEOS-SCHEDULED-MINUTES", task.scheduled_minutes),
        ("X-LIFEOS-ESTIMATE-MINUTES", task.estimate_minutes),
    ];
    for (name, minutes) in minutes {
        if let Some(minutes) = minutes {
            line(out, name, &minutes.to_string());
        }
    }
    let list = match task.list {
        List::Inbox => "INBOX",
        List::Next => "NEXT",
        List::Waiting => "WAITING",
        List::Someday => "SOMEDAY",
    };
    line(out, "X-LIFEOS-LIST", list);
    if task.urgent {
        line(out, "X-LIFEOS-URGENT", "TRUE");
    }
    if task.important {
        line(out, "X-LIFEOS-IMPORTANT", "TRUE");
    }
    if let Some(section) = names.section(task.section) {
        line(out, "X-LIFEOS-SECTION", &escaped(&plain::title(section)));
    }
    for (text, done) in &task.checklist {
        let mark = if *done { "X" } else { " " };
        line(
            out,
            "X-LIFEOS-CHECK",
            &format!("[{mark}] {}", escaped(&plain::title(text))),
        );
    }
    for (day, minutes) in &task.spent {
        line(
            out,
            "X-LIFEOS-SPENT",
            &format!("{}:{minutes}", digits(*day)),
        );
    }
}

/// The beginning that RFC 5545 allows beside the due time: of its kind, and earlier (§3.8.2.3).
fn start(task: &TaskItem) -> Option<&When> {
    let defer = task.defer.as_ref()?;
    let is_earlier = match (defer, task.due.as_ref()) {
        (_, None) => true,
        (When::Day(start), Some(When::Day(due))) => start < due,
        (
            When::Floating { day, minute },
            Some(When::Floating {
                day: due,
                minute: at,
            }),
        ) => (day, minute) < (due, at),
        (When::Zoned { at_ms, .. }, Some(When::Zoned { at_ms: due, .. })) => {
            at_ms.div_euclid(1_000) < due.div_euclid(1_000)
        }
        _ => false,
    };
    is_earlier.then_some(defer)
}

fn categories(task: &TaskItem, names: &Names<'_>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for name in names.labels(&task.labels) {
        let name = plain::title(name);
        if !labels.contains(&name) && labels.len() < crate::record::LABELS {
            labels.push(name);
        }
    }
    labels
}

fn when(out: &mut String, name: &str, at: Option<&When>) {
    match at {
        None => {}
        Some(When::Day(day)) => line(out, &format!("{name};VALUE=DATE"), &digits(*day)),
        Some(When::Floating { day, minute }) => {
            let minutes = minute.minutes();
            let clock = format!("{}T{:02}{:02}00", digits(*day), minutes / 60, minutes % 60);
            line(out, name, &clock);
        }
        Some(When::Zoned { at_ms, zone, .. }) => {
            line(
                out,
                &format!("{name};X-LIFEOS-ZONE=\"{}\"", zone.as_str()),
                &utc(*at_ms),
            );
        }
    }
}

fn digits(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}{month:02}{day:02}")
}

fn utc(at_ms: i64) -> String {
    let day = Day::from_epoch_ms(at_ms);
    let seconds = (at_ms - day.epoch_ms()) / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{}T{hours:02}{minutes:02}{:02}Z", digits(day), seconds % 60)
}

/// Escapes a text (§3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// Writes a content line, folded (§3.1): never inside a character.
fn line(out: &mut String, name: &str, value: &str) {
    let mut whole = String::with_capacity(name.len() + value.len() + 1);
    // Writing to a string does not fail.
    let _ = write!(whole, "{name}:{value}");
    let (mut rest, mut room) = (whole.as_str(), LINE_BYTES);
    loop {
        let (first, more) = rest.split_at(rest.floor_char_boundary(room));
        out.push_str(first);
        out.push_str("\r\n");
        if more.is_empty() {
            return;
        }
        out.push(' ');
        (rest, room) = (more, LINE_BYTES - 1);
    }
}

/// What of a task stands in its component.
#[derive(Debug, PartialEq, Eq)]
struct Todo {
    title: String,
    notes: String,
    status: Status,
    /// In seconds; none before 1970, which the reader does not tell.
    closed_s: Option<i64>,
    created_s: Option<i64>,
    priority: Priority,
    start: Option<Told>,
    due: Option<Told>,
    labels: Vec<String>,
    parent: Option<String>,
}

/// A time as far as this format tells it.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Day(Day),
    WallMinutes(i64),
    Seconds(i64),
}

impl Told {
    fn of(when: &When) -> Self {
        match when {
            When::Day(day) => Self::Day(*day),
            When::Floating { day, minute } => {
                Self::WallMinutes(day.epoch_ms() / MINUTE_MS + i64::from(minute.minutes()))
            }
            When::Zoned { at_ms, .. } => Self::Seconds(at_ms.div_euclid(1_000)),
        }
    }
}

impl Todo {
    fn of(task: &TaskItem, parent: Option<RecordId>, names: &Names<'_>) -> Self {
        let seconds = |at: Moment| Some(at.at_ms.div_euclid(1_000)).filter(|at| *at >= 0);
        let is_closed = matches!(task.status, Status::Completed | Status::Cancelled);
        let mut labels = categories(task, names);
        labels.sort();
        Self {
            title: plain::title(&task.title),
            notes: plain::text(&task.notes).trim().to_owned(),
            status: task.status,
            closed_s: task.status_at.filter(|_| is_closed).and_then(seconds),
            created_s: seconds(task.created),
            priority: task.priority,
            start: start(task).map(Told::of),
            due: task.due.as_ref().map(Told::of),
            labels,
            parent: parent.map(|parent| parent.to_string()),
        }
    }

    fn back(task: &Task, created_ms: Option<i64>, titles: &HashMap<&str, &str>) -> Self {
        let seconds = |at_ms: i64| at_ms.div_euclid(1_000);
        let (status, closed_ms) = match task.status {
            TaskStatus::Pending => (Status::Pending, None),
            TaskStatus::InProgress => (Status::InProgress, None),
            TaskStatus::Completed { at_ms } => (Status::Completed, at_ms),
            TaskStatus::Cancelled { at_ms } => (Status::Cancelled, at_ms),
        };
        let title = |id: &String| titles.get(id.as_str()).map(|title| (*title).to_owned());
        let mut labels: Vec<String> = task.labels.iter().filter_map(title).collect();
        labels.sort();
        Self {
            title: task.title.clone(),
            notes: task.notes.trim().to_owned(),
            status,
            closed_s: closed_ms.map(seconds),
            created_s: created_ms.map(seconds),
            priority: match task.priority {
                TaskPriority::None => Priority::None,
                TaskPriority::Low => Priority::Low,
                TaskPriority::Medium => Priority::Medium,
                TaskPriority::High => Priority::High,
            },
            start: task.defer.as_ref().map(Told::of),
            due: task.due.as_ref().map(Told::of),
            labels,
            parent: task
                .parent
                .as_deref()
                .map(|id| id.trim_start_matches("task:").to_owned()),
        }
    }
}

/// Reads a calendar back. Returns how many tasks it holds.
pub(super) fn check(text: &str, items: Option<(&Items, &Calendar)>) -> Result<u64, (u64, What)> {
    let options = Options {
        limits: super::verify::LIMITS,
        local: LocalTime::UTC,
    };
    let import = ical::read(text, &options).map_err(|_| (1, What::Form))?;
    let titles = titles(&import);
    let mut todos: HashMap<&str, Todo> = HashMap::new();
    let mut project = None;
    for record in &import.records {
        match &record.values {
            Values::Task(task) => {
                let todo = Todo::back(task, record.created_ms, &titles);
                todos.insert(record.external_id.as_str(), todo);
            }
            Values::Project(found) => project = Some(found.title.clone()),
            Values::Section(_) | Values::Label(_) => {}
        }
    }
    let count = todos.len() as u64;
    let Some((items, (id, tasks))) = items else {
        return Ok(count);
    };
    let names = items.names();
    if project != names.project(*id).map(plain::title) {
        return Err((1, What::Differs));
    }
    let inside: std::collections::HashSet<RecordId> =
        tasks.iter().map(|at| items.tasks[*at].id).collect();
    for (number, at) in (1..).zip(tasks) {
        let task = &items.tasks[*at];
        let back = todos.remove(format!("task:{}", task.id).as_str());
        let back = back.ok_or((number, What::Missing))?;
        let parent = task.parent.filter(|parent| inside.contains(parent));
        if back != Todo::of(task, parent, &names) {
            return Err((number, What::Differs));
        }
    }
    if todos.is_empty() {
        Ok(count)
    } else {
        Err((tasks.len() as u64 + 1, What::TooMany))
    }
}

fn titles(import: &Import) -> HashMap<&str, &str> {
    let titled = import
        .records
        .iter()
        .filter_map(|record| match &record.values {
            Values::Label(label) => Some((record.external_id.as_str(), label.title.as_str())),
            _ => None,
        });
    titled.collect()
}

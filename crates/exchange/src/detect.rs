//! Which format a file is in. Its contents decide; the ending of its name only settles what they
//! leave open.

use crate::csv::Table;
use crate::{Limits, Refused, clickup, ical, org, super_productivity, ticktick, todo_txt, todoist};

/// A file that holds others, or tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Zip,
    Sqlite,
}

/// A text whose reader is known.
pub(crate) enum TextFormat<'t> {
    Json,
    TickTick(Table<'t>),
    Todoist(Table<'t>),
    ClickUp(Table<'t>),
    TodoTxt,
    Org,
    ICalendar,
}

/// Returns the container that the bytes begin like.
pub(crate) fn container(bytes: &[u8]) -> Option<Container> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(Container::Zip);
    }
    bytes
        .starts_with(b"SQLite format 3\0")
        .then_some(Container::Sqlite)
}

/// Returns the format of a text.
pub(crate) fn text_format<'t>(
    text: &'t str,
    name: Option<&str>,
    limits: &Limits,
) -> Result<TextFormat<'t>, Refused> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Refused::Empty);
    }
    if super_productivity::is_sync_file(start) {
        return Err(Refused::SyncFile);
    }
    if start.starts_with('{') || ends_with(name, "json") {
        return Ok(TextFormat::Json);
    }
    // No text that a person reads holds a zero: it is UTF-16 without its mark, or no text.
    if let Some(offset_bytes) = text.find('\0') {
        return Err(Refused::NotText { offset_bytes });
    }
    if ical::is_calendar(text) {
        return Ok(TextFormat::ICalendar);
    }
    if let Some(table) = Table::open(text, limits, ticktick::is_backup) {
        return Ok(TextFormat::TickTick(table));
    }
    if let Some(table) = Table::open(text, limits, todoist::is_export) {
        return Ok(TextFormat::Todoist(table));
    }
    if let Some(table) = Table::open(text, limits, clickup::is_export) {
        return Ok(TextFormat::ClickUp(table));
    }
    if ends_with(name, "org") || org::looks_like_it(text) {
        return Ok(TextFormat::Org);
    }
    if start.starts_with('[') && !ends_with(name, "txt") {
        return Ok(TextFormat::Json);
    }
    if is_named(name, &["todo.txt", "done.txt"]) {
        return Ok(TextFormat::TodoTxt);
    }
    let share = if ends_with(name, "txt") { 4 } else { 2 };
    if todo_txt::looks_like_it(text, share) {
        return Ok(TextFormat::TodoTxt);
    }
    Err(Refused::UnknownFormat)
}

fn ends_with(name: Option<&str>, ending: &str) -> bool {
    let found = name.and_then(|name| name.rsplit_once('.'));
    found.is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending))
}

fn is_named(name: Option<&str>, names: &[&str]) -> bool {
    name.is_some_and(|name| names.iter().any(|other| name.eq_ignore_ascii_case(other)))
}

//! iCalendar (RFC 5545): the tasks (`VTODO`) of a file.
//!
//! | there | here |
//! | --- | --- |
//! | calendar with a name (`X-WR-CALNAME`, `NAME`) | project |
//! | `SUMMARY`, `DESCRIPTION` | title, notes |
//! | `DUE`, or `DTSTART` and `DURATION` | due |
//! | `DTSTART` | defer |
//! | `STATUS`, `PERCENT-COMPLETE`, `COMPLETED` | status, and when |
//! | `PRIORITY` 1 to 4, 5, 6 to 9 | high, medium, low (§3.8.1.9) |
//! | `CATEGORIES` | labels |
//! | `RELATED-TO` a parent or child | subtask |
//! | `URL`, `ATTACH`, `LOCATION`, `ATTENDEE`, `COMMENT` | lines of the notes |
//! | `RRULE`, `RDATE`, changed instances, `VALARM`, other relations | counted, left out |
//! | `VEVENT`, `VJOURNAL` | counted, left out |
//!
//! A time is a moment in universal time, one in a zone that the file describes (`VTIMEZONE`) or
//! that is the person's own, or a time on the wall; a zone that is neither leaves its time on the
//! wall, and the report says so.
//!
//! Sources: RFC 5545 (content lines §3.1, components §3.6, properties §3.8), RFC 7986 (`NAME`),
//! `X-WR-CALNAME` as calendars write it.

mod duration;
mod line;
mod todo;
mod tree;
mod zone;

use std::collections::BTreeMap;

use crate::collect::{self, Collection};
use crate::findings::About;
use crate::place::{Place, Spot};
use crate::record::{Project, ProjectStatus};
use crate::report::{Homeless, Reason, Source};
use crate::{Import, Options, Refused, words};

use todo::Todos;
use tree::Component;
use zone::Zones;

/// Says whether a text begins as a calendar.
pub(crate) fn is_calendar(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty());
    first.is_some_and(|line| line.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
}

/// Reads a file, which may hold several calendars.
pub(crate) fn read(text: &str, options: &Options<'_>) -> Result<Import, Refused> {
    let mut collection = Collection::new(options);
    let calendars = tree::read(text, &options.limits, &mut collection.findings)?;
    let mut todos = Todos::default();
    for calendar in &calendars {
        if calendar.name == "VCALENDAR" {
            read_calendar(calendar, &mut todos, &mut collection)?;
        } else {
            let here = Place::at(Spot::Line(calendar.line));
            collection.findings.not_understood(Reason::NotARow, &here);
        }
    }
    todos.settle(&mut collection)?;
    let about = About {
        source: Source::ICalendar,
        layout: None,
        version: None,
        written_at_ms: None,
    };
    Ok(collection.finish(about))
}

fn read_calendar<'t>(
    calendar: &Component<'t>,
    todos: &mut Todos,
    collection: &mut Collection<'_>,
) -> Result<(), Refused> {
    let zones = Zones::of(calendar);
    let named = calendar
        .text("X-WR-CALNAME")
        .or_else(|| calendar.text("NAME"));
    let has_todos = calendar.inner.iter().any(|inner| inner.name == "VTODO");
    let name = named.filter(|name| has_todos && !name.trim().is_empty());
    let project = match name {
        None => None,
        Some(name) => {
            let external_id = collect::named("project", &[&name]);
            let description = calendar.text("X-WR-CALDESC").unwrap_or_default();
            let here = Place::at(Spot::Line(calendar.line));
            let (_, notes) = collection.texts(&name, &description, &here);
            Some(collection.project(external_id, None, |findings| Project {
                title: words::title(Some(&name), "", findings),
                notes,
                area: None,
                status: ProjectStatus::Active,
            })?)
        }
    };
    let mut others: BTreeMap<Homeless, usize> = BTreeMap::new();
    for inner in &calendar.inner {
        match inner.name.as_str() {
            "VTODO" => todos.read(inner, &zones, project.as_deref(), collection)?,
            "VTIMEZONE" => {}
            "VJOURNAL" => *others.entry(Homeless::JournalEntries).or_default() += 1,
            _ => *others.entry(Homeless::CalendarEntries).or_default() += 1,
        }
    }
    for (what, count) in others {
        collection.found.others += u32::try_from(count).unwrap_or(u32::MAX);
        collection.findings.left_out(what, count);
    }
    Ok(())
}

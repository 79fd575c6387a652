//! A task of a calendar.

use std::collections::{HashMap, HashSet};

use lifeos_kernel::When;

use crate::collect::{self, Collection, Path};
use crate::dates;
use crate::options::MINUTE_MS;
use crate::place::{Place, Spot};
use crate::record::{Task, TaskList, TaskPriority, TaskStatus};
use crate::report::{Homeless, Notice, Reason, SettingKind, Shape};
use crate::{Refused, words};

use super::duration;
use super::line::Line;
use super::tree::Component;
use super::zone::{self, Zones};

/// What other calendars keep beside a task, and what says nothing about it.
const PASSED_OVER: &[&str] = &[
    "UID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "SEQUENCE",
    "CLASS",
    "TRANSP",
    "EXDATE",
    "ORGANIZER",
    "COMPLETED",
    "PERCENT-COMPLETE",
    "STATUS",
    "SUMMARY",
    "DESCRIPTION",
    "DTSTART",
    "DUE",
    "DURATION",
    "CREATED",
    "REQUEST-STATUS",
];

/// The tasks of all calendars of a file, until their families are known.
#[derive(Default)]
pub(super) struct Todos {
    drafts: Vec<Draft>,
    /// Parents that name their children, and not the other way round.
    parents: HashMap<String, String>,
    uids: HashSet<String>,
}

struct Draft {
    spot: Spot,
    external_id: String,
    created_ms: Option<i64>,
    task: Task,
}

impl Todos {
    pub(super) fn read(
        &mut self,
        component: &Component<'_>,
        zones: &Zones,
        project: Option<&str>,
        collection: &mut Collection<'_>,
    ) -> Result<(), Refused> {
        collection.has_room(self.drafts.len())?;
        let spot = Spot::Line(component.line);
        let here = Place::at(spot);
        let uid = component.get("UID").map(|line| line.value().to_owned());
        let is_instance = component.get("RECURRENCE-ID").is_some();
        if is_instance && uid.as_ref().is_some_and(|uid| self.uids.contains(uid)) {
            collection.found.others += 1;
            collection.findings.left_out(Homeless::Repeats, 1);
            return Ok(());
        }
        let mut reading = Reading {
            zones,
            collection,
            details: Vec::new(),
            text: component.text("DESCRIPTION").unwrap_or_default(),
            categories: Vec::new(),
            parent: None,
            children: Vec::new(),
            priority: TaskPriority::None,
        };
        for (number, line) in &component.lines {
            reading.line(*number, line);
        }
        let alarms = component
            .inner
            .iter()
            .filter(|inner| inner.name == "VALARM");
        reading
            .collection
            .findings
            .left_out(Homeless::Reminders, alarms.count());
        let status = reading.status(component);
        let (start, due) = reading.dates(component);
        let created_ms = reading.moment(component, "CREATED");
        let Reading {
            details,
            mut text,
            categories,
            parent,
            children,
            priority,
            ..
        } = reading;
        collection
            .findings
            .reshaped_times(Shape::StartToDefer, usize::from(start.is_some()));
        words::append(&mut text, &details.join("\n"), "\n\n");
        let summary = component.text("SUMMARY").unwrap_or_default();
        let (title, notes) = collection.texts(&summary, &text, &here);
        let labels = collection.labels_named(categories.iter().map(String::as_str), &here)?;
        let external_id = uid.as_deref().and_then(|uid| collect::by_id("task", uid));
        let external_id = external_id.unwrap_or_else(|| {
            let names = [project.unwrap_or_default(), title.as_str()];
            collection.in_order("task", Path::of(&names))
        });
        self.uids.extend(uid);
        for child in children {
            self.parents
                .entry(format!("task:{child}"))
                .or_insert_with(|| external_id.clone());
        }
        let task = Task {
            notes,
            status,
            list: if project.is_some() {
                TaskList::Next
            } else {
                TaskList::Inbox
            },
            priority,
            defer: start,
            due,
            labels,
            project: project.map(str::to_owned),
            parent: parent.map(|uid| format!("task:{uid}")),
            ..Task::titled(title)
        };
        self.drafts.push(Draft {
            spot,
            external_id,
            created_ms,
            task,
        });
        Ok(())
    }

    pub(super) fn settle(self, collection: &mut Collection<'_>) -> Result<(), Refused> {
        for mut draft in self.drafts {
            if draft.task.parent.is_none() {
                draft.task.parent = self.parents.get(&draft.external_id).cloned();
            }
            collection.task(draft.spot, draft.external_id, draft.created_ms, draft.task)?;
        }
        Ok(())
    }
}

/// A task, line by line.
struct Reading<'a, 'o> {
    zones: &'a Zones,
    collection: &'a mut Collection<'o>,
    details: Vec<String>,
    text: String,
    categories: Vec<String>,
    parent: Option<String>,
    children: Vec<String>,
    priority: TaskPriority,
}

impl Reading<'_, '_> {
    fn line(&mut self, number: usize, line: &Line<'_>) {
        let here = Place::at(Spot::Line(number));
        let findings = &mut self.collection.findings;
        match line.name().as_str() {
            "CATEGORIES" => {
                let names = line.texts().into_iter().map(|name| name.trim().to_owned());
                self.categories
                    .extend(names.filter(|name| !name.is_empty()));
            }
            "PRIORITY" => {
                let number = line.value().parse::<u8>();
                self.priority = match number {
                    Ok(0) => TaskPriority::None,
                    Ok(1..=4) => TaskPriority::High,
                    Ok(5) => TaskPriority::Medium,
                    Ok(6..=9) => TaskPriority::Low,
                    _ => {
                        findings.not_understood(Reason::UnknownValue, &here);
                        TaskPriority::None
                    }
                };
                let is_between = matches!(number, Ok(2..=4 | 6..=8));
                findings.reshaped_times(Shape::PriorityToFour, usize::from(is_between));
            }
            "RELATED-TO" => {
                let uid = line.value().to_owned();
                match line
                    .param("RELTYPE")
                    .map(str::to_ascii_uppercase)
                    .as_deref()
                {
                    None | Some("PARENT") => self.parent = Some(uid),
                    Some("CHILD") => self.children.push(uid),
                    Some(_) => findings.left_out(Homeless::Relations, 1),
                }
            }
            "RRULE" | "RDATE" | "RECURRENCE-ID" => findings.left_out(Homeless::Repeats, 1),
            "GEO" => findings.left_out(Homeless::Places, 1),
            "COMMENT" => {
                findings.reshaped(Shape::CommentToNotes);
                words::append(&mut self.text, &line.text(), "\n\n");
                self.collection.found.comments += 1;
            }
            "ATTACH"
                if line
                    .param("VALUE")
                    .is_some_and(|it| it.eq_ignore_ascii_case("BINARY")) =>
            {
                findings.left_out(Homeless::EmbeddedFiles, 1);
            }
            "ATTACH" if words::is_embedded(line.value()) => {
                findings.left_out(Homeless::EmbeddedFiles, 1);
            }
            "ATTACH" | "URL" => {
                let title = line.param("FILENAME").unwrap_or_default();
                self.details
                    .push(format!("- {}", words::link(title, line.value())));
                findings.reshaped(Shape::AttachmentToNotes);
            }
            "ATTENDEE" => {
                let address = line.value();
                let name = line.param("CN").unwrap_or(address);
                self.details
                    .push(format!("Attendee: {}", words::one_line(name)));
                findings.reshaped(Shape::PersonToNotes);
            }
            "LOCATION" | "CONTACT" | "RESOURCES" => {
                let text = words::one_line(&line.text());
                if !text.is_empty() {
                    self.details
                        .push(format!("{}: {text}", capital(&line.name())));
                    findings.reshaped(Shape::DetailsToNotes);
                }
            }
            name if name.starts_with("X-") => findings.setting(SettingKind::Configuration, 1),
            name if PASSED_OVER.contains(&name) => {}
            _ => findings.not_understood(Reason::UnknownField, &here),
        }
    }

    fn status(&mut self, component: &Component<'_>) -> TaskStatus {
        let done_ms = self.moment(component, "COMPLETED");
        let percent = component.get("PERCENT-COMPLETE");
        let percent = percent.and_then(|line| line.value().parse::<u8>().ok());
        let said = component
            .get("STATUS")
            .map(|line| line.value().to_ascii_uppercase());
        match said.as_deref() {
            Some("COMPLETED") => TaskStatus::Completed { at_ms: done_ms },
            Some("CANCELLED") => TaskStatus::Cancelled { at_ms: done_ms },
            Some("IN-PROCESS") => TaskStatus::InProgress,
            None if done_ms.is_some() || percent == Some(100) => {
                TaskStatus::Completed { at_ms: done_ms }
            }
            None | Some("NEEDS-ACTION") if percent.is_some_and(|percent| percent > 0) => {
                TaskStatus::InProgress
            }
            None | Some("NEEDS-ACTION") => TaskStatus::Pending,
            Some(_) => {
                self.note(component, "STATUS", Reason::UnknownValue);
                TaskStatus::Pending
            }
        }
    }

    /// Returns when it may be begun and when it should be done.
    fn dates(&mut self, component: &Component<'_>) -> (Option<When>, Option<When>) {
        let start = self.when(component, "DTSTART");
        let due = self.when(component, "DUE");
        let Some(length) = component.get("DURATION").filter(|_| due.is_none()) else {
            return (start, due);
        };
        let length_ms = duration::ms(length.value());
        let due = length_ms.and_then(|length_ms| duration::later(start.as_ref()?, length_ms));
        if due.is_none() {
            self.note(component, "DURATION", Reason::NotADuration);
        }
        (start, due)
    }

    fn moment(&mut self, component: &Component<'_>, name: &str) -> Option<i64> {
        let at_ms = match self.when(component, name)? {
            When::Zoned { at_ms, .. } => at_ms,
            When::Day(day) => self
                .collection
                .local
                .utc_ms(day.epoch_ms() + 12 * 60 * MINUTE_MS),
            When::Floating { day, minute } => {
                let wall_ms = day.epoch_ms() + i64::from(minute.minutes()) * MINUTE_MS;
                self.collection.local.utc_ms(wall_ms)
            }
        };
        dates::moment(at_ms)
    }

    fn when(&mut self, component: &Component<'_>, name: &str) -> Option<When> {
        let line = component.get(name)?;
        let value = line.value();
        if value.is_empty() {
            return None;
        }
        if let Some(day) = zone::day(value) {
            return Some(When::Day(day));
        }
        let Some(wall_ms) = zone::wall(value) else {
            self.note(component, name, Reason::NotAPlainDate);
            return None;
        };
        let local = self.collection.local;
        if value.ends_with('Z') {
            return Some(local.moment(wall_ms));
        }
        let Some(zone) = line.param("TZID") else {
            return Some(dates::floating(wall_ms));
        };
        if let Some(at_ms) = self.zones.moment(zone, wall_ms) {
            return Some(local.moment(at_ms));
        }
        if zone == local.zone {
            return Some(local.moment(local.utc_ms(wall_ms)));
        }
        self.collection.findings.warn(Notice::ZoneUnknown);
        Some(dates::floating(wall_ms))
    }

    fn note(&mut self, component: &Component<'_>, name: &str, reason: Reason) {
        let mut lines = component.lines.iter();
        let number = lines
            .find(|(_, line)| line.is(name))
            .map(|(number, _)| *number);
        let here = Place::at(Spot::Line(number.unwrap_or(component.line)));
        self.collection.findings.not_understood(reason, &here);
    }
}

/// `LOCATION` as `Location`.
fn capital(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let (first, rest) = lower.split_at(1);
    first.to_ascii_uppercase() + rest
}

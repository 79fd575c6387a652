//! TickTick: its backup (Settings, Account, Generate Backup), comma-separated, version 7.1.
//!
//! Rows in front of the headings say when it was written, its version and what the numbers of
//! `Status` mean.
//!
//! | there | here |
//! | --- | --- |
//! | list, its folder | project, its area; `Inbox` without a folder is no project |
//! | column of a board | section |
//! | tags | labels |
//! | `Status` 0, 1 and 2, -1 | pending, completed, cancelled ("won't do") |
//! | priority 0, 1, 3, 5 | none, low, medium, high |
//! | due day or time | due |
//! | start before it, on another day | defer |
//! | start and end on a day | scheduled block |
//! | checklist in `Content` | checklist; lines without a box stay in the notes |
//! | kind `NOTE` | task in someday |
//! | `parentId` | subtask |
//!
//! A day is written as its first moment in the zone of the task. Which day that was follows from
//! the time of day alone, since midnight is at most half a day from it; of the zones beyond that
//! (east of +12:00) the names are known.
//!
//! Sources: the file itself (headings, legend of `Status`), the importer of Vikunja
//! (`pkg/modules/migration/ticktick`: forms of dates, separator of tags, both of 1 and 2 done), the
//! API of TickTick (priorities, kinds). How a checklist is written (`▫` open, `▪` ticked) is known
//! from backups alone, and documented nowhere that could be found.

use lifeos_kernel::{Day, When};

use crate::collect::{self, Collection, Counted, Path};
use crate::csv::{Headings, Row, Table};
use crate::dates::{self, Digits};
use crate::findings::About;
use crate::options::MINUTE_MS;
use crate::place::{Place, Spot};
use crate::record::{
    Import, Project, ProjectStatus, Scheduled, Task, TaskList, TaskPriority, TaskStatus,
};
use crate::report::{Homeless, Reason, SettingKind, Shape, Source};
use crate::{Options, Refused, words};

const KNOWN: &[&str] = &[
    "folder name",
    "list name",
    "title",
    "kind",
    "tags",
    "content",
    "is check list",
    "start date",
    "due date",
    "reminder",
    "repeat",
    "priority",
    "status",
    "created time",
    "completed time",
    "order",
    "timezone",
    "is all day",
    "is floating",
    "column name",
    "column order",
    "view mode",
    "taskid",
    "parentid",
];
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Zones whose midnight is more than half a day before universal midnight.
const FAR_EAST: &[&str] = &[
    "Pacific/Apia",
    "Pacific/Auckland",
    "Antarctica/McMurdo",
    "Pacific/Chatham",
    "Pacific/Enderbury",
    "Pacific/Fakaofo",
    "Pacific/Kanton",
    "Pacific/Kiritimati",
    "Pacific/Tongatapu",
];

/// Says whether these are the headings of a backup.
pub(crate) fn is_backup(headings: &Headings) -> bool {
    ["folder name", "list name", "title", "status"]
        .iter()
        .all(|name| headings.has(name))
}

/// Reads a backup.
pub(crate) fn read(
    mut table: Table<'_>,
    text: &str,
    options: &Options<'_>,
) -> Result<Import, Refused> {
    let mut reader = Reader {
        collection: Collection::new(options),
        has_inbox: false,
    };
    while let Some(row) = table.next(&mut reader.collection.findings)? {
        reader.row(&table, &row)?;
    }
    let preamble = text
        .get(..text.floor_char_boundary(400))
        .unwrap_or_default();
    let said = |name: &str| {
        let from = preamble.find(name)? + name.len();
        let rest = preamble[from..].split(['"', '\n', '\r']).next()?;
        Some(rest.trim())
    };
    let written = said("Date:").and_then(|said| dates::digits(said.get(..10)?));
    let version = said("Version:").filter(|version| {
        let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        (1..=20).contains(&version.len()) && version.bytes().all(plain)
    });
    let about = About {
        source: Source::TickTick,
        layout: None,
        version: version.map(str::to_owned),
        written_at_ms: match written {
            Some(Digits::Day(day)) => dates::moment(day.epoch_ms()),
            _ => None,
        },
    };
    Ok(reader.collection.finish(about))
}

struct Reader<'o> {
    collection: Collection<'o>,
    has_inbox: bool,
}

/// The days and times of a task.
#[derive(Default)]
struct Planned {
    due: Option<When>,
    defer: Option<When>,
    scheduled: Option<Scheduled>,
}

impl Reader<'_> {
    fn row(&mut self, table: &Table<'_>, row: &Row<'_>) -> Result<(), Refused> {
        let spot = Spot::Row(row.number);
        let here = Place::at(spot);
        let cell = |name: &str| table.cell(row, name);
        table.expect_only(row, KNOWN, &mut self.collection.findings);
        let (project, section) =
            self.home(cell("folder name"), cell("list name"), cell("column name"))?;
        let (entries, content) = split_checklist(cell("content"), cell("is check list") == "Y");
        let content_place = here.column(table.column("content"));
        let (title, notes) = self
            .collection
            .texts(cell("title"), &content, &content_place);
        let checklist = self.collection.checklist(entries, &content_place);
        let tags = cell("tags")
            .split(',')
            .map(str::trim)
            .filter(|tag| !tag.is_empty());
        let labels = self
            .collection
            .labels_named(tags, &here.column(table.column("tags")))?;
        let planned = self.planned(table, row);
        let created_ms = self.moment(table, row, "created time");
        let done_ms = self.moment(table, row, "completed time");
        let findings = &mut self.collection.findings;
        findings.left_out(
            Homeless::Reminders,
            usize::from(!cell("reminder").is_empty()),
        );
        findings.left_out(Homeless::Repeats, usize::from(!cell("repeat").is_empty()));
        let mut unknown = |name: &str| {
            findings.not_understood(Reason::UnknownValue, &here.column(table.column(name)));
        };
        let priority = match cell("priority") {
            "" | "0" => TaskPriority::None,
            "1" => TaskPriority::Low,
            "3" => TaskPriority::Medium,
            "5" => TaskPriority::High,
            _ => {
                unknown("priority");
                TaskPriority::None
            }
        };
        let status = match cell("status") {
            "" | "0" => TaskStatus::Pending,
            "1" | "2" => TaskStatus::Completed { at_ms: done_ms },
            "-1" => TaskStatus::Cancelled { at_ms: done_ms },
            _ => {
                unknown("status");
                TaskStatus::Pending
            }
        };
        let is_note = cell("kind") == "NOTE";
        if is_note {
            findings.reshaped(Shape::NoteToTask);
        }
        let names = [cell("folder name"), cell("list name"), title.as_str()];
        let external_id = collect::by_id("task", cell("taskid"));
        let external_id =
            external_id.unwrap_or_else(|| self.collection.in_order("task", Path::of(&names)));
        let parent = cell("parentid");
        let task = Task {
            notes,
            status,
            list: match &project {
                _ if is_note => TaskList::Someday,
                Some(_) => TaskList::Next,
                None => TaskList::Inbox,
            },
            priority,
            defer: planned.defer,
            due: planned.due,
            scheduled: planned.scheduled,
            checklist,
            labels,
            project,
            section,
            parent: (!matches!(parent, "" | "0")).then(|| format!("task:{parent}")),
            ..Task::titled(title)
        };
        self.collection.task(spot, external_id, created_ms, task)?;
        if is_note {
            self.collection.found.notes += 1;
            self.collection.count_last_as(Counted::Note);
        } else if cell("status") == "2" {
            self.collection.count_last_as(Counted::Archived);
        }
        Ok(())
    }

    /// Returns the project and section of a list and a column of its board.
    fn home(
        &mut self,
        folder: &str,
        list: &str,
        column: &str,
    ) -> Result<(Option<String>, Option<String>), Refused> {
        let is_inbox = folder.is_empty() && (list.is_empty() || list == "Inbox");
        if is_inbox {
            if !std::mem::replace(&mut self.has_inbox, true) {
                self.collection.found.projects += 1;
                self.collection.findings.reshaped(Shape::InboxToNoProject);
            }
            self.collection
                .findings
                .setting(SettingKind::Boards, usize::from(!column.is_empty()));
            return Ok((None, None));
        }
        let external_id = collect::named("project", &[folder, list]);
        let area = words::short(&words::one_line(folder));
        let area = (!area.is_empty()).then_some(area);
        let project = self.collection.project(external_id, None, |findings| {
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
        if column.is_empty() {
            return Ok((Some(project), None));
        }
        let external_id = collect::named("section", &[folder, list, column]);
        let section = self.collection.section(external_id, column, &project)?;
        self.collection.findings.reshaped(Shape::ColumnToSection);
        Ok((Some(project), Some(section)))
    }

    fn planned(&mut self, table: &Table<'_>, row: &Row<'_>) -> Planned {
        let start = self.moment(table, row, "start date");
        let due = self.moment(table, row, "due date");
        let zone = table.cell(row, "timezone");
        let Some(due_ms) = due.or(start) else {
            return Planned::default();
        };
        let start_ms = start.unwrap_or(due_ms);
        if table.cell(row, "is all day") == "true" {
            let (first, last) = (midnight_day(start_ms, zone), midnight_day(due_ms, zone));
            let is_span = first < last;
            self.collection
                .findings
                .reshaped_times(Shape::StartToDefer, usize::from(is_span));
            return Planned {
                due: Some(When::Day(last)),
                defer: is_span.then_some(When::Day(first)),
                scheduled: None,
            };
        }
        let local = self.collection.local;
        let span_ms = due_ms - start_ms;
        let mut planned = Planned {
            due: Some(local.moment(due_ms)),
            ..Planned::default()
        };
        if (MINUTE_MS..DAY_MS).contains(&span_ms) {
            planned.scheduled = Some(Scheduled {
                start: local.moment(start_ms),
                minutes: u32::try_from(span_ms / MINUTE_MS).ok(),
            });
        } else if span_ms > 0 {
            self.collection.findings.reshaped(Shape::StartToDefer);
            planned.defer = Some(local.moment(start_ms));
        }
        planned
    }

    fn moment(&mut self, table: &Table<'_>, row: &Row<'_>, name: &str) -> Option<i64> {
        let text = table.cell(row, name);
        if text.is_empty() {
            return None;
        }
        // Older backups write moments without an offset, and mean universal time.
        let moment = match dates::digits(text) {
            Some(Digits::Moment(at_ms)) => Some(at_ms),
            Some(Digits::Wall(wall_ms)) => dates::moment(wall_ms),
            Some(Digits::Day(_)) | None => None,
        };
        if moment.is_none() {
            let here = Place::at(Spot::Row(row.number));
            let at = here.column(table.column(name));
            self.collection
                .findings
                .not_understood(Reason::NotAMoment, &at);
        }
        moment
    }
}

/// Returns the day whose first moment this is in some zone.
fn midnight_day(at_ms: i64, zone: &str) -> Day {
    let of_day_ms = at_ms.rem_euclid(DAY_MS);
    let is_day_before =
        of_day_ms >= DAY_MS / 2 || (of_day_ms >= 9 * 60 * MINUTE_MS && FAR_EAST.contains(&zone));
    Day::from_epoch_ms(at_ms).plus_days(i32::from(is_day_before))
}

/// Returns the entries of a checklist and the text beside them.
fn split_checklist(content: &str, is_checklist: bool) -> (Vec<(&str, bool)>, String) {
    if !is_checklist {
        return (Vec::new(), content.to_owned());
    }
    let (mut entries, mut text) = (Vec::new(), String::new());
    for line in content.lines() {
        let trimmed = line.trim();
        let open = trimmed.strip_prefix('▫').map(|entry| (entry, false));
        match open.or_else(|| trimmed.strip_prefix('▪').map(|entry| (entry, true))) {
            Some(entry) => entries.push(entry),
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    (entries, text)
}

//! From what leaves to one archive: events as they come, then every other file, then the manifest.

use std::collections::BTreeSet;

use lifeos_kernel::RecordId;
use lifeos_tasks::Portion;
use serde::{Deserialize, Serialize};

use super::archive::{Archive, File};
use super::events::{EventsPage, PageError};
use super::item::Items;
use super::manifest::{self, Manifest};
use super::moment::Moment;
use super::{ical, markdown, table, todo_txt};

pub(super) const EVENTS: &str = "events.jsonl";
pub(super) const TASKS: &str = "csv/tasks.csv";
pub(super) const PROJECTS: &str = "csv/projects.csv";
pub(super) const SECTIONS: &str = "csv/sections.csv";
pub(super) const LABELS: &str = "csv/labels.csv";
pub(super) const TODO_TXT: &str = "todo.txt";
pub(super) const CALENDAR: &str = "calendars/#.ics";
pub(super) const MARKDOWN: &str = "tasks.md";

/// Who writes an export, when, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The version of this program.
    pub product: String,
    /// When.
    pub at: Moment,
    /// The space, in hexadecimal digits.
    pub space: String,
    /// How much of it.
    pub portion: Portion,
}

/// What an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ExportFormats")
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Formats {
    /// Everything that happened, as lines of JSON.
    pub events: bool,
    /// Tables of comma-separated values.
    pub csv: bool,
    /// todo.txt.
    pub todo_txt: bool,
    /// iCalendar.
    pub calendars: bool,
    /// Markdown.
    pub markdown: bool,
}

impl Formats {
    /// All of them.
    pub const ALL: Self = Self {
        events: true,
        csv: true,
        todo_txt: true,
        calendars: true,
        markdown: true,
    };
}

/// An export that is being packed.
pub struct Pack {
    made: Made,
    formats: Formats,
    items: Items,
    archive: Archive,
    events: Option<File>,
    lines: u64,
    /// The records whose events are wanted; none for all.
    only: Option<BTreeSet<RecordId>>,
}

/// An archive, and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The archive.
    pub bytes: Vec<u8>,
    /// What it was made from, to read it back against.
    pub items: Items,
}

impl Pack {
    /// Begins an export.
    #[must_use]
    pub fn begin(made: Made, formats: Formats, items: Items) -> Self {
        let archive = Archive::new(made.at);
        let events = formats.events.then(|| archive.begin(EVENTS, 0));
        let only = (made.portion != Portion::All).then(|| {
            let tasks = items.tasks.iter().map(|it| it.id);
            let others = items.projects.iter().map(|it| it.id);
            let sections = items.sections.iter().map(|it| it.id);
            let labels = items.labels.iter().map(|it| it.id);
            tasks.chain(others).chain(sections).chain(labels).collect()
        });
        Self {
            made,
            formats,
            items,
            archive,
            events,
            lines: 0,
            only,
        }
    }

    /// Takes the next page of the log, in the order in which the core gives them.
    ///
    /// # Errors
    /// Where the bytes are no page of events.
    pub fn events(&mut self, page: &[u8]) -> Result<(), PageError> {
        let Some(file) = &mut self.events else {
            return Ok(());
        };
        let page = EventsPage::decode(page)?;
        self.lines += page.lines(self.only.as_ref(), |line| {
            file.write(line.as_bytes());
            file.write(b"\n");
        })?;
        Ok(())
    }

    /// Writes every other file, and returns the archive.
    #[must_use]
    pub fn finish(self) -> Packed {
        let Self {
            made,
            formats,
            items,
            mut archive,
            events,
            lines,
            ..
        } = self;
        let made_at = made.at.to_string();
        let mut manifest = Manifest::new(made.product.clone(), made_at, made.space, made.portion);
        if let Some(file) = events {
            manifest.files.push(archive.end(file, lines));
        }
        let mut put = |name, number, text: &str, records: usize| {
            let mut file = archive.begin(name, number);
            file.write(text.as_bytes());
            manifest.files.push(archive.end(file, records as u64));
        };
        let tasks = items.tasks.len();
        if formats.csv {
            put(TASKS, 0, &table::tasks(&items), tasks);
            put(PROJECTS, 0, &table::projects(&items), items.projects.len());
            put(SECTIONS, 0, &table::sections(&items), items.sections.len());
            put(LABELS, 0, &table::labels(&items), items.labels.len());
        }
        if formats.todo_txt {
            put(TODO_TXT, 0, &todo_txt::written(&items), tasks);
        }
        if formats.calendars {
            for (number, calendar) in (1..).zip(ical::calendars(&items)) {
                let text = ical::written(&items, &calendar, made.at, &made.product);
                put(CALENDAR, number, &text, calendar.1.len());
            }
        }
        if formats.markdown {
            put(MARKDOWN, 0, &markdown::written(&items), tasks);
        }
        let text = serde_json::to_vec_pretty(&manifest);
        let mut file = archive.begin(manifest::NAME, 0);
        file.write(&text.expect("a manifest has text keys and no failing parts"));
        archive.end(file, 1);
        Packed {
            bytes: archive.finish(),
            items,
        }
    }
}

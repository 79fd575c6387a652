//! Four tables: tasks, projects, sections and labels. They hold every value that a person gave, and
//! read back to the same.
//!
//! Each record has its id; what it names is there by id and, for a person, by title. Times are
//! written as in RFC 3339, with the zone behind them (RFC 9557) where one was meant. Minutes spent
//! are `day:minutes`, a blank between. A checklist is a line an entry, `[x] ` or `[ ] ` in front.

use std::borrow::Cow;

use lifeos_kernel::{Day, RecordId, When};
use lifeos_tasks::{List, Priority, ProjectStatus, Status};

use super::cell;
use super::fault::What;
use super::item::{Items, LabelItem, ProjectItem, SectionItem, TaskItem};
use super::moment::{self, Moment};
use crate::Limits;
use crate::csv::{Row, Table};
use crate::findings::Findings;

const PROJECTS: &[&str] = &[
    "id",
    "title",
    "goal",
    "notes",
    "status",
    "area",
    "colour",
    "review_days",
    "reviewed",
    "created",
];
const SECTIONS: &[&str] = &["id", "title", "project", "project_id", "created"];
const LABELS: &[&str] = &["id", "title", "colour", "created"];
const TASKS: &[&str] = &[
    "id",
    "title",
    "status",
    "status_at",
    "list",
    "priority",
    "urgent",
    "important",
    "due",
    "deadline",
    "defer",
    "scheduled",
    "scheduled_minutes",
    "estimate_minutes",
    "spent",
    "project",
    "section",
    "labels",
    "checklist",
    "notes",
    "created",
    "project_id",
    "section_id",
    "parent_id",
    "assignee_id",
    "label_ids",
];

/// A value that has a word of its own in a cell.
trait Word: Sized + Copy + PartialEq + 'static {
    const WORDS: &'static [(Self, &'static str)];

    fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(value, _)| *value == self);
        found.map_or("", |(_, word)| word)
    }

    fn read(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(_, known)| *known == word);
        found.map(|(value, _)| *value)
    }
}

impl Word for Status {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::InProgress, "in progress"),
        (Self::Completed, "completed"),
        (Self::Cancelled, "cancelled"),
    ];
}

impl Word for List {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Inbox, "inbox"),
        (Self::Next, "next"),
        (Self::Waiting, "waiting"),
        (Self::Someday, "someday"),
    ];
}

impl Word for Priority {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::None, "none"),
        (Self::Low, "low"),
        (Self::Medium, "medium"),
        (Self::High, "high"),
    ];
}

impl Word for ProjectStatus {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Active, "active"),
        (Self::Paused, "paused"),
        (Self::Completed, "completed"),
        (Self::Cancelled, "cancelled"),
    ];
}

impl Word for bool {
    const WORDS: &'static [(Self, &'static str)] = &[(true, "yes"), (false, "no")];
}

pub(super) fn projects(items: &Items) -> String {
    written(PROJECTS, &items.projects, |it| {
        vec![
            some(&it.id),
            (&*it.title).into(),
            (&*it.goal).into(),
            (&*it.notes).into(),
            it.status.word().into(),
            (&*it.area).into(),
            (&*it.colour).into(),
            maybe(it.review_days),
            maybe(it.reviewed),
            some(&it.created),
        ]
    })
}

pub(super) fn sections(items: &Items) -> String {
    let names = items.names();
    written(SECTIONS, &items.sections, |it| {
        vec![
            some(&it.id),
            (&*it.title).into(),
            names.project(it.project).unwrap_or_default().into(),
            maybe(it.project),
            some(&it.created),
        ]
    })
}

pub(super) fn labels(items: &Items) -> String {
    written(LABELS, &items.labels, |it| {
        vec![
            some(&it.id),
            (&*it.title).into(),
            (&*it.colour).into(),
            some(&it.created),
        ]
    })
}

pub(super) fn tasks(items: &Items) -> String {
    let names = items.names();
    let when =
        |when: &Option<When>| Cow::Owned(when.as_ref().map(moment::text).unwrap_or_default());
    written(TASKS, &items.tasks, |it| {
        let spent = it
            .spent
            .iter()
            .map(|(day, minutes)| format!("{day}:{minutes}"));
        let ids = it.labels.iter().map(ToString::to_string);
        let entries = it.checklist.iter().map(|(text, done)| {
            let mark = if *done { 'x' } else { ' ' };
            format!("[{mark}] {text}")
        });
        vec![
            some(&it.id),
            (&*it.title).into(),
            it.status.word().into(),
            maybe(it.status_at),
            it.list.word().into(),
            it.priority.word().into(),
            it.urgent.word().into(),
            it.important.word().into(),
            when(&it.due),
            when(&it.deadline),
            when(&it.defer),
            when(&it.scheduled),
            maybe(it.scheduled_minutes),
            maybe(it.estimate_minutes),
            spent.collect::<Vec<_>>().join(" ").into(),
            names.project(it.project).unwrap_or_default().into(),
            names.section(it.section).unwrap_or_default().into(),
            names.labels(&it.labels).join("; ").into(),
            cell::lines(entries).into(),
            (&*it.notes).into(),
            some(&it.created),
            maybe(it.project),
            maybe(it.section),
            maybe(it.parent),
            maybe(it.assignee),
            ids.collect::<Vec<_>>().join(" ").into(),
        ]
    })
}

fn written<'i, I>(
    headings: &[&'static str],
    items: &'i [I],
    cells: impl Fn(&'i I) -> Vec<Cow<'i, str>>,
) -> String {
    let mut out = String::from(cell::MARK);
    cell::row(&mut out, headings.iter().map(|name| Cow::Borrowed(*name)));
    for item in items {
        cell::row(&mut out, cells(item));
    }
    out
}

fn some<'c>(value: &impl ToString) -> Cow<'c, str> {
    Cow::Owned(value.to_string())
}

fn maybe<'c, T: ToString>(value: Option<T>) -> Cow<'c, str> {
    Cow::Owned(value.map(|value| value.to_string()).unwrap_or_default())
}

/// A table that does not read, and the row from which on.
pub(super) type Misread = (u64, What);

pub(super) fn read_projects(text: &str, limits: &Limits) -> Result<Vec<ProjectItem>, Misread> {
    read(text, limits, PROJECTS, |row| {
        Some(ProjectItem {
            id: row.value("id")?,
            title: row.text("title"),
            goal: row.text("goal"),
            notes: row.text("notes"),
            status: row.word("status")?,
            area: row.text("area"),
            colour: row.text("colour"),
            review_days: row.maybe("review_days")?,
            reviewed: row.maybe("reviewed")?,
            created: Moment::parse(row.cell("created"))?,
        })
    })
}

pub(super) fn read_sections(text: &str, limits: &Limits) -> Result<Vec<SectionItem>, Misread> {
    read(text, limits, SECTIONS, |row| {
        Some(SectionItem {
            id: row.value("id")?,
            title: row.text("title"),
            project: row.maybe("project_id")?,
            created: Moment::parse(row.cell("created"))?,
        })
    })
}

pub(super) fn read_labels(text: &str, limits: &Limits) -> Result<Vec<LabelItem>, Misread> {
    read(text, limits, LABELS, |row| {
        Some(LabelItem {
            id: row.value("id")?,
            title: row.text("title"),
            colour: row.text("colour"),
            created: Moment::parse(row.cell("created"))?,
        })
    })
}

pub(super) fn read_tasks(text: &str, limits: &Limits) -> Result<Vec<TaskItem>, Misread> {
    read(text, limits, TASKS, |row| {
        let spent = row.cell("spent").split(' ').filter(|it| !it.is_empty());
        let spent = spent.map(|entry| {
            let (day, minutes) = entry.rsplit_once(':')?;
            Some((day.parse::<Day>().ok()?, minutes.parse().ok()?))
        });
        let ids = row.cell("label_ids").split(' ').filter(|it| !it.is_empty());
        let labels = ids.map(|id| id.parse::<RecordId>().ok());
        let entries = cell::read_lines(row.cell("checklist")).into_iter();
        let checklist = entries.map(|entry| {
            let done = entry
                .strip_prefix("[x] ")
                .map(|text| (text.to_owned(), true));
            done.or_else(|| Some((entry.strip_prefix("[ ] ")?.to_owned(), false)))
        });
        Some(TaskItem {
            id: row.value("id")?,
            title: row.text("title"),
            notes: row.text("notes"),
            status: row.word("status")?,
            status_at: match row.cell("status_at") {
                "" => None,
                text => Some(Moment::parse(text)?),
            },
            list: row.word("list")?,
            priority: row.word("priority")?,
            urgent: row.word("urgent")?,
            important: row.word("important")?,
            due: row.when("due")?,
            deadline: row.when("deadline")?,
            defer: row.when("defer")?,
            scheduled: row.when("scheduled")?,
            scheduled_minutes: row.maybe("scheduled_minutes")?,
            estimate_minutes: row.maybe("estimate_minutes")?,
            spent: spent.collect::<Option<_>>()?,
            project: row.maybe("project_id")?,
            section: row.maybe("section_id")?,
            parent: row.maybe("parent_id")?,
            assignee: row.maybe("assignee_id")?,
            labels: labels.collect::<Option<_>>()?,
            checklist: checklist.collect::<Option<_>>()?,
            created: Moment::parse(row.cell("created"))?,
        })
    })
}

fn read<I>(
    text: &str,
    limits: &Limits,
    headings: &[&str],
    item: impl Fn(&Cells<'_, '_>) -> Option<I>,
) -> Result<Vec<I>, Misread> {
    let text = text.strip_prefix(cell::MARK).unwrap_or(text);
    let mut table =
        Table::open(text, limits, |found| found.are(headings)).ok_or((1, What::Form))?;
    let mut findings = Findings::default();
    let mut items = Vec::new();
    let mut last = 1;
    loop {
        let row = table
            .next(&mut findings)
            .map_err(|_| (last + 1, What::Form))?;
        let Some(row) = row else {
            return Ok(items);
        };
        last = row.number as u64;
        let cells = Cells {
            table: &table,
            row: &row,
        };
        items.push(item(&cells).ok_or((last, What::Form))?);
    }
}

/// A row whose cells are asked for by their headings.
struct Cells<'c, 't> {
    table: &'c Table<'t>,
    row: &'c Row<'t>,
}

impl<'c> Cells<'c, '_> {
    fn cell(&self, name: &str) -> &'c str {
        cell::own(self.table.whole(self.row, name))
    }

    fn text(&self, name: &str) -> String {
        self.cell(name).to_owned()
    }

    fn value<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.cell(name).parse().ok()
    }

    /// Nothing where the cell is empty; no row where it says something else.
    fn maybe<T: std::str::FromStr>(&self, name: &str) -> Option<Option<T>> {
        match self.cell(name) {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        }
    }

    fn when(&self, name: &str) -> Option<Option<When>> {
        match self.cell(name) {
            "" => Some(None),
            text => moment::parse(text).map(Some),
        }
    }

    fn word<W: Word>(&self, name: &str) -> Option<W> {
        W::read(self.cell(name))
    }
}

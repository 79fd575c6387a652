//! From the tables of the database to things, in the order in which the product shows them.

use std::collections::{HashMap, HashSet};

use super::raw::{Entry, Kind, Named, Start, Status, Thing};
use super::values::Fields;
use crate::Refused;
use crate::findings::Findings;
use crate::report::{Reason, SettingKind};
use crate::sqlite::{Database, Value};

const TASK: &[&str] = &[
    "uuid",
    "type",
    "status",
    "stopDate",
    "creationDate",
    "trashed",
    "title",
    "notes",
    "start",
    "startDate",
    "startBucket",
    "reminderTime",
    "deadline",
    "index",
    "area",
    "project",
    "heading",
    "contact",
    "rt1_recurrenceRule",
    "recurrenceRule",
    "repeater",
];
const AREA: &[&str] = &["uuid", "title", "index"];
const TAG: &[&str] = &["uuid", "title", "index", "parent"];
const ENTRY: &[&str] = &["title", "status", "index", "task"];
const TASK_TAG: &[&str] = &["tasks", "tags"];
const AREA_TAG: &[&str] = &["areas", "tags"];
const META: &[&str] = &["key", "value"];

/// All that is read of a database.
pub(super) struct Tables {
    pub(super) version: Option<i64>,
    pub(super) areas: Vec<Named>,
    pub(super) tags: Vec<Named>,
    pub(super) things: Vec<Thing>,
    pub(super) entries: Vec<Entry>,
    /// Tags by what bears them, in no order.
    pub(super) tags_of: HashMap<String, Vec<String>>,
}

/// Reads the tables; `limit` bounds the rows of all of them.
pub(super) fn read(
    database: &Database<'_>,
    limit: usize,
    findings: &mut Findings,
) -> Result<Tables, Refused> {
    let mut reading = Reading {
        database,
        limit,
        left: limit,
        findings,
    };
    // Releases before 3.15.16 have other columns, with other dates in them.
    let tasks = database.table("TMTask").ok_or(Refused::UnknownFormat)?;
    let columns = database.columns(tasks)?;
    let has = |name: &str| columns.iter().any(|column| column == name);
    if !has("deadline") || !has("heading") {
        return Err(Refused::OlderFormat);
    }
    let mut things = Vec::new();
    let mut taken = HashSet::new();
    reading.rows("TMTask", TASK, |fields| {
        things.extend(thing(fields, &mut taken));
    })?;
    things.sort_by_key(|thing: &Thing| thing.index);
    let areas = reading.named("TMArea", AREA)?;
    let tags = reading.named("TMTag", TAG)?;

    let mut entries = Vec::new();
    reading.rows("TMChecklistItem", ENTRY, |fields| {
        entries.extend(entry(fields))
    })?;
    entries.sort_by_key(|entry: &Entry| entry.index);
    let mut tags_of: HashMap<String, Vec<String>> = HashMap::new();
    for (table, columns) in [("TMTaskTag", TASK_TAG), ("TMAreaTag", AREA_TAG)] {
        reading.rows(table, columns, |mut fields| {
            let bearer = fields.text(columns[0]);
            if let (Some(bearer), Some(tag)) = (bearer, fields.text(columns[1])) {
                tags_of.entry(bearer).or_default().push(tag);
            }
        })?;
    }
    let mut settings = 0;
    reading.rows("TMSettings", &[], |_| settings += 1)?;
    let version = reading.version()?;
    findings.setting(SettingKind::Configuration, settings);
    Ok(Tables {
        version,
        areas,
        tags,
        things,
        entries,
        tags_of,
    })
}

struct Reading<'r, 'a> {
    database: &'r Database<'a>,
    limit: usize,
    left: usize,
    findings: &'r mut Findings,
}

impl Reading<'_, '_> {
    /// Gives each row of a table; of a table that is not there, none.
    fn rows(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        mut give: impl FnMut(Fields<'_>),
    ) -> Result<(), Refused> {
        let Some(found) = self.database.table(table) else {
            return Ok(());
        };
        for row in self.database.rows(found, columns)? {
            let full = Refused::TooManyRecords { limit: self.limit };
            self.left = self.left.checked_sub(1).ok_or(full)?;
            give(Fields::new(table, columns, row?, self.findings));
        }
        Ok(())
    }

    fn named(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
    ) -> Result<Vec<Named>, Refused> {
        let mut named = Vec::new();
        let mut taken = HashSet::new();
        self.rows(table, columns, |mut fields| {
            if let Some(uuid) = uuid(&mut fields, &mut taken) {
                named.push(Named {
                    uuid,
                    title: fields.text("title").unwrap_or_default(),
                    index: fields.whole("index").unwrap_or_default(),
                    is_inner: columns.contains(&"parent") && fields.holds("parent"),
                });
            }
        })?;
        named.sort_by_key(|one| one.index);
        Ok(named)
    }

    /// Returns the version, which stands as a property list of one number.
    fn version(&mut self) -> Result<Option<i64>, Refused> {
        let Some(meta) = self.database.table("Meta") else {
            return Ok(None);
        };
        let mut version = None;
        for row in self.database.rows(meta, META)? {
            let values = row?.values;
            if let [Value::Text(key), Value::Text(value)] = &values[..]
                && key == "databaseVersion"
            {
                let number = value.split_once("<integer>");
                let number = number.and_then(|(_, rest)| rest.split_once("</integer>"));
                version = number.and_then(|(number, _)| number.trim().parse().ok());
            }
        }
        Ok(version.filter(|version| (0..1_000_000).contains(version)))
    }
}

/// Returns the id of a row, if it has one that no row before it has.
fn uuid(fields: &mut Fields<'_>, taken: &mut HashSet<String>) -> Option<String> {
    let Some(uuid) = fields.text("uuid") else {
        fields.note(Reason::Missing);
        return None;
    };
    if crate::collect::by_id("task", &uuid).is_none() {
        fields.note(Reason::TooLong);
        return None;
    }
    if !taken.insert(uuid.clone()) {
        fields.note(Reason::DuplicateId);
        return None;
    }
    Some(uuid)
}

fn thing(mut fields: Fields<'_>, taken: &mut HashSet<String>) -> Option<Thing> {
    let uuid = uuid(&mut fields, taken)?;
    let kind = match fields.whole("type") {
        Some(0) => Kind::ToDo,
        Some(1) => Kind::Project,
        Some(2) => Kind::Heading,
        _ => {
            fields.note(Reason::UnknownValue);
            return None;
        }
    };
    let start = match fields.whole("start") {
        Some(0) => Start::Inbox,
        Some(1) => Start::Anytime,
        Some(2) => Start::Someday,
        _ => {
            fields.note(Reason::UnknownValue);
            Start::Inbox
        }
    };
    let rules = ["rt1_recurrenceRule", "recurrenceRule", "repeater"];
    Some(Thing {
        spot: fields.spot,
        uuid,
        kind,
        start,
        status: status(&mut fields),
        stopped_ms: fields.moment("stopDate"),
        created_ms: fields.moment("creationDate"),
        is_trashed: fields.whole("trashed").unwrap_or_default() != 0,
        is_template: rules.into_iter().any(|rule| fields.holds(rule)),
        title: fields.text("title").unwrap_or_default(),
        notes: fields.text("notes").unwrap_or_default(),
        when: fields.day("startDate"),
        is_for_evening: fields.whole("startBucket").unwrap_or_default() == 1,
        has_reminder: fields.holds("reminderTime"),
        has_contact: fields.holds("contact"),
        deadline: fields.day("deadline"),
        index: fields.whole("index").unwrap_or_default(),
        area: fields.text("area"),
        project: fields.text("project"),
        heading: fields.text("heading"),
    })
}

fn entry(mut fields: Fields<'_>) -> Option<Entry> {
    let Some(task) = fields.text("task") else {
        fields.note(Reason::Missing);
        return None;
    };
    Some(Entry {
        spot: fields.spot,
        task,
        title: fields.text("title").unwrap_or_default(),
        status: status(&mut fields),
        index: fields.whole("index").unwrap_or_default(),
    })
}

fn status(fields: &mut Fields<'_>) -> Status {
    match fields.whole("status") {
        Some(0) => Status::Open,
        Some(2) => Status::Cancelled,
        Some(3) => Status::Completed,
        _ => {
            fields.note(Reason::UnknownValue);
            Status::Open
        }
    }
}

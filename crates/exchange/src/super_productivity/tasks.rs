//! Tasks as they stand in the file, live and archived, field by field; what they are to each
//! other is settled in [`family`](super::family).

use std::collections::{BTreeMap, HashSet};

use lifeos_kernel::Day;

use crate::findings::Findings;
use crate::json::Json;
use crate::place::Place;
use crate::record::{DAYS, LABELS};
use crate::report::{Homeless, Notice, Reason, Shape};
use crate::words;

use super::entities::{Entity, entities};
use super::fields::{self, Fields};
use super::hangs;
use super::projects::{Home, Known};
use super::tags::{self, Role, Tags};

const KNOWN: &[&str] = &[
    "attachments",
    "created",
    "deadlineDay",
    "deadlineRemindAt",
    "deadlineWithTime",
    "doneOn",
    "dueDay",
    "dueWithTime",
    "hasPlannedTime",
    "id",
    "isDone",
    "issueAttachmentNr",
    "issueData",
    "issueId",
    "issueLastSyncedValues",
    "issueLastUpdated",
    "issuePoints",
    "issueProviderId",
    "issueTimeTracked",
    "issueType",
    "issueWasUpdated",
    "modified",
    "notes",
    "parentId",
    "plannedAt",
    "projectId",
    "remindAt",
    "reminderId",
    "repeatCfgId",
    "subTaskIds",
    "tagIds",
    "timeEstimate",
    "timeSpent",
    "timeSpentOnDay",
    "title",
    "updated",
];

/// Where tasks stand.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    /// Steps from the root to the model.
    pub(super) steps: &'static [&'static str],
    pub(super) is_archive: bool,
}

/// A task of the file.
pub(super) struct Raw<'j> {
    pub(super) id: &'j str,
    pub(super) shelf: Shelf,
    pub(super) title: String,
    pub(super) notes: String,
    pub(super) created_ms: Option<i64>,
    pub(super) is_done: bool,
    pub(super) done_ms: Option<i64>,
    pub(super) modified_ms: Option<i64>,
    pub(super) due: Option<Day>,
    pub(super) planned_ms: Option<i64>,
    pub(super) deadline: Option<Day>,
    pub(super) deadline_ms: Option<i64>,
    pub(super) estimate_ms: i64,
    pub(super) spent_ms: BTreeMap<Day, i64>,
    /// The sum that the file keeps; matters only where the days are missing.
    pub(super) spent_total_ms: i64,
    pub(super) labels: Vec<String>,
    pub(super) is_urgent: bool,
    pub(super) is_important: bool,
    pub(super) is_in_progress: bool,
    pub(super) has_today_tag: bool,
    pub(super) home: Home<'j>,
    pub(super) parent: Option<&'j str>,
    pub(super) children: Vec<&'j str>,
}

/// What the tasks name.
pub(super) struct Named<'a, 'j> {
    pub(super) tags: &'a Tags<'j>,
    pub(super) projects: &'a Known<'j>,
    pub(super) text_bytes: usize,
}

/// Gathers the entities of all shelves; of an id that stands on two, the first is taken.
pub(super) fn gather<'j>(
    shelves: &[(Shelf, &'j Json)],
    findings: &mut Findings,
) -> Vec<(Shelf, Entity<'j>)> {
    let mut gathered: Vec<(Shelf, Entity<'j>)> = Vec::new();
    let mut taken = HashSet::new();
    for (shelf, model) in shelves {
        let place = Place::names(shelf.steps);
        for entity in entities(model, &place, findings) {
            if !taken.insert(entity.id) {
                let in_entities = place.name("entities");
                findings.not_understood(Reason::DuplicateId, &in_entities.name(entity.id));
                continue;
            }
            gathered.push((*shelf, entity));
        }
    }
    gathered
}

pub(super) fn read<'j>(
    shelf: Shelf,
    entity: Entity<'j>,
    named: &Named<'_, 'j>,
    findings: &mut Findings,
) -> Raw<'j> {
    let model = Place::names(shelf.steps);
    let in_entities = model.name("entities");
    let here = in_entities.name(entity.id);
    let fields = Fields {
        map: entity.map,
        place: here,
    };
    fields.expect_only(KNOWN, &in_entities.any(), findings);

    let raw_title = fields.text("title", findings);
    let notes = hangs::notes_of_task(&fields, raw_title, findings);
    let planned_ms = fields.moment("dueWithTime", findings);
    let mut raw = Raw {
        id: entity.id,
        shelf,
        title: words::title(raw_title, &notes, findings),
        notes: words::bounded(notes, named.text_bytes, &here.name("notes"), findings),
        created_ms: fields.moment("created", findings),
        is_done: fields.flag("isDone", findings),
        done_ms: fields.moment("doneOn", findings),
        modified_ms: fields
            .moment("modified", findings)
            .or(fields.moment("updated", findings)),
        due: fields.day("dueDay", findings),
        planned_ms: planned_ms.or(fields.moment("plannedAt", findings)),
        deadline: fields.day("deadlineDay", findings),
        deadline_ms: fields.moment("deadlineWithTime", findings),
        estimate_ms: fields.duration_ms("timeEstimate", findings).unwrap_or(0),
        spent_ms: spent(&fields, findings),
        spent_total_ms: fields.duration_ms("timeSpent", findings).unwrap_or(0),
        labels: Vec::new(),
        is_urgent: false,
        is_important: false,
        is_in_progress: false,
        has_today_tag: false,
        home: home(&fields, named, findings),
        parent: fields.id("parentId", findings),
        children: fields.ids("subTaskIds", findings),
    };
    read_tags(&fields, named.tags, &mut raw, findings);
    if shelf.is_archive && !raw.is_done {
        raw.is_done = true;
        findings.reshaped(Shape::ArchivedToCompleted);
    }
    if !raw.is_done {
        for reminder in ["remindAt", "deadlineRemindAt"] {
            let is_set = fields.moment(reminder, findings).is_some();
            findings.left_out(Homeless::Reminders, usize::from(is_set));
        }
    }
    raw
}

fn home<'j>(fields: &Fields<'_, 'j>, named: &Named<'_, 'j>, findings: &mut Findings) -> Home<'j> {
    let home = named.projects.home(fields.id("projectId", findings));
    if home == Home::Unknown {
        findings.not_understood(Reason::DanglingProject, &fields.place.name("projectId"));
    }
    home
}

fn read_tags<'j>(
    fields: &Fields<'_, 'j>,
    tags: &Tags<'j>,
    raw: &mut Raw<'j>,
    findings: &mut Findings,
) {
    let place = fields.place.name("tagIds");
    let mut taken = HashSet::new();
    for (index, id) in fields.ids("tagIds", findings).into_iter().enumerate() {
        match tags.role(id) {
            Some(Role::Label) if raw.labels.len() == LABELS && !taken.contains(id) => {
                findings.not_understood(Reason::TooLong, &place.index(index));
            }
            Some(Role::Label) => {
                if taken.insert(id) {
                    raw.labels.push(tags::external_id(id));
                }
            }
            Some(Role::Urgent) => raw.is_urgent = true,
            Some(Role::Important) => raw.is_important = true,
            Some(Role::InProgress) => raw.is_in_progress = true,
            Some(Role::Today) => raw.has_today_tag = true,
            Some(Role::Nothing) => {}
            None => findings.not_understood(Reason::DanglingTag, &place.index(index)),
        }
    }
}

fn spent(fields: &Fields<'_, '_>, findings: &mut Findings) -> BTreeMap<Day, i64> {
    let mut spent = BTreeMap::new();
    let place = fields.place.name("timeSpentOnDay");
    let Some(days) = fields.typed("timeSpentOnDay", findings, Json::as_map) else {
        return spent;
    };
    for (name, value) in days.iter() {
        if value.is_blank() {
            continue;
        }
        match (fields::day(name), fields::day_ms(value)) {
            (Some(day), Some(ms)) => {
                spent.insert(day, ms);
            }
            (None, _) => findings.not_understood(Reason::NotADay, &place.name(name)),
            (_, None) => findings.not_understood(Reason::NotADuration, &place.name(name)),
        }
    }
    while spent.len() > DAYS {
        spent.pop_first();
        findings.alike(Reason::TooLong, &place);
    }
    if spent.values().any(|ms| ms % 60_000 != 0) {
        findings.warn(Notice::RoundedToMinutes);
    }
    spent
}

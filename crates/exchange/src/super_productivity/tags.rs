//! Tags: most are labels; those that the product itself made mean something else.

use std::collections::HashMap;

use crate::findings::Findings;
use crate::json::Json;
use crate::place::Place;
use crate::record::{ImportRecord, Label, Values};
use crate::report::{SettingKind, Shape};
use crate::words;

use super::entities::entities;
use super::fields::Fields;

const KNOWN: &[&str] = &[
    "advancedCfg",
    "breakNr",
    "breakTime",
    "color",
    "created",
    "icon",
    "id",
    "modified",
    "taskIds",
    "theme",
    "title",
    "updated",
    "workEnd",
    "workStart",
];

/// What a tag means for the tasks that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Label,
    Today,
    Urgent,
    Important,
    InProgress,
    /// "No list", a left-over of old releases.
    Nothing,
}

impl Role {
    fn of(id: &str) -> Self {
        match id {
            "TODAY" => Self::Today,
            "EM_URGENT" => Self::Urgent,
            "EM_IMPORTANT" => Self::Important,
            "KANBAN_IN_PROGRESS" => Self::InProgress,
            "NO_LIST" => Self::Nothing,
            _ => Self::Label,
        }
    }

    fn shape(self) -> Option<Shape> {
        match self {
            Self::Today => Some(Shape::TodayTagToDay),
            Self::Urgent => Some(Shape::UrgentTagToFlag),
            Self::Important => Some(Shape::ImportantTagToFlag),
            Self::InProgress => Some(Shape::InProgressTagToStatus),
            Self::Label | Self::Nothing => None,
        }
    }
}

/// The tags of a file.
#[derive(Default)]
pub(super) struct Tags<'j> {
    pub(super) count: u32,
    pub(super) records: Vec<ImportRecord>,
    /// Ids of the tasks that the tag Today lists.
    pub(super) today: Vec<&'j str>,
    roles: HashMap<&'j str, Role>,
}

impl Tags<'_> {
    /// Returns what a tag means; the product's own tags need not stand in the file.
    pub(super) fn role(&self, id: &str) -> Option<Role> {
        let known = self.roles.get(id).copied();
        known.or_else(|| Some(Role::of(id)).filter(|role| *role != Role::Label))
    }
}

pub(super) fn external_id(id: &str) -> String {
    format!("tag:{id}")
}

pub(super) fn read<'j>(model: &'j Json, place: &Place<'_>, findings: &mut Findings) -> Tags<'j> {
    let mut tags = Tags::default();
    let in_entities = place.name("entities");
    for entity in entities(model, place, findings) {
        let here = in_entities.name(entity.id);
        let fields = Fields {
            map: entity.map,
            place: here,
        };
        fields.expect_only(KNOWN, &in_entities.any(), findings);
        tags.count += 1;
        let role = Role::of(entity.id);
        tags.roles.insert(entity.id, role);
        let dressed = ["icon", "color", "theme"];
        let is_dressed = dressed
            .iter()
            .any(|name| fields.get(name).is_some_and(|dress| !dress.is_blank()));
        findings.setting(SettingKind::Appearance, usize::from(is_dressed));
        if let Some(shape) = role.shape() {
            findings.reshaped(shape);
        }
        if role == Role::Today {
            tags.today = fields.ids("taskIds", findings);
        }
        if role != Role::Label {
            continue;
        }
        let title = words::title(fields.text("title", findings), "", findings);
        tags.records.push(ImportRecord {
            external_id: external_id(entity.id),
            created_ms: fields.moment("created", findings),
            values: Values::Label(Label { title }),
        });
    }
    tags
}

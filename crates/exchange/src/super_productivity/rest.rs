//! What has no place here yet, and the settings that stay behind: named with counts, not read.

use std::collections::HashMap;

use crate::findings::Findings;
use crate::json::{Json, Map};
use crate::place::Place;
use crate::record::{ImportRecord, Section, Values};
use crate::report::{Homeless, Reason, SettingKind};
use crate::words;

use super::entities::entities;
use super::fields::Fields;
use super::projects::{self, Home, Known};

/// Models that are read elsewhere, and counters of the product itself.
const READ: &[&str] = &[
    "archiveOld",
    "archiveYoung",
    "lastArchiveUpdate",
    "lastLocalSyncModelChange",
    "lastUpdate",
    "menuTree",
    "note",
    "planner",
    "project",
    "section",
    "tag",
    "task",
    "taskArchive",
    "timestamp",
];

/// Counts everything that is not read.
pub(super) fn count(data: &Map, place: &Place<'_>, findings: &mut Findings) {
    for (name, model) in data.iter() {
        match name {
            "taskRepeatCfg" => findings.left_out(Homeless::Repeats, filled(model)),
            "reminders" => {
                let reminders = model.as_list().unwrap_or_default();
                findings.left_out(
                    Homeless::Reminders,
                    reminders.iter().filter(|one| !one.is_blank()).count(),
                );
            }
            "simpleCounter" => findings.left_out(Homeless::Counters, counted(model)),
            "metric" => findings.left_out(Homeless::Evaluations, filled(model)),
            "improvement" | "obstruction" => {
                findings.left_out(Homeless::Reflections, filled(model))
            }
            "timeTracking" => findings.left_out(Homeless::WorkedDays, worked_days(model)),
            "pluginUserData" => {
                findings.left_out(Homeless::PluginData, usize::from(!model.is_blank()))
            }
            "globalConfig" => {
                findings.setting(SettingKind::Configuration, usize::from(!model.is_blank()))
            }
            "boards" => {
                let boards = model
                    .as_map()
                    .and_then(|boards| boards.get("boardCfgs"))
                    .and_then(Json::as_list);
                findings.setting(SettingKind::Boards, boards.unwrap_or_default().len());
            }
            "issueProvider" => findings.setting(SettingKind::IssueProviders, filled(model)),
            "pluginMetadata" => {
                findings.setting(SettingKind::Plugins, usize::from(!model.is_blank()))
            }
            _ if READ.contains(&name) || name.starts_with('_') || model.is_blank() => {}
            _ if matches!(model, Json::Map(_) | Json::List(_)) => {
                findings.left_out(Homeless::UnknownModels, 1);
                findings.not_understood(Reason::UnknownField, &place.name(name));
            }
            _ => {}
        }
    }
    for archive in ["archiveYoung", "archiveOld"] {
        let archive = data.get(archive).and_then(Json::as_map);
        if let Some(model) = archive.and_then(|archive| archive.get("timeTracking")) {
            findings.left_out(Homeless::WorkedDays, worked_days(model));
        }
    }
    for model in ["project", "tag"] {
        let members = data
            .get(model)
            .and_then(Json::as_map)
            .and_then(|model| model.get("entities"));
        for (_, entity) in members
            .and_then(Json::as_map)
            .into_iter()
            .flat_map(Map::iter)
        {
            // Before release 14 these stood with the project or tag itself.
            let days = entity
                .as_map()
                .and_then(|entity| entity.get("workStart"))
                .and_then(Json::as_map);
            let count = days
                .into_iter()
                .flat_map(Map::iter)
                .filter(|(_, at)| !at.is_blank())
                .count();
            findings.left_out(Homeless::WorkedDays, count);
        }
    }
}

/// Sections of projects; those of tags have no place here.
pub(super) struct Sections<'j> {
    pub(super) count: u32,
    pub(super) records: Vec<ImportRecord>,
    /// External id of the section by id of the task.
    pub(super) of_task: HashMap<&'j str, String>,
}

pub(super) fn sections<'j>(
    model: &'j Json,
    place: &Place<'_>,
    known: &Known<'_>,
    findings: &mut Findings,
) -> Sections<'j> {
    const KNOWN: &[&str] = &[
        "contextId",
        "contextType",
        "created",
        "id",
        "isExpanded",
        "modified",
        "taskIds",
        "title",
    ];
    let mut sections = Sections {
        count: 0,
        records: Vec::new(),
        of_task: HashMap::new(),
    };
    let in_entities = place.name("entities");
    for entity in entities(model, place, findings) {
        let here = in_entities.name(entity.id);
        let fields = Fields {
            map: entity.map,
            place: here,
        };
        fields.expect_only(KNOWN, &in_entities.any(), findings);
        sections.count += 1;
        let of_project = fields.text("contextType", findings) == Some("PROJECT");
        let home = known.home(fields.id("contextId", findings));
        let project = match home {
            Home::Project(id) if of_project => projects::external_id(id),
            Home::Unknown if of_project => {
                findings.not_understood(Reason::DanglingProject, &here.name("contextId"));
                continue;
            }
            _ => {
                findings.left_out(Homeless::SectionsOfTags, 1);
                continue;
            }
        };
        let external_id = format!("section:{}", entity.id);
        for task in fields.ids("taskIds", findings) {
            sections
                .of_task
                .entry(task)
                .or_insert_with(|| external_id.clone());
        }
        let title = words::title(fields.text("title", findings), "", findings);
        sections.records.push(ImportRecord {
            external_id,
            created_ms: fields.moment("created", findings),
            values: Values::Section(Section { title, project }),
        });
    }
    sections
}

/// Counts the entities of a model that hold something.
fn filled(model: &Json) -> usize {
    let entities = model
        .as_map()
        .and_then(|model| model.get("entities"))
        .and_then(Json::as_map);
    entities
        .into_iter()
        .flat_map(Map::iter)
        .filter(|(_, entity)| !entity.is_blank())
        .count()
}

/// Counts the counters that ever counted; the product ships some that nobody uses.
fn counted(model: &Json) -> usize {
    let entities = model
        .as_map()
        .and_then(|model| model.get("entities"))
        .and_then(Json::as_map);
    let has_counted = |entity: &Json| {
        let days = entity.as_map().and_then(|entity| entity.get("countOnDay"));
        days.is_some_and(|days| !days.is_blank())
    };
    entities
        .into_iter()
        .flat_map(Map::iter)
        .filter(|(_, entity)| has_counted(entity))
        .count()
}

/// Counts days in `{project: {id: {day: …}}, tag: {id: {day: …}}}`.
fn worked_days(model: &Json) -> usize {
    let contexts = model.as_map().into_iter().flat_map(Map::iter);
    let days = contexts
        .filter_map(|(_, ids)| ids.as_map())
        .flat_map(Map::iter)
        .filter_map(|(_, days)| days.as_map())
        .flat_map(Map::iter);
    days.filter(|(_, day)| !day.is_blank()).count()
}

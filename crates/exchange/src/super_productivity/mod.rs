//! Super Productivity: its backup file, from release 10 on.
//!
//! How it is mapped:
//!
//! | there | here |
//! | --- | --- |
//! | project, archived, done | project, paused, completed; folder of the menu as area |
//! | inbox project | no project, list inbox |
//! | backlog | list someday |
//! | section of a project | section |
//! | tag | label; Today, urgent, important and in-progress become day, marks and status |
//! | task, subtask | task, subtask; the parent's project and list |
//! | archived task | completed task with its date |
//! | `dueDay`, planner's day | due, on that day |
//! | `dueWithTime`, `plannedAt` | scheduled block as long as the estimate |
//! | `deadlineDay`, `deadlineWithTime` | hard deadline |
//! | `timeSpentOnDay` | minutes by day, a parent's without its subtasks' |
//! | attachment, issue | link in the task's notes |
//! | note of a project | the project's notes, between rules |
//! | note without a project | task in someday |
//!
//! Whatever else stands in the file is counted in the report.

mod assemble;
mod entities;
mod family;
mod fields;
mod hangs;
mod notes;
mod projects;
mod rest;
mod settle;
mod tags;
mod tasks;

use crate::findings::Findings;
use crate::json::{Json, Map};
use crate::options::LAST_MOMENT_MS;
use crate::place::Place;
use crate::report::{Layout, Notice};
use crate::{Import, Options, Refused};

use tasks::Shelf;

/// The newest version of the backup that is known here.
const NEWEST: f64 = 4.5;

/// Says whether the text is what the product puts on a cloud drive, packed or encrypted.
pub(crate) fn is_sync_file(text: &str) -> bool {
    let mark = text.trim_start().strip_prefix("pf_");
    mark.is_some_and(|rest| {
        rest.starts_with(['C', 'E', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    })
}

/// Reads a backup.
pub(crate) fn read(json: &Json, replaced: u64, options: &Options<'_>) -> Result<Import, Refused> {
    let backup = Backup::open(json).ok_or(Refused::UnknownFormat)?;
    let limit = options.limits.records;
    if backup.record_count() > limit {
        return Err(Refused::TooManyRecords { limit });
    }
    let mut findings = Findings::default();
    findings.warn_times(Notice::DamagedCharacters, replaced);
    match backup.version {
        None => findings.warn(Notice::NoVersion),
        Some(version) if version > NEWEST => findings.warn(Notice::NewerVersion),
        Some(_) => {}
    }
    Ok(assemble::import(&backup, options, findings))
}

/// A backup, whichever way it is laid out.
struct Backup<'j> {
    layout: Layout,
    version: Option<f64>,
    written_at_ms: Option<i64>,
    data: &'j Map,
}

impl<'j> Backup<'j> {
    fn open(json: &'j Json) -> Option<Self> {
        let root = json.as_map()?;
        let wrapped = root
            .get("data")
            .and_then(Json::as_map)
            .filter(|data| is_model(data));
        let (layout, data) = match wrapped {
            Some(data) => (Layout::Backup, data),
            None if !is_model(root) => return None,
            None if root.get("taskArchive").is_some() => (Layout::BareLegacy, root),
            None => (Layout::Bare, root),
        };
        let version = match root.get("crossModelVersion") {
            #[expect(clippy::cast_precision_loss, reason = "versions are small")]
            Some(Json::Whole(version)) => Some(*version as f64),
            Some(Json::Number(version)) => Some(*version),
            _ => None,
        };
        let mut moments = ["timestamp", "lastUpdate", "lastLocalSyncModelChange"].into_iter();
        let written_at_ms = moments.find_map(|name| {
            let moment = root.get(name).and_then(Json::as_whole);
            moment.filter(|ms| (1..=LAST_MOMENT_MS).contains(ms))
        });
        Some(Self {
            layout,
            version,
            written_at_ms,
            data,
        })
    }

    fn place(&self) -> Place<'static> {
        match self.layout {
            Layout::Backup => Place::names(&["data"]),
            Layout::Bare | Layout::BareLegacy => Place::ROOT,
        }
    }

    /// Returns how many things stand in all models that become records.
    fn record_count(&self) -> usize {
        let names = ["project", "tag", "section", "note"];
        let models = names.into_iter().filter_map(|name| self.data.get(name));
        let shelves = self.shelves();
        let models = models.chain(shelves.iter().map(|(_, model)| *model));
        let entities = models.filter_map(|model| model.as_map()?.get("entities")?.as_map());
        entities.map(Map::len).sum()
    }

    /// Returns the shelves on which tasks stand, live ones first.
    fn shelves(&self) -> Vec<(Shelf, &'j Json)> {
        let archive = |name| {
            self.data
                .get(name)
                .and_then(Json::as_map)
                .and_then(|archive| archive.get("task"))
        };
        let is_wrapped = self.layout == Layout::Backup;
        let steps =
            |wrapped: &'static [&'static str]| if is_wrapped { wrapped } else { &wrapped[1..] };
        let found = [
            (steps(&["data", "task"]), self.data.get("task"), false),
            (
                steps(&["data", "archiveYoung", "task"]),
                archive("archiveYoung"),
                true,
            ),
            (
                steps(&["data", "archiveOld", "task"]),
                archive("archiveOld"),
                true,
            ),
            (
                steps(&["data", "taskArchive"]),
                self.data.get("taskArchive"),
                true,
            ),
        ];
        let shelf = |(steps, model, is_archive)| Some((Shelf { steps, is_archive }, model?));
        found.into_iter().filter_map(shelf).collect()
    }
}

/// Says whether a map holds the product's models: tasks and one more.
fn is_model(data: &Map) -> bool {
    let has = |name: &str| {
        let model = data.get(name).and_then(Json::as_map);
        model.is_some_and(|model| model.get("entities").is_some() || model.get("ids").is_some())
    };
    has("task") && (has("project") || has("tag"))
}

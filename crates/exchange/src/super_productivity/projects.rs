//! Projects in the order of the product's menu, with the folder in which they stand there.

use std::collections::{HashMap, HashSet};

use crate::findings::Findings;
use crate::json::{Json, Map};
use crate::place::Place;
use crate::record::{Project, ProjectStatus};
use crate::report::{Homeless, Notice, Reason, SettingKind, Shape};
use crate::words;

use super::entities::entities;
use super::fields::Fields;

const KNOWN: &[&str] = &[
    "advancedCfg",
    "backlogTaskIds",
    "breakNr",
    "breakTime",
    "created",
    "doneOn",
    "folderId",
    "icon",
    "id",
    "isArchived",
    "isDone",
    "isEnableBacklog",
    "isHiddenFromMenu",
    "issueIntegrationCfgs",
    "modified",
    "noteIds",
    "taskIds",
    "theme",
    "themeColor",
    "title",
    "updated",
    "workEnd",
    "workStart",
];

/// One project, before its notes are known.
pub(super) struct Draft<'j> {
    pub(super) id: &'j str,
    pub(super) project: Project,
    pub(super) created_ms: Option<i64>,
    pub(super) task_ids: Vec<&'j str>,
    pub(super) backlog_ids: Vec<&'j str>,
    pub(super) note_ids: Vec<&'j str>,
    /// The inbox: its tasks have no project.
    pub(super) is_inbox: bool,
}

pub(super) fn external_id(id: &str) -> String {
    format!("project:{id}")
}

/// Returns all projects, the inbox first.
pub(super) fn read<'j>(
    data: &'j Map,
    place: &Place<'_>,
    findings: &mut Findings,
) -> Vec<Draft<'j>> {
    let Some(model) = data.get("project") else {
        findings.not_understood(Reason::Missing, &place.name("project"));
        return Vec::new();
    };
    let menu = Menu::read(data, place, findings);
    let model_place = place.name("project");
    let in_entities = model_place.name("entities");
    let found = entities(model, &model_place, findings);
    let has_inbox = found.iter().any(|entity| entity.id == "INBOX_PROJECT");
    let mut drafts = Vec::with_capacity(found.len());
    for entity in found {
        let here = in_entities.name(entity.id);
        let fields = Fields {
            map: entity.map,
            place: here,
        };
        fields.expect_only(KNOWN, &in_entities.any(), findings);
        drafts.push(draft(entity.id, &fields, has_inbox, &menu, findings));
    }
    drafts.sort_by_key(|draft| (!draft.is_inbox, menu.rank(draft.id)));
    drafts
}

fn draft<'j>(
    id: &'j str,
    fields: &Fields<'_, 'j>,
    has_inbox: bool,
    menu: &Menu<'j>,
    findings: &mut Findings,
) -> Draft<'j> {
    let title = fields.text("title", findings);
    // Releases before 13 had no inbox but a project of that id, named so in most languages.
    let is_old_inbox =
        id == "INBOX" && !has_inbox && title.is_some_and(|title| title.contains("box"));
    let is_inbox = id == "INBOX_PROJECT" || is_old_inbox;
    if is_inbox {
        findings.reshaped(Shape::InboxToNoProject);
    }
    let area = menu.areas.get(id).cloned();
    if area.is_some() {
        findings.reshaped(Shape::FolderToArea);
    }
    let dressed = ["icon", "theme", "themeColor"];
    let is_dressed = dressed
        .iter()
        .any(|name| fields.get(name).is_some_and(|dress| !dress.is_blank()));
    findings.setting(SettingKind::Appearance, usize::from(is_dressed));
    let done_at_ms = fields.moment("doneOn", findings);
    let status = if fields.flag("isDone", findings) {
        findings.warn_times(Notice::ProjectDateDropped, u64::from(done_at_ms.is_some()));
        ProjectStatus::Completed { at_ms: done_at_ms }
    } else if fields.flag("isArchived", findings) {
        ProjectStatus::Archived
    } else {
        ProjectStatus::Active
    };
    Draft {
        id,
        created_ms: fields.moment("created", findings),
        task_ids: fields.ids("taskIds", findings),
        backlog_ids: fields.ids("backlogTaskIds", findings),
        note_ids: fields.ids("noteIds", findings),
        is_inbox,
        project: Project {
            title: words::title(title, "", findings),
            notes: String::new(),
            area,
            status,
        },
    }
}

/// The order of projects in the product's menu, and their folders.
#[derive(Default)]
struct Menu<'j> {
    ranks: HashMap<&'j str, usize>,
    areas: HashMap<&'j str, String>,
}

impl<'j> Menu<'j> {
    fn read(data: &'j Map, place: &Place<'_>, findings: &mut Findings) -> Self {
        let mut menu = Self::default();
        let Some(tree) = data.get("menuTree").and_then(Json::as_map) else {
            return menu;
        };
        let place = place.name("menuTree");
        if let Some(nodes) = tree.get("projectTree").and_then(Json::as_list) {
            menu.walk(nodes, "", &place.name("projectTree"), findings);
        }
        let folders_of_tags = tree
            .get("tagTree")
            .and_then(Json::as_list)
            .unwrap_or_default();
        let is_folder = |node: &&Json| {
            node.as_map()
                .is_some_and(|node| node.get("children").is_some())
        };
        findings.left_out(
            Homeless::TagFolders,
            folders_of_tags.iter().filter(is_folder).count(),
        );
        menu
    }

    /// Recursion is bounded by the depth of the JSON.
    fn walk(&mut self, nodes: &'j [Json], area: &str, place: &Place<'_>, findings: &mut Findings) {
        for (index, node) in nodes.iter().enumerate() {
            let here = place.index(index);
            let Some(map) = node.as_map() else {
                findings.not_understood(Reason::WrongType, &here);
                continue;
            };
            let fields = Fields { map, place: here };
            if let Some(children) = map.get("children").and_then(Json::as_list) {
                let name = words::heading(fields.text("name", findings).unwrap_or_default());
                let inner = words::short(&words::join(area, &name, " / "));
                self.walk(children, &inner, &here.name("children"), findings);
            } else if let Some(id) = fields.id("id", findings) {
                let rank = self.ranks.len();
                self.ranks.entry(id).or_insert(rank);
                if !area.is_empty() {
                    self.areas.entry(id).or_insert_with(|| area.to_owned());
                }
            }
        }
    }

    fn rank(&self, id: &str) -> usize {
        self.ranks.get(id).copied().unwrap_or(usize::MAX)
    }
}

/// Projects by id, for tasks and notes that name them.
pub(super) struct Known<'j> {
    ids: HashSet<&'j str>,
    inbox: Option<&'j str>,
}

/// What a project's id leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home<'j> {
    Project(&'j str),
    Inbox,
    Unknown,
}

impl<'j> Known<'j> {
    pub(super) fn new(drafts: &[Draft<'j>]) -> Self {
        let inbox = drafts
            .iter()
            .find(|draft| draft.is_inbox)
            .map(|draft| draft.id);
        Self {
            ids: drafts
                .iter()
                .filter(|draft| !draft.is_inbox)
                .map(|draft| draft.id)
                .collect(),
            inbox,
        }
    }

    pub(super) fn home(&self, id: Option<&str>) -> Home<'j> {
        let Some(id) = id else { return Home::Inbox };
        if id == "INBOX_PROJECT" || self.inbox == Some(id) {
            return Home::Inbox;
        }
        self.ids
            .get(id)
            .map_or(Home::Unknown, |known| Home::Project(known))
    }
}

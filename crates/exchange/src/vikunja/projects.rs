//! Projects with the columns of their boards.

use std::collections::HashMap;

use super::fields::Fields;
use super::html;
use crate::collect::Collection;
use crate::json::Json;
use crate::place::Place;
use crate::record::{Project, ProjectStatus};
use crate::report::{Homeless, Reason, SettingKind, Shape};
use crate::{Refused, words};

const KNOWN: &[&str] = &[
    "background_blur_hash",
    "background_file_id",
    "background_information",
    "buckets",
    "created",
    "description",
    "hex_color",
    "id",
    "identifier",
    "is_archived",
    "is_favorite",
    "max_permission",
    "max_right",
    "owner",
    "parent_project_id",
    "position",
    "positions",
    "subscription",
    "task_buckets",
    "tasks",
    "title",
    "updated",
    "views",
];

/// Names above a project, at the most.
const ABOVE: usize = 20;

/// A project of the file.
pub(super) struct Raw<'j> {
    /// Its place in the file.
    pub(super) number: usize,
    pub(super) fields: Fields<'j, 'j>,
    pub(super) id: i64,
    parent: Option<i64>,
    title: String,
    /// Its columns, by their ids in the file.
    buckets: Vec<(i64, String)>,
    /// Columns of tasks, where the tasks themselves do not say.
    pub(super) of_task: HashMap<i64, i64>,
}

/// Reads the projects as they stand.
pub(super) fn read<'j>(
    projects: &'j [Json],
    root: &'j Place<'j>,
    c: &mut Collection<'_>,
) -> Vec<Raw<'j>> {
    let mut raws = Vec::new();
    for (number, value) in projects.iter().enumerate() {
        let place = root.index(number);
        let Some(map) = value.as_map() else {
            c.findings.not_understood(Reason::WrongType, &place);
            continue;
        };
        let fields = Fields { map, place };
        let findings = &mut c.findings;
        fields.expect_only(KNOWN, &root.any(), findings);
        let Some(id) = fields.id("id", findings) else {
            findings.not_understood(Reason::Missing, &fields.place.name("id"));
            continue;
        };
        let title = words::title(Some(fields.text("title", findings)), "", findings);
        let parent = fields.id("parent_project_id", findings);
        let buckets = buckets(&fields, c);
        let of_task = of_task(&fields, c);
        raws.push(Raw {
            number,
            fields,
            id,
            parent,
            title,
            buckets,
            of_task,
        });
    }
    raws
}

/// Takes the projects in, and then their columns.
pub(super) fn take_in(raws: &[Raw<'_>], c: &mut Collection<'_>) -> Result<(), Refused> {
    let by_id: HashMap<i64, &Raw<'_>> = raws.iter().rev().map(|raw| (raw.id, raw)).collect();
    for raw in raws {
        let fields = &raw.fields;
        let area = area(raw, &by_id, c);
        let description = html::markdown(fields.text("description", &mut c.findings));
        let (title, notes) = c.texts(&raw.title, &description, &fields.place.name("description"));
        let findings = &mut c.findings;
        let is_archived = fields.flag("is_archived", findings);
        let is_coloured = !fields.text("hex_color", findings).is_empty();
        findings.setting(SettingKind::Appearance, usize::from(is_coloured));
        let has_picture = fields.id("background_file_id", findings).is_some();
        findings.left_out(Homeless::EmbeddedFiles, usize::from(has_picture));
        let boards = fields.list("views", findings).len();
        findings.setting(SettingKind::Boards, boards);
        let created_ms = fields.moment("created", findings);
        c.project(external_id(raw.id), created_ms, |_| Project {
            title,
            notes,
            area,
            status: if is_archived {
                ProjectStatus::Archived
            } else {
                ProjectStatus::Active
            },
        })?;
    }
    for raw in raws {
        for (id, title) in &raw.buckets {
            c.findings.reshaped(Shape::ColumnToSection);
            c.section(format!("bucket:{id}"), title, &external_id(raw.id))?;
        }
    }
    Ok(())
}

impl<'j> Raw<'j> {
    pub(super) fn tasks(&self) -> &'j [Json] {
        let tasks = self.fields.map.get("tasks").and_then(Json::as_list);
        tasks.unwrap_or_default()
    }

    /// Returns the section of a column of this project.
    pub(super) fn section(&self, bucket: i64) -> Option<String> {
        let has = self
            .buckets
            .binary_search_by_key(&bucket, |(id, _)| *id)
            .is_ok();
        has.then(|| format!("bucket:{bucket}"))
    }
}

pub(super) fn external_id(id: i64) -> String {
    format!("project:{id}")
}

/// Returns the names of the projects above, from the outermost.
fn area(raw: &Raw<'_>, by_id: &HashMap<i64, &Raw<'_>>, c: &mut Collection<'_>) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    let mut at = raw;
    while let Some(parent) = at.parent {
        let Some(above) = by_id.get(&parent) else {
            let at = raw.fields.place.name("parent_project_id");
            c.findings.not_understood(Reason::DanglingProject, &at);
            break;
        };
        if names.len() == ABOVE || above.id == raw.id {
            let at = raw.fields.place.name("parent_project_id");
            c.findings.not_understood(Reason::ParentCycle, &at);
            break;
        }
        names.push(&above.title);
        at = above;
    }
    if names.is_empty() {
        return None;
    }
    c.findings.reshaped(Shape::SubprojectToArea);
    names.reverse();
    Some(words::short(&names.join(" / ")))
}

/// Reads the columns, in the order of their ids.
fn buckets(fields: &Fields<'_, '_>, c: &mut Collection<'_>) -> Vec<(i64, String)> {
    let place = fields.place.name("buckets");
    let mut buckets: Vec<(i64, String)> = Vec::new();
    for (index, value) in fields.list("buckets", &mut c.findings).iter().enumerate() {
        let place = place.index(index);
        let findings = &mut c.findings;
        let Some(map) = value.as_map() else {
            findings.not_understood(Reason::WrongType, &place);
            continue;
        };
        let bucket = Fields { map, place };
        match bucket.id("id", findings) {
            Some(id) => {
                let title = bucket.text("title", findings);
                buckets.push((id, words::title(Some(title), "", findings)));
            }
            None => findings.not_understood(Reason::Missing, &bucket.place.name("id")),
        }
    }
    buckets.sort_by_key(|(id, _)| *id);
    let before = buckets.len();
    buckets.dedup_by_key(|(id, _)| *id);
    for _ in buckets.len()..before {
        c.findings.alike(Reason::DuplicateId, &place.any());
    }
    buckets
}

/// Reads which column a task stands in; of those of several boards, the first is taken.
fn of_task(fields: &Fields<'_, '_>, c: &mut Collection<'_>) -> HashMap<i64, i64> {
    let findings = &mut c.findings;
    let place = fields.place.name("task_buckets");
    let mut of_task = HashMap::new();
    for (index, value) in fields.list("task_buckets", findings).iter().enumerate() {
        let place = place.index(index);
        let Some(map) = value.as_map() else {
            findings.not_understood(Reason::WrongType, &place);
            continue;
        };
        let pair = Fields { map, place };
        if let (Some(task), Some(bucket)) =
            (pair.id("task_id", findings), pair.id("bucket_id", findings))
        {
            of_task.entry(task).or_insert(bucket);
        }
    }
    of_task
}

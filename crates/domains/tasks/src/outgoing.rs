//! What leaves when a person takes data along: what is there of a space, whole or in part, as plain
//! records in the order in which they are shown. Which file it becomes is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use lifeos_kernel::{Day, Field, RecordId};
use serde::{Deserialize, Serialize};

use crate::fields::{
    ChecklistField, LabelField, ProjectField, ProjectKey, ProjectStatus, SectionField, TaskField,
    TaskKey,
};
use crate::import::ImportedChecklistItem;
use crate::index::Row;
use crate::query::{Hangs, children_in_order, effective_parent, section_project};
use crate::record::{Entry, Placed, TasksState, checklist_text};

/// How much of a space leaves. What lies in the trash never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Portion {
    /// All that is there.
    All,
    /// What is still to be done, with the projects that go on.
    Open,
    /// A project with its tasks and their parts.
    Project {
        /// The project.
        project: RecordId,
    },
    /// The tasks with a label, and their parts.
    Label {
        /// The label.
        label: RecordId,
    },
}

/// What leaves.
///
/// Records name only what leaves with them: a task whose parent stays here stands at the root.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outgoing {
    /// Projects, in order.
    pub projects: Vec<OutgoingRecord<ProjectField>>,
    /// Sections, in the order of their projects and within them.
    pub sections: Vec<OutgoingRecord<SectionField>>,
    /// Labels, in order.
    pub labels: Vec<OutgoingRecord<LabelField>>,
    /// Tasks, each behind its parent, in order.
    pub tasks: Vec<OutgoingTask>,
}

/// A record that is no task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutgoingRecord<F> {
    /// Its id.
    pub record: RecordId,
    /// When it came into being, in milliseconds since 1970.
    pub at_ms: i64,
    /// Its fields that were ever written, without place and presence.
    pub fields: Vec<F>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutgoingTask {
    /// Its id.
    pub record: RecordId,
    /// When it came into being, in milliseconds since 1970.
    pub at_ms: i64,
    /// Its fields that were ever written, without place and presence; project, section and parent
    /// as they hold.
    pub fields: Vec<TaskField>,
    /// Its labels, in the order of the labels.
    pub labels: Vec<RecordId>,
    /// Minutes spent by day; negative where more was taken back than given.
    pub spent: Vec<(Day, i64)>,
    /// Its checklist, in order.
    pub checklist: Vec<ImportedChecklistItem>,
}

/// Returns what leaves of a space.
#[must_use]
pub fn outgoing(state: &TasksState, portion: Portion) -> Outgoing {
    let chosen = chosen(state, portion);
    let tasks: Vec<OutgoingTask> = from_the_top(state, &chosen)
        .into_iter()
        .filter_map(|(record, parent)| task(state, record, parent))
        .collect();

    let mut used = BTreeSet::new();
    for task in &tasks {
        used.extend(task.labels.iter().copied());
        used.extend(task.fields.iter().filter_map(|field| match field {
            TaskField::Project(id) | TaskField::Section(id) => *id,
            _ => None,
        }));
    }
    let whole = portion == Portion::All;
    let going_on = |entry: &Entry<ProjectField>| match entry.fields.get(ProjectKey::Status) {
        Some(ProjectField::Status(status)) => {
            matches!(status, ProjectStatus::Active | ProjectStatus::Paused)
        }
        _ => true,
    };
    let projects = leaving(&state.projects, |id, entry| {
        let is_meant = match portion {
            Portion::All => true,
            Portion::Open => going_on(entry),
            Portion::Project { project } => project == id,
            Portion::Label { .. } => false,
        };
        is_meant || used.contains(&id)
    });
    let place: BTreeMap<RecordId, usize> = projects
        .iter()
        .enumerate()
        .map(|(place, project)| (project.record, place))
        .collect();
    let of_label = matches!(portion, Portion::Label { .. });
    let mut sections = leaving(&state.sections, |id, entry| {
        let here = section_project(entry).is_some_and(|project| place.contains_key(&project));
        whole || used.contains(&id) || (here && !of_label)
    });
    sections.sort_by_key(|section| {
        let project = section.fields.iter().find_map(|field| match field {
            SectionField::Project(project) => *project,
            _ => None,
        });
        project.and_then(|project| place.get(&project).copied())
    });
    let labels = leaving(&state.labels, |id, _| {
        let is_meant = match portion {
            Portion::All | Portion::Open => true,
            Portion::Label { label } => label == id,
            Portion::Project { .. } => false,
        };
        is_meant || used.contains(&id)
    });
    Outgoing {
        projects,
        sections,
        labels,
        tasks,
    }
}

/// The tasks that leave.
fn chosen(state: &TasksState, portion: Portion) -> BTreeSet<RecordId> {
    let is_meant = |row: &Row| match portion {
        Portion::All => true,
        Portion::Open => row.is_open(),
        Portion::Project { project } => row.project == Some(project),
        Portion::Label { label } => row.labels.contains(&label),
    };
    let rows = state.index.rows.iter().filter(|row| row.is_present());
    let mut chosen: BTreeSet<RecordId> = rows
        .filter(|row| is_meant(row))
        .map(|row| row.record)
        .collect();
    if matches!(portion, Portion::Project { .. } | Portion::Label { .. }) {
        // A task is not whole without its parts.
        let mut open: Vec<RecordId> = chosen.iter().copied().collect();
        while let Some(task) = open.pop() {
            let parts = children_in_order(state, task);
            open.extend(parts.into_iter().filter(|part| chosen.insert(*part)));
        }
    }
    chosen
}

/// Each task that was chosen, behind its parent, with the parent where that was chosen too.
fn from_the_top(
    state: &TasksState,
    chosen: &BTreeSet<RecordId>,
) -> Vec<(RecordId, Option<RecordId>)> {
    let mut roots = Vec::new();
    let mut below: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for task in chosen {
        match effective_parent(state, *task) {
            Hangs::Under(parent) if chosen.contains(&parent) => {
                below.entry(parent).or_default().push(*task);
            }
            Hangs::Under(_) | Hangs::Root | Hangs::Lost => roots.push(*task),
        }
    }
    let order = |task: &RecordId| state.tasks.get(task).map_or("", |task| task.entry.order());
    let in_order = |tasks: &mut Vec<RecordId>| {
        tasks.sort_by(|a, b| order(a).cmp(order(b)).then(a.cmp(b)));
    };
    in_order(&mut roots);
    let mut walked = Vec::with_capacity(chosen.len());
    let mut open: Vec<(RecordId, Option<RecordId>)> =
        roots.into_iter().rev().map(|root| (root, None)).collect();
    while let Some((task, parent)) = open.pop() {
        walked.push((task, parent));
        if let Some(mut parts) = below.remove(&task) {
            in_order(&mut parts);
            open.extend(parts.into_iter().rev().map(|part| (part, Some(task))));
        }
    }
    walked
}

fn task(state: &TasksState, record: RecordId, parent: Option<RecordId>) -> Option<OutgoingTask> {
    let task = state.tasks.get(&record)?;
    let project = task
        .project()
        .filter(|id| state.projects.get(id).is_some_and(Entry::is_present));
    let section = task.section().filter(|id| {
        let entry = state.sections.get(id);
        entry.is_some_and(|entry| entry.is_present() && section_project(entry) == project)
    });
    let mut fields: Vec<TaskField> = task
        .entry
        .fields
        .iter()
        .map(|(field, _)| field.clone())
        .collect();
    fields.retain(|field| {
        let settled = [TaskKey::Project, TaskKey::Section, TaskKey::Parent];
        let hidden = [TaskKey::Order, TaskKey::Presence];
        !settled.contains(&field.key()) && !hidden.contains(&field.key())
    });
    fields.extend(project.map(|id| TaskField::Project(Some(id))));
    fields.extend(section.map(|id| TaskField::Section(Some(id))));
    fields.extend(parent.map(|id| TaskField::Parent(Some(id))));
    let checklist = task.checklist_in_order().into_iter();
    Some(OutgoingTask {
        record,
        at_ms: task.entry.born?.at_ms,
        fields,
        labels: crate::query::labels_in_order(state, task),
        spent: task.spent().into_iter().collect(),
        checklist: checklist
            .map(|(item, fields)| ImportedChecklistItem {
                item,
                text: checklist_text(fields).to_owned(),
                done: fields.holds(&ChecklistField::Done(true)),
            })
            .collect(),
    })
}

/// The records that are there and leave, in order.
fn leaving<F: Placed>(
    all: &BTreeMap<RecordId, Entry<F>>,
    leaves: impl Fn(RecordId, &Entry<F>) -> bool,
) -> Vec<OutgoingRecord<F>> {
    let there = all
        .iter()
        .filter(|(id, entry)| entry.is_present() && leaves(**id, entry));
    let mut there: Vec<(&RecordId, &Entry<F>)> = there.collect();
    there.sort_by(|a, b| a.1.order().cmp(b.1.order()).then(a.0.cmp(b.0)));
    let hidden = |field: &F| field.key() == F::ORDER || field.key() == F::PRESENCE;
    let record = |(id, entry): (&RecordId, &Entry<F>)| OutgoingRecord {
        record: *id,
        at_ms: entry.born.map_or(0, |birth| birth.at_ms),
        fields: entry
            .fields
            .iter()
            .map(|(field, _)| field.clone())
            .filter(|field| !hidden(field))
            .collect(),
    };
    there.into_iter().map(record).collect()
}

//! One record, and the lists of those that are no tasks.

use std::collections::HashMap;

use lifeos_kernel::{Context, Day, RecordId, newest_first};

use super::row::{children_in_order, task_row};
use crate::decide::TRASH_MS;
use crate::fields::{
    ChecklistField, LabelField, LabelKey, List, ProjectField, ProjectKey, ProjectStatus,
    SectionField, SectionKey, Status,
};
use crate::index::Date;
use crate::record::{Entry, Placed, TasksState, checklist_text};
use crate::view::{
    ChecklistItemView, LabelView, Progress, ProjectDetailView, ProjectView, SectionView, SpentView,
    TaskDetailView, TasksFound, TasksView,
};

/// Draws everything about a task.
pub(crate) fn task(
    state: &TasksState,
    context: &Context,
    record: RecordId,
) -> Option<TaskDetailView> {
    let task = state.tasks.get(&record)?;
    let born = task.entry.born?;
    if !task.entry.is_present() && task.entry.trashed_at_ms().is_none() {
        return None;
    }
    let row = task_row(state, context, record)?;
    let checklist = task.checklist_in_order();
    let item =
        |(id, fields): &(RecordId, &lifeos_kernel::Fields<ChecklistField>)| ChecklistItemView {
            id: *id,
            text: checklist_text(fields).to_owned(),
            done: fields.holds(&ChecklistField::Done(true)),
        };
    Some(TaskDetailView {
        notes: task.notes().to_owned(),
        status_change: task.status(),
        checklist: checklist.iter().map(item).collect(),
        subtasks: children_in_order(state, record)
            .into_iter()
            .filter_map(|child| task_row(state, context, child))
            .collect(),
        spent: task
            .spent()
            .into_iter()
            .map(|(day, minutes)| SpentView { day, minutes })
            .collect(),
        project_title: row
            .project
            .and_then(|id| state.projects.get(&id))
            .map(|entry| entry.title().to_owned()),
        section_title: row
            .section
            .and_then(|id| state.sections.get(&id))
            .map(|entry| entry.title().to_owned()),
        parent_title: row
            .parent
            .and_then(|id| state.tasks.get(&id))
            .map(|task| task.entry.title().to_owned()),
        created_at_ms: born.at_ms,
        expires_at_ms: row
            .trashed_at_ms
            .map(|at_ms| at_ms.saturating_add(TRASH_MS)),
        row,
    })
}

#[derive(Default, Clone, Copy)]
struct Tally {
    done: u32,
    total: u32,
    moving: bool,
}

fn tally(state: &TasksState) -> HashMap<RecordId, Tally> {
    let mut tallies: HashMap<RecordId, Tally> = HashMap::new();
    for row in &state.index.rows {
        let Some(project) = row.project.filter(|_| row.is_present()) else {
            continue;
        };
        let tally = tallies.entry(project).or_default();
        tally.total += 1;
        tally.done += u32::from(row.status.is_closed());
        let moving = row.list == List::Next
            || row.status == Status::InProgress
            || row.scheduled != Date::None;
        tally.moving |= moving && !row.status.is_closed();
    }
    tallies
}

fn project_view(
    id: RecordId,
    entry: &Entry<ProjectField>,
    tally: Tally,
    today: Day,
) -> ProjectView {
    macro_rules! read {
        ($key:ident) => {
            match entry.fields.get(ProjectKey::$key) {
                Some(ProjectField::$key(value)) => value.clone(),
                _ => Default::default(),
            }
        };
    }
    let status: ProjectStatus = read!(Status);
    let review_days: Option<u32> = read!(ReviewDays);
    let reviewed: Option<Day> = read!(Reviewed);
    let looked_at = reviewed.or_else(|| entry.born.map(|birth| Day::from_epoch_ms(birth.at_ms)));
    let due =
        |(days, day): (u32, Day)| day.plus_days(i32::try_from(days).unwrap_or(i32::MAX)) <= today;
    let active = status == ProjectStatus::Active;
    ProjectView {
        id,
        title: entry.title().to_owned(),
        goal: read!(Goal),
        status,
        area: read!(Area),
        colour: read!(Colour),
        review_days,
        reviewed,
        review_due: active && review_days.zip(looked_at).is_some_and(due),
        needs_next_action: active && !tally.moving,
        tasks: Progress {
            done: tally.done,
            total: tally.total,
        },
        trashed_at_ms: entry.trashed_at_ms(),
    }
}

/// Draws the projects that are there, in order.
pub(crate) fn projects(state: &TasksState, context: &Context, closed: bool) -> Vec<ProjectView> {
    let tallies = tally(state);
    in_order(&state.projects)
        .map(|(id, entry)| {
            project_view(
                id,
                entry,
                tallies.get(&id).copied().unwrap_or_default(),
                context.today(),
            )
        })
        .filter(|view| {
            closed || matches!(view.status, ProjectStatus::Active | ProjectStatus::Paused)
        })
        .collect()
}

/// Draws a project with its sections.
pub(crate) fn project(
    state: &TasksState,
    context: &Context,
    record: RecordId,
) -> Option<ProjectDetailView> {
    let entry = state
        .projects
        .get(&record)
        .filter(|entry| entry.is_present() || entry.trashed_at_ms().is_some())?;
    let tally = tally(state).get(&record).copied().unwrap_or_default();
    let mut open: HashMap<RecordId, u32> = HashMap::new();
    for row in state
        .index
        .rows
        .iter()
        .filter(|row| row.is_open() && row.project == Some(record))
    {
        if let Some(section) = row.section {
            *open.entry(section).or_default() += 1;
        }
    }
    let sections = in_order(&state.sections)
        .filter(|(_, section)| section_project(section) == Some(record))
        .map(|(id, section)| SectionView {
            id,
            title: section.title().to_owned(),
            open: open.get(&id).copied().unwrap_or(0),
        })
        .collect();
    let notes = match entry.fields.get(ProjectKey::Notes) {
        Some(ProjectField::Notes(notes)) => notes.clone(),
        _ => String::new(),
    };
    Some(ProjectDetailView {
        project: project_view(record, entry, tally, context.today()),
        notes,
        sections,
    })
}

/// Returns the project that a section belongs to.
pub(crate) fn section_project(section: &Entry<SectionField>) -> Option<RecordId> {
    match section.fields.get(SectionKey::Project) {
        Some(SectionField::Project(project)) => *project,
        _ => None,
    }
}

/// Draws the labels that are there, in order.
pub(crate) fn labels(state: &TasksState) -> Vec<LabelView> {
    let mut open: HashMap<RecordId, u32> = HashMap::new();
    for row in state.index.rows.iter().filter(|row| row.is_open()) {
        for label in &row.labels {
            *open.entry(*label).or_default() += 1;
        }
    }
    in_order(&state.labels)
        .map(|(id, entry)| label_view(id, entry, open.get(&id).copied().unwrap_or(0)))
        .collect()
}

fn label_view(id: RecordId, entry: &Entry<LabelField>, open: u32) -> LabelView {
    let colour = match entry.fields.get(LabelKey::Colour) {
        Some(LabelField::Colour(colour)) => colour.clone(),
        _ => String::new(),
    };
    LabelView {
        id,
        title: entry.title().to_owned(),
        colour,
        open,
        trashed_at_ms: entry.trashed_at_ms(),
    }
}

/// Draws the projects, sections and labels in the trash, latest first.
pub(crate) fn trash(state: &TasksState, context: &Context) -> TasksView {
    let tallies = tally(state);
    let gone = |id: RecordId| tallies.get(&id).copied().unwrap_or_default();
    let mut projects: Vec<_> = state
        .projects
        .iter()
        .filter(|(_, entry)| entry.trashed_at_ms().is_some())
        .map(|(id, entry)| project_view(*id, entry, gone(*id), context.today()))
        .collect();
    let mut labels: Vec<_> = state
        .labels
        .iter()
        .filter(|(_, entry)| entry.trashed_at_ms().is_some())
        .map(|(id, entry)| label_view(*id, entry, 0))
        .collect();
    newest_first(&mut projects, |view| view.trashed_at_ms.unwrap_or(0));
    newest_first(&mut labels, |view| view.trashed_at_ms.unwrap_or(0));
    let mut sections: Vec<_> = state
        .sections
        .iter()
        .filter_map(|(id, entry)| Some((entry.trashed_at_ms()?, *id, entry.title().to_owned())))
        .collect();
    newest_first(&mut sections, |(at_ms, ..)| *at_ms);
    let sections = sections
        .into_iter()
        .map(|(_, id, title)| SectionView { id, title, open: 0 });
    TasksView::Trash {
        projects,
        sections: sections.collect(),
        labels,
    }
}

/// Draws a record that a search found.
pub(crate) fn found(state: &TasksState, record: RecordId, context: &Context) -> Option<TasksFound> {
    if state
        .tasks
        .get(&record)
        .is_some_and(|task| task.entry.is_present())
    {
        return task_row(state, context, record).map(|task| TasksFound::Task {
            task: Box::new(task),
        });
    }
    if let Some(entry) = state
        .projects
        .get(&record)
        .filter(|entry| entry.is_present())
    {
        let tally = tally(state).get(&record).copied().unwrap_or_default();
        return Some(TasksFound::Project {
            project: project_view(record, entry, tally, context.today()),
        });
    }
    let entry = state
        .labels
        .get(&record)
        .filter(|entry| entry.is_present())?;
    let open = state
        .index
        .rows
        .iter()
        .filter(|row| row.is_open() && row.labels.contains(&record))
        .count();
    Some(TasksFound::Label {
        label: label_view(record, entry, open as u32),
    })
}

fn in_order<F: Placed>(
    all: &std::collections::BTreeMap<RecordId, Entry<F>>,
) -> impl Iterator<Item = (RecordId, &Entry<F>)> {
    let mut entries: Vec<_> = all.iter().filter(|(_, entry)| entry.is_present()).collect();
    entries.sort_by(|a, b| a.1.order().cmp(b.1.order()).then(a.0.cmp(b.0)));
    entries.into_iter().map(|(id, entry)| (*id, entry))
}

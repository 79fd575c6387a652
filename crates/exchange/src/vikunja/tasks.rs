//! Tasks as they stand in a project; which task is inside which is settled by the collection.

use std::collections::HashMap;

use super::fields::Fields;
use super::html;
use super::projects::{self, Raw};
use crate::collect::Collection;
use crate::findings::Findings;
use crate::json::Json;
use crate::place::{Place, Spot};
use crate::record::{LABELS, Task, TaskList, TaskPriority, TaskStatus};
use crate::report::{Homeless, Notice, Reason, SettingKind, Shape};
use crate::{Refused, words};

const KNOWN: &[&str] = &[
    "assignees",
    "attachments",
    "bucket_id",
    "comment_count",
    "comments",
    "cover_image_attachment_id",
    "created",
    "created_by",
    "description",
    "done",
    "done_at",
    "due_date",
    "end_date",
    "hex_color",
    "id",
    "identifier",
    "index",
    "is_favorite",
    "is_unread",
    "kanban_position",
    "labels",
    "percent_done",
    "position",
    "priority",
    "project_id",
    "related_tasks",
    "reminder_dates",
    "reminders",
    "repeat_after",
    "repeat_mode",
    "start_date",
    "subscription",
    "title",
    "updated",
];

/// Reads which tasks name others as their subtasks: the parent by the id of each.
pub(super) fn parents(raws: &[Raw<'_>], c: &mut Collection<'_>) -> HashMap<i64, i64> {
    let mut parents = HashMap::new();
    each(raws, c, |_, _, task, c| {
        let Some(id) = task.map.get("id").and_then(Json::as_whole) else {
            return Ok(());
        };
        for child in related(task, "subtask", c) {
            parents.entry(child).or_insert(id);
        }
        Ok(())
    })
    .map_or_else(|_| HashMap::new(), |()| parents)
}

/// Takes all tasks in.
pub(super) fn take_in(
    raws: &[Raw<'_>],
    parents: &HashMap<i64, i64>,
    c: &mut Collection<'_>,
) -> Result<(), Refused> {
    each(raws, c, |raw, spot, fields, c| {
        fields.expect_only(
            KNOWN,
            &raw.fields.place.name("tasks").any(),
            &mut c.findings,
        );
        let Some(id) = fields.id("id", &mut c.findings) else {
            c.findings
                .not_understood(Reason::Missing, &fields.place.name("id"));
            return Ok(());
        };
        let created_ms = fields.moment("created", &mut c.findings);
        let task = task(raw, id, fields, parents, c)?;
        c.task(spot, external_id(id), created_ms, task)
    })
}

/// Gives each task of each project.
fn each<'j>(
    raws: &[Raw<'j>],
    c: &mut Collection<'_>,
    mut give: impl FnMut(&Raw<'j>, Spot, &Fields<'_, 'j>, &mut Collection<'_>) -> Result<(), Refused>,
) -> Result<(), Refused> {
    for raw in raws {
        let place = raw.fields.place.name("tasks");
        for (index, value) in raw.tasks().iter().enumerate() {
            let place = place.index(index);
            if let Some(map) = value.as_map() {
                let spot = Spot::Entry(super::DATA, raw.number, "tasks", index);
                give(raw, spot, &Fields { map, place }, c)?;
            }
        }
    }
    Ok(())
}

/// Counts what stands in a project's list of tasks and is none.
pub(super) fn count_others(raws: &[Raw<'_>], c: &mut Collection<'_>) {
    for raw in raws {
        let place = raw.fields.place.name("tasks");
        for (index, value) in raw.fields.list("tasks", &mut c.findings).iter().enumerate() {
            if value.as_map().is_none() {
                let at = place.index(index);
                c.findings.not_understood(Reason::WrongType, &at);
            }
        }
    }
}

fn task(
    raw: &Raw<'_>,
    id: i64,
    fields: &Fields<'_, '_>,
    parents: &HashMap<i64, i64>,
    c: &mut Collection<'_>,
) -> Result<Task, Refused> {
    let notes = notes(fields, c);
    let title = fields.text("title", &mut c.findings);
    let (title, notes) = c.texts(title, &notes, &fields.place);
    let labels = labels(fields, c)?;
    let own_parents = related(fields, "parenttask", c);
    let (local, findings) = (c.local, &mut c.findings);
    // Relations of each kind stand with both tasks that they join.
    findings.left_out(Homeless::Relations, own_parents.len().saturating_sub(1));
    count_what_stays_out(fields, findings);
    let parent = own_parents.first().or(parents.get(&id)).copied();
    let bucket = fields.id("bucket_id", findings);
    let bucket = bucket.or(raw.of_task.get(&id).copied());
    let section = bucket.and_then(|bucket| {
        let section = raw.section(bucket);
        if section.is_none() {
            let at = fields.place.name("bucket_id");
            findings.not_understood(Reason::DanglingSection, &at);
        }
        section
    });
    let start_ms = fields.moment("start_date", findings);
    if start_ms.is_some() {
        findings.reshaped(Shape::StartToDefer);
    }
    if fields.moment("end_date", findings).is_some() {
        findings.warn(Notice::EndDropped);
    }
    let (priority, urgent) = priority(fields, findings);
    let due_ms = fields.moment("due_date", findings);
    Ok(Task {
        notes,
        status: status(fields, findings),
        list: TaskList::Next,
        priority,
        defer: start_ms.map(|ms| local.moment(ms)),
        due: due_ms.map(|ms| local.moment(ms)),
        urgent,
        important: favourite(fields, findings),
        labels,
        project: Some(projects::external_id(raw.id)),
        section,
        parent: parent.filter(|parent| *parent != id).map(external_id),
        ..Task::titled(title)
    })
}

fn external_id(id: i64) -> String {
    format!("task:{id}")
}

fn status(fields: &Fields<'_, '_>, findings: &mut Findings) -> TaskStatus {
    let at_ms = fields.moment("done_at", findings);
    let is_begun = fields.is_positive("percent_done", findings);
    if fields.flag("done", findings) {
        return TaskStatus::Completed { at_ms };
    }
    if is_begun {
        findings.reshaped(Shape::StatusToFour);
        return TaskStatus::InProgress;
    }
    TaskStatus::Pending
}

fn favourite(fields: &Fields<'_, '_>, findings: &mut Findings) -> bool {
    let is_favourite = fields.flag("is_favorite", findings);
    if is_favourite {
        findings.reshaped(Shape::FavouriteToImportant);
    }
    is_favourite
}

/// Returns how much it matters, and whether it is urgent.
fn priority(fields: &Fields<'_, '_>, findings: &mut Findings) -> (TaskPriority, bool) {
    let known = match fields.whole("priority", findings).unwrap_or(0) {
        0 => return (TaskPriority::None, false),
        1 => (TaskPriority::Low, false),
        2 => (TaskPriority::Medium, false),
        3 => (TaskPriority::High, false),
        4 | 5 => (TaskPriority::High, true),
        _ => {
            let at = fields.place.name("priority");
            findings.not_understood(Reason::UnknownValue, &at);
            return (TaskPriority::None, false);
        }
    };
    findings.reshaped(Shape::PriorityToFour);
    known
}

fn count_what_stays_out(fields: &Fields<'_, '_>, findings: &mut Findings) {
    let attached = fields.list("attachments", findings).len();
    findings.left_out(Homeless::EmbeddedFiles, attached);
    for name in ["reminders", "reminder_dates"] {
        let reminders = fields.list(name, findings).len();
        findings.left_out(Homeless::Reminders, reminders);
    }
    // Mode 1 repeats by the month, whatever the seconds say.
    let repeats = fields.is_positive("repeat_after", findings)
        || fields.whole("repeat_mode", findings) == Some(1);
    findings.left_out(Homeless::Repeats, usize::from(repeats));
    let is_coloured = !fields.text("hex_color", findings).is_empty();
    findings.setting(SettingKind::Appearance, usize::from(is_coloured));
    if let Some(relations) = fields.map("related_tasks", findings) {
        for (kind, others) in relations.iter() {
            if !matches!(kind, "subtask" | "parenttask") {
                let count = others.as_list().map_or(0, <[_]>::len);
                findings.left_out(Homeless::Relations, count);
            }
        }
    }
}

/// Returns the ids of the tasks of one kind of relation.
fn related(fields: &Fields<'_, '_>, kind: &str, c: &mut Collection<'_>) -> Vec<i64> {
    let relations = fields.map.get("related_tasks").and_then(Json::as_map);
    let Some(others) = relations.and_then(|relations| relations.get(kind)) else {
        return Vec::new();
    };
    let above = fields.place.name("related_tasks");
    let place = above.name(kind);
    let mut ids = Vec::new();
    for (index, other) in others.as_list().unwrap_or_default().iter().enumerate() {
        let id = other.as_map().and_then(|other| other.get("id"));
        match id.and_then(Json::as_whole).filter(|id| *id > 0) {
            Some(id) => ids.push(id),
            None => c
                .findings
                .not_understood(Reason::WrongType, &place.index(index)),
        }
    }
    ids
}

fn labels(fields: &Fields<'_, '_>, c: &mut Collection<'_>) -> Result<Vec<String>, Refused> {
    let place = fields.place.name("labels");
    let mut ids: Vec<String> = Vec::new();
    for (index, value) in fields.list("labels", &mut c.findings).iter().enumerate() {
        let place = place.index(index);
        let findings = &mut c.findings;
        let Some(map) = value.as_map() else {
            findings.not_understood(Reason::WrongType, &place);
            continue;
        };
        let label = Fields { map, place };
        let Some(id) = label.id("id", findings) else {
            findings.not_understood(Reason::Missing, &label.place.name("id"));
            continue;
        };
        let title = label.text("title", findings);
        if ids.len() == LABELS {
            findings.not_understood(Reason::TooLong, &label.place);
            break;
        }
        let id = c.label(format!("label:{id}"), title)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Returns the description with the people and the comments behind it.
fn notes(fields: &Fields<'_, '_>, c: &mut Collection<'_>) -> String {
    let findings = &mut c.findings;
    let mut notes = html::markdown(fields.text("description", findings));
    let mut people = Vec::new();
    for value in fields.list("assignees", findings) {
        let person = value.as_map().map_or("", |map| name(map));
        if !person.is_empty() {
            findings.reshaped(Shape::PersonToNotes);
            people.push(format!("@{}", words::one_line(person)));
        }
    }
    notes = words::join(&notes, &people.join(" "), "\n\n");
    let place = fields.place.name("comments");
    for (index, value) in fields.list("comments", findings).iter().enumerate() {
        let place = place.index(index);
        let Some(map) = value.as_map() else {
            findings.not_understood(Reason::WrongType, &place);
            continue;
        };
        c.found.comments += 1;
        let comment = Fields { map, place };
        let text = html::markdown(comment.text("comment", findings));
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let author = comment.map("author", findings).map_or("", name);
        let day = comment.moment("created", findings);
        let day = day.map(|ms| c.local.day(ms).to_string());
        let said = words::join(&words::one_line(author), &day.unwrap_or_default(), ", ");
        let said = if said.is_empty() {
            said
        } else {
            format!("{said}:")
        };
        findings.reshaped(Shape::CommentToNotes);
        if !notes.is_empty() {
            notes.push_str("\n\n---\n\n");
        }
        notes.push_str(&words::join(&said, text, "\n\n"));
    }
    notes
}

/// Returns what a person is called.
fn name(person: &crate::json::Map) -> &str {
    let text = |name| person.get(name).and_then(Json::as_text);
    let mut names = [text("name"), text("username")].into_iter().flatten();
    names.find(|name| !name.is_empty()).unwrap_or_default()
}

/// What a place in the file begins with.
pub(super) fn root() -> Place<'static> {
    Place::at(Spot::Part(super::DATA))
}

//! Notes: a project's notes stand in the notes of that project, in their order, between rules; a
//! note without a project, or one that no longer fits there, becomes a task in "someday" whose
//! notes it is. A note is no task, but a text must not be lost for want of a home.

use std::collections::HashMap;

use lifeos_kernel::order_by_number;

use crate::findings::Findings;
use crate::json::Json;
use crate::place::Place;
use crate::record::{ImportRecord, Task, TaskList, Values};
use crate::report::{Homeless, Reason, Shape};
use crate::words;

use super::entities::entities;
use super::fields::Fields;
use super::projects::{self, Draft, Home, Known};

const KNOWN: &[&str] = &[
    "backgroundColor",
    "content",
    "created",
    "id",
    "imgUrl",
    "isLock",
    "isPinnedToToday",
    "modified",
    "projectId",
];
const RULE: &str = "\n\n---\n\n";

struct Note<'j> {
    id: &'j str,
    text: String,
    created_ms: Option<i64>,
    home: Home<'j>,
}

/// Adds the notes to their projects; returns how many there are, and those that became tasks.
pub(super) fn read<'j>(
    model: &'j Json,
    place: &Place<'_>,
    drafts: &mut [Draft<'j>],
    known: &Known<'j>,
    text_bytes: usize,
    findings: &mut Findings,
) -> (u32, Vec<ImportRecord>) {
    let mut notes = Vec::new();
    let in_entities = place.name("entities");
    for entity in entities(model, place, findings) {
        let here = in_entities.name(entity.id);
        let fields = Fields {
            map: entity.map,
            place: here,
        };
        fields.expect_only(KNOWN, &in_entities.any(), findings);
        notes.push(note(entity.id, &fields, known, text_bytes, findings));
    }
    let count = u32::try_from(notes.len()).unwrap_or(u32::MAX);
    order_by_project(&mut notes, drafts);

    let mut homes: HashMap<&str, &mut String> = drafts
        .iter_mut()
        .map(|draft| (draft.id, &mut draft.project.notes))
        .collect();
    let mut tasks = Vec::new();
    for note in notes {
        if note.text.is_empty() {
            continue;
        }
        let home = match note.home {
            Home::Project(id) => homes.get_mut(id),
            Home::Inbox | Home::Unknown => None,
        };
        match home {
            Some(home) if home.len() + RULE.len() + note.text.len() <= text_bytes => {
                **home = words::join(home, &note.text, RULE);
                findings.reshaped(Shape::NoteToProjectNotes);
            }
            _ => {
                findings.reshaped(Shape::NoteToTask);
                tasks.push(as_task(note, findings));
            }
        }
    }
    (count, tasks)
}

fn note<'j>(
    id: &'j str,
    fields: &Fields<'_, 'j>,
    known: &Known<'j>,
    text_bytes: usize,
    findings: &mut Findings,
) -> Note<'j> {
    let content = fields
        .text("content", findings)
        .unwrap_or_default()
        .trim_end();
    let picture = fields.text("imgUrl", findings).unwrap_or_default().trim();
    let mut text = content.to_owned();
    if words::is_embedded(picture) {
        findings.left_out(Homeless::EmbeddedFiles, 1);
    } else if !picture.is_empty() {
        findings.reshaped(Shape::PictureToLink);
        text = words::join(&text, &words::link("", picture), "\n\n");
    }
    let home = known.home(fields.id("projectId", findings));
    if home == Home::Unknown {
        findings.not_understood(Reason::DanglingProject, &fields.place.name("projectId"));
    }
    Note {
        id,
        text: words::bounded(text, text_bytes, &fields.place.name("content"), findings),
        created_ms: fields.moment("created", findings),
        home,
    }
}

/// Sorts by the projects' own lists of notes; the rest keeps its order.
fn order_by_project(notes: &mut Vec<Note<'_>>, drafts: &[Draft<'_>]) {
    let listed = drafts.iter().flat_map(|draft| &draft.note_ids);
    let mut ranks = HashMap::new();
    for (rank, id) in (0..).zip(listed) {
        ranks.entry(*id).or_insert(rank);
    }
    order_by_number(notes, |note| {
        ranks.get(note.id).copied().unwrap_or(i64::MAX)
    });
}

fn as_task(note: Note<'_>, findings: &mut Findings) -> ImportRecord {
    let first = note
        .text
        .lines()
        .map(words::heading)
        .find(|line| !line.is_empty());
    let project = match note.home {
        Home::Project(id) => Some(projects::external_id(id)),
        Home::Inbox | Home::Unknown => None,
    };
    let title = words::title(first.as_deref(), &note.text, findings);
    ImportRecord {
        external_id: format!("note:{}", note.id),
        created_ms: note.created_ms,
        values: Values::Task(Box::new(Task {
            notes: note.text,
            list: TaskList::Someday,
            project,
            ..Task::titled(title)
        })),
    }
}

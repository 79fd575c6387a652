//! Todoist: a project exported as a template, comma-separated.
//!
//! | there | here |
//! | --- | --- |
//! | the file | one project, named "Todoist": the file does not say the name of its project |
//! | `section` | section |
//! | `task`, `INDENT` | task, subtask of the last task with one step less |
//! | `@word` in the content | label |
//! | `PRIORITY` 1 to 4 | high, medium, low, none |
//! | `DATE`, `DEADLINE` in digits | due, deadline |
//! | a date in words | a line of the notes, and named in the report: words are not guessed |
//! | `DURATION` in minutes | estimate |
//! | `RESPONSIBLE` | a line of the notes |
//! | `note` | comment: in the notes of the task above it, or of the project |
//!
//! Sources: Todoist's help ("Format a CSV file to import into Todoist"), the example of an export
//! in its REST reference ("Export as file"), and exports quoted in other products' importers for
//! `meta`, `DURATION` and `DEADLINE`, which the help does not name.

use crate::collect::{self, Collection, Path};
use crate::csv::{Headings, Row, Table};
use crate::dates;
use crate::findings::About;
use crate::place::{Place, Spot};
use crate::record::{Import, Project, ProjectStatus, Task, TaskList, TaskPriority};
use crate::report::{Homeless, Notice, Reason, SettingKind, Shape, Source};
use crate::{Options, Refused, words};
use lifeos_kernel::When;

const KNOWN: &[&str] = &[
    "type",
    "content",
    "description",
    "priority",
    "indent",
    "author",
    "responsible",
    "date",
    "date_lang",
    "timezone",
    "duration",
    "duration_unit",
    "deadline",
    "deadline_lang",
];
/// A day; nothing is planned to take longer.
const LONGEST_MINUTES: u32 = 24 * 60;

/// Says whether these are the headings of an export.
pub(crate) fn is_export(headings: &Headings) -> bool {
    ["type", "content", "priority", "indent"]
        .iter()
        .all(|name| headings.has(name))
}

/// Reads an export.
pub(crate) fn read(mut table: Table<'_>, options: &Options<'_>) -> Result<Import, Refused> {
    let mut drafts = Drafts::default();
    let mut collection = Collection::new(options);
    while let Some(row) = table.next(&mut collection.findings)? {
        drafts.row(&table, row, &mut collection)?;
        collection.has_room(drafts.tasks.len())?;
    }
    drafts.into_collection(&table, &mut collection)?;
    let about = About {
        source: Source::Todoist,
        layout: None,
        version: None,
        written_at_ms: None,
    };
    Ok(collection.finish(about))
}

/// The rows with what hangs on them: comments stand behind their task.
#[derive(Default)]
struct Drafts<'t> {
    tasks: Vec<Draft<'t>>,
    sections: Vec<String>,
    /// Comments in front of the first task.
    project_notes: String,
}

struct Draft<'t> {
    row: Row<'t>,
    /// Number of the section in which it stands.
    section: Option<usize>,
    indent: usize,
    comments: String,
}

impl<'t> Drafts<'t> {
    fn row(
        &mut self,
        table: &Table<'t>,
        row: Row<'t>,
        collection: &mut Collection<'_>,
    ) -> Result<(), Refused> {
        let here = Place::at(Spot::Row(row.number));
        let findings = &mut collection.findings;
        let content = table.cell(&row, "content");
        let is_told = !table.cell(&row, "author").is_empty();
        findings.setting(SettingKind::Accounts, usize::from(is_told));
        match table.cell(&row, "type") {
            "task" => {
                table.expect_only(&row, KNOWN, findings);
                let indent = match table.cell(&row, "indent") {
                    "" => 1,
                    text => text.parse().unwrap_or_else(|_| {
                        let at = here.column(table.column("indent"));
                        findings.not_understood(Reason::UnknownValue, &at);
                        1
                    }),
                };
                self.tasks.push(Draft {
                    section: self.sections.len().checked_sub(1),
                    indent: indent.max(1),
                    comments: String::new(),
                    row,
                });
            }
            "section" => self.sections.push(content.to_owned()),
            "note" => {
                collection.found.comments += 1;
                let home = match self.tasks.last_mut() {
                    Some(task) => {
                        findings.reshaped(Shape::CommentToNotes);
                        &mut task.comments
                    }
                    None => {
                        findings.reshaped(Shape::NoteToProjectNotes);
                        &mut self.project_notes
                    }
                };
                words::append(home, content, "\n\n");
            }
            "meta" => findings.setting(SettingKind::Views, 1),
            _ => findings.not_understood(Reason::NotARow, &here),
        }
        Ok(())
    }

    fn into_collection(
        self,
        table: &Table<'t>,
        collection: &mut Collection<'_>,
    ) -> Result<(), Refused> {
        if self.tasks.is_empty() && self.sections.is_empty() && self.project_notes.is_empty() {
            return Ok(());
        }
        let header = Place::at(Spot::Row(1));
        let (title, notes) = collection.texts("Todoist", &self.project_notes, &header);
        let external_id = collect::named("project", &["Todoist"]);
        let project = collection.project(external_id, None, |_| Project {
            title,
            notes,
            area: None,
            status: ProjectStatus::Active,
        })?;
        let mut sections = Vec::with_capacity(self.sections.len());
        for name in &self.sections {
            let external_id = collection.in_order("section", Path::of(&[name]));
            sections.push(collection.section(external_id, name, &project)?);
        }
        // The tasks above the next one: step, names and external id.
        let mut above: Vec<(usize, Path, String)> = Vec::new();
        for draft in self.tasks {
            while above
                .last()
                .is_some_and(|(indent, ..)| *indent >= draft.indent)
            {
                above.pop();
            }
            // A section begins anew: what stands there is in no task of the one before.
            let section = draft.section.map(|number| sections[number].clone());
            let indent = draft.indent;
            let mut task = draft_task(table, draft, collection)?;
            let names = above.last().map_or(Path::ROOT, |(_, names, _)| *names);
            let names = names.below(&task.1.title);
            let external_id = collection.in_order("task", names);
            task.1.parent = above.last().map(|(_, _, id)| id.clone());
            task.1.project = Some(project.clone());
            task.1.section = section;
            above.push((indent, names, external_id.clone()));
            collection.task(task.0, external_id, None, task.1)?;
        }
        Ok(())
    }
}

fn draft_task(
    table: &Table<'_>,
    draft: Draft<'_>,
    collection: &mut Collection<'_>,
) -> Result<(Spot, Task), Refused> {
    let row = &draft.row;
    let spot = Spot::Row(row.number);
    let here = Place::at(spot);
    let cell = |name: &str| table.cell(row, name);
    let (content, tags) = without_labels(cell("content"));
    collection
        .findings
        .reshaped_times(Shape::ContextToLabel, tags.len());
    let labels = collection.labels_named(tags, &here.column(table.column("content")))?;
    let mut details = String::new();
    let mut detail = |name: &str, value: &str| {
        details = words::join(&details, &format!("{name}: {value}"), "\n");
    };
    let responsible = cell("responsible");
    if !responsible.is_empty() {
        detail("Responsible", responsible);
        collection.findings.reshaped(Shape::PersonToNotes);
    }
    let mut dated = |name: &str, shown: &str, collection: &mut Collection<'_>| -> Option<When> {
        let text = cell(name);
        if text.is_empty() {
            return None;
        }
        let Some(digits) = dates::digits(text) else {
            detail(shown, text);
            let findings = &mut collection.findings;
            findings.reshaped(Shape::DateInWordsToNotes);
            findings.not_understood(Reason::NotAPlainDate, &here.column(table.column(name)));
            let says_every = text.to_lowercase().starts_with("every");
            findings.left_out(Homeless::Repeats, usize::from(says_every));
            return None;
        };
        let zone = cell("timezone");
        match digits {
            dates::Digits::Wall(wall_ms) if zone == collection.local.zone => {
                Some(collection.local.moment(collection.local.utc_ms(wall_ms)))
            }
            dates::Digits::Wall(_) if !zone.is_empty() => {
                collection.findings.warn(Notice::ZoneUnknown);
                Some(digits.when(&collection.local))
            }
            _ => Some(digits.when(&collection.local)),
        }
    };
    let due = dated("date", "Date", collection);
    let deadline = dated("deadline", "Deadline", collection);
    let notes = words::join(cell("description"), &details, "\n\n");
    let notes = words::join(&notes, &draft.comments, "\n\n");
    let at = here.column(table.column("description"));
    let (title, notes) = collection.texts(&content, &notes, &at);
    let findings = &mut collection.findings;
    let priority = match cell("priority") {
        "1" => TaskPriority::High,
        "2" => TaskPriority::Medium,
        "3" => TaskPriority::Low,
        "4" | "" => TaskPriority::None,
        _ => {
            findings.not_understood(Reason::UnknownValue, &here.column(table.column("priority")));
            TaskPriority::None
        }
    };
    let estimate_minutes = match (cell("duration"), cell("duration_unit")) {
        ("" | "None", _) => None,
        (text, "minute" | "") => {
            let minutes = text.parse().ok();
            let minutes = minutes.filter(|minutes| (1..=LONGEST_MINUTES).contains(minutes));
            if minutes.is_none() {
                let at = here.column(table.column("duration"));
                findings.not_understood(Reason::NotADuration, &at);
            }
            minutes
        }
        _ => {
            let at = here.column(table.column("duration_unit"));
            findings.not_understood(Reason::UnknownValue, &at);
            None
        }
    };
    let task = Task {
        notes,
        list: TaskList::Next,
        priority,
        due,
        deadline,
        estimate_minutes,
        labels,
        ..Task::titled(title)
    };
    Ok((spot, task))
}

/// Returns the content without its labels, and these without their sign.
fn without_labels(content: &str) -> (String, Vec<&str>) {
    let is_label = |word: &&str| {
        let name = word.strip_prefix('@');
        name.is_some_and(|name| name.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let labels: Vec<&str> = content
        .split_whitespace()
        .filter(is_label)
        .map(|word| &word[1..])
        .collect();
    if labels.is_empty() {
        return (content.to_owned(), labels);
    }
    let words: Vec<&str> = content
        .split_whitespace()
        .filter(|word| !is_label(word))
        .collect();
    (words.join(" "), labels)
}

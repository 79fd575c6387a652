//! Down the outline: which heading is a task, a project, a section or a part of a text.

use lifeos_kernel::When;

use crate::collect::{self, Collection, Path};
use crate::place::{Place, Spot};
use crate::record::{
    LABELS, Project, ProjectStatus, Scheduled, Task, TaskList, TaskPriority, TaskStatus,
};
use crate::report::{Homeless, Notice, Shape};
use crate::{Refused, dates, words};

use super::body::Body;
use super::headline::Headline;
use super::keywords::{Keywords, Meaning};

/// Headings inside each other; no outline of a person is deeper, and work grows with it.
const DEPTH: usize = 100;

/// A heading with the lines under it.
struct Entry<'t> {
    headline: Headline<'t>,
    /// Number of its line, counted from one.
    line: usize,
    lines: Vec<&'t str>,
}

/// What a heading became.
#[derive(Clone)]
enum Became {
    Project { number: usize },
    Section { number: usize, id: String },
    Task { number: usize, id: String },
    Text { task: usize },
}

/// A heading on the way down to where the walk is.
struct Above<'t> {
    level: usize,
    names: Path,
    /// Its own tags and those above, each once.
    tags: Vec<&'t str>,
    became: Became,
}

/// A project, until all that stands under it is known.
struct ProjectDraft<'t> {
    external_id: String,
    title: &'t str,
    notes: String,
    spot: Spot,
}

/// A task, until all that stands under it is known.
struct TaskDraft {
    spot: Spot,
    external_id: String,
    created_ms: Option<i64>,
    raw_title: String,
    notes: String,
    task: Task,
}

struct Walk<'t, 'c, 'o> {
    collection: &'c mut Collection<'o>,
    above: Vec<Above<'t>>,
    projects: Vec<ProjectDraft<'t>>,
    /// External id of a section, its title and the number of its project.
    sections: Vec<(String, &'t str, usize)>,
    tasks: Vec<TaskDraft>,
    file_tags: Vec<&'t str>,
}

pub(super) fn walk(text: &str, collection: &mut Collection<'_>) -> Result<(), Refused> {
    let keywords = Keywords::of(text);
    let mut file_tags: Vec<&str> = Vec::new();
    let mut has_text_before = false;
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(headline) = Headline::read(line, &keywords) {
            if headline.level > DEPTH {
                return Err(Refused::TooDeep { limit: DEPTH });
            }
            collection.has_room(entries.len())?;
            entries.push(Entry {
                headline,
                line: number,
                lines: Vec::new(),
            });
        } else if let Some(entry) = entries.last_mut() {
            entry.lines.push(line);
        } else if let Some(tags) = option(line, "FILETAGS") {
            file_tags.extend(tags.split([':', ' ']).filter(|tag| !tag.is_empty()));
        } else {
            has_text_before |= !line.trim().is_empty() && !line.trim_start().starts_with('#');
        }
    }
    let findings = &mut collection.findings;
    findings.left_out(Homeless::TextBetween, usize::from(has_text_before));
    let mut walk = Walk {
        collection,
        above: Vec::new(),
        projects: Vec::new(),
        sections: Vec::new(),
        tasks: Vec::new(),
        file_tags,
    };
    for entry in entries {
        walk.entry(entry)?;
    }
    walk.settle()
}

fn option<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (found, value) = line.trim().strip_prefix("#+")?.split_once(':')?;
    found.eq_ignore_ascii_case(name).then_some(value.trim())
}

impl<'t> Walk<'t, '_, '_> {
    fn entry(&mut self, entry: Entry<'t>) -> Result<(), Refused> {
        let level = entry.headline.level;
        while self.above.last().is_some_and(|above| above.level >= level) {
            self.above.pop();
        }
        let became = match entry.headline.keyword {
            Some(_) => self.task(&entry)?,
            None => self.heading(&entry)?,
        };
        self.above.push(Above {
            level,
            names: self.names(&entry),
            tags: self.tags(&entry),
            became,
        });
        Ok(())
    }

    fn names(&self, entry: &Entry<'t>) -> Path {
        let above = self.above.last().map_or(Path::ROOT, |above| above.names);
        above.below(entry.headline.title)
    }

    /// Returns a heading's tags with those that it takes from above, one more than a task can have
    /// at the most.
    fn tags(&self, entry: &Entry<'t>) -> Vec<&'t str> {
        let above = self
            .above
            .last()
            .map_or(&self.file_tags, |above| &above.tags);
        let mut tags: Vec<&str> = Vec::new();
        for tag in above.iter().chain(&entry.headline.tags) {
            if tags.len() <= LABELS && !tags.contains(tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// Takes in a heading without a keyword.
    fn heading(&mut self, entry: &Entry<'t>) -> Result<Became, Refused> {
        self.collection.found.others += 1;
        let names = self.names(entry);
        let headline = &entry.headline;
        // Its tags are labels here, whether a task under it has them or not.
        self.collection.labels_named(
            headline.tags.iter().copied(),
            &Place::at(Spot::Line(entry.line)),
        )?;
        let mut text = String::new();
        if !headline.tags.is_empty() {
            text = format!("Tags: {}", headline.tags.join(", "));
            self.collection.findings.reshaped(Shape::DetailsToNotes);
        }
        let text = words::join(&text, &plain(&entry.lines), "\n\n");
        let titled = || {
            let title = format!("## {}", headline.title);
            words::join(&title, &text, "\n\n")
        };
        let became = match self.above.last().map(|above| above.became.clone()) {
            None => {
                let external_id = self.collection.in_order("project", names);
                self.collection.findings.reshaped(Shape::HeadingToProject);
                self.projects.push(ProjectDraft {
                    external_id,
                    title: headline.title,
                    notes: text,
                    spot: Spot::Line(entry.line),
                });
                Became::Project {
                    number: self.projects.len() - 1,
                }
            }
            Some(Became::Project { number } | Became::Section { number, .. }) => {
                let id = self.collection.in_order("section", names);
                self.collection.findings.reshaped(Shape::HeadingToSection);
                self.sections.push((id.clone(), headline.title, number));
                if !text.is_empty() {
                    let project = &mut self.projects[number];
                    words::append(&mut project.notes, &titled(), "\n\n");
                }
                Became::Section { number, id }
            }
            Some(Became::Task { number, .. } | Became::Text { task: number }) => {
                self.collection.findings.reshaped(Shape::DetailsToNotes);
                let task = &mut self.tasks[number];
                words::append(&mut task.notes, &titled(), "\n\n");
                Became::Text { task: number }
            }
        };
        Ok(became)
    }

    fn task(&mut self, entry: &Entry<'t>) -> Result<Became, Refused> {
        let spot = Spot::Line(entry.line);
        let here = Place::at(spot);
        let headline = &entry.headline;
        let findings = &mut self.collection.findings;
        let body = Body::read(&entry.lines, entry.line + 1, findings);
        findings.reshaped_times(Shape::DetailsToNotes, body.details.len());
        findings.reshaped_times(
            Shape::LinesToChecklist,
            usize::from(!body.checklist.is_empty()),
        );
        let keyword = headline.keyword.map(|keyword| {
            findings.reshaped_times(Shape::StatusToFour, usize::from(!keyword.is_plain));
            keyword.meaning
        });
        let at_ms = |wall_ms: i64| dates::moment(self.collection.local.utc_ms(wall_ms));
        let closed_ms = body.closed.and_then(|stamp| at_ms(stamp.wall_ms()));
        let created_ms = body.created.and_then(|stamp| at_ms(stamp.wall_ms()));
        let status = match keyword {
            Some(Meaning::Done) => TaskStatus::Completed { at_ms: closed_ms },
            Some(Meaning::Cancelled) => TaskStatus::Cancelled { at_ms: closed_ms },
            Some(Meaning::Begun) => TaskStatus::InProgress,
            _ => TaskStatus::Pending,
        };
        let tags = self.tags(entry);
        let labels = self.collection.labels_named(tags, &here)?;
        let checklist = self.collection.checklist(body.checklist, &here);
        let (mut parent, mut project, mut section) = (None, None, None);
        match self.above.last().map(|above| &above.became) {
            None => {}
            Some(Became::Project { number }) => project = Some(*number),
            Some(Became::Section { number, id }) => {
                project = Some(*number);
                section = Some(id.clone());
            }
            Some(Became::Task { id, .. }) => parent = Some(id.clone()),
            Some(Became::Text { task }) => parent = Some(self.tasks[*task].external_id.clone()),
        }
        let external_id = body.id.and_then(|id| collect::by_id("task", id));
        let names = self.names(entry);
        let external_id = external_id.unwrap_or_else(|| self.collection.in_order("task", names));
        let priority = self.priority(headline.priority);
        let has_time = body.scheduled.is_some_and(|stamp| stamp.minutes.is_some());
        let due = body
            .scheduled
            .filter(|_| !has_time)
            .map(|stamp| When::Day(stamp.day));
        let scheduled = body.scheduled.filter(|_| has_time).map(|stamp| Scheduled {
            start: stamp.when(),
            minutes: stamp.length_minutes,
        });
        if body
            .deadline
            .is_some_and(|stamp| stamp.length_minutes.is_some())
        {
            self.collection.findings.warn(Notice::EndDropped);
        }
        let task = Task {
            status,
            list: match keyword {
                Some(Meaning::Waiting) => TaskList::Waiting,
                Some(Meaning::Someday) => TaskList::Someday,
                _ if project.is_some() => TaskList::Next,
                _ => TaskList::Inbox,
            },
            priority,
            due,
            scheduled,
            deadline: body.deadline.map(super::stamp::Stamp::when),
            estimate_minutes: body.effort_minutes,
            spent_minutes: body.spent,
            checklist,
            labels,
            project: project.map(|number: usize| self.projects[number].external_id.clone()),
            section,
            parent,
            ..Task::titled(String::new())
        };
        self.tasks.push(TaskDraft {
            spot,
            external_id: external_id.clone(),
            created_ms,
            raw_title: headline.title.to_owned(),
            notes: words::join(&plain(&body.text), &body.details.join("\n"), "\n\n"),
            task,
        });
        Ok(Became::Task {
            number: self.tasks.len() - 1,
            id: external_id,
        })
    }

    fn priority(&mut self, letter: Option<char>) -> TaskPriority {
        match letter {
            None => TaskPriority::None,
            Some('A') => TaskPriority::High,
            Some('B') => TaskPriority::Medium,
            Some('C') => TaskPriority::Low,
            Some(other) => {
                self.collection.findings.reshaped(Shape::PriorityToFour);
                match other {
                    '1' => TaskPriority::High,
                    '2' => TaskPriority::Medium,
                    _ => TaskPriority::Low,
                }
            }
        }
    }

    /// Hands everything over, now that all notes are gathered.
    fn settle(self) -> Result<(), Refused> {
        let mut external_ids = Vec::with_capacity(self.projects.len());
        for draft in self.projects {
            let here = Place::at(draft.spot);
            let (title, notes) = self.collection.texts(draft.title, &draft.notes, &here);
            let project = Project {
                title,
                notes,
                area: None,
                status: ProjectStatus::Active,
            };
            let id = self
                .collection
                .project(draft.external_id, None, |_| project)?;
            external_ids.push(id);
        }
        for (id, title, project) in self.sections {
            self.collection.section(id, title, &external_ids[project])?;
        }
        for draft in self.tasks {
            let here = Place::at(draft.spot);
            let (title, notes) = self.collection.texts(&draft.raw_title, &draft.notes, &here);
            let task = Task {
                title,
                notes,
                ..draft.task
            };
            self.collection
                .task(draft.spot, draft.external_id, draft.created_ms, task)?;
        }
        Ok(())
    }
}

/// Returns lines as a text, without what all of them are indented by.
fn plain(lines: &[&str]) -> String {
    let indents = lines.iter().filter(|line| !line.trim().is_empty());
    let indents = indents.map(|line| line.len() - line.trim_start_matches(' ').len());
    let indent = indents.min().unwrap_or(0);
    let lines = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or("").trim_end());
    let text = lines.collect::<Vec<_>>().join("\n");
    text.trim_matches('\n').to_owned()
}

//! Gathers what a file holds into an import: each product's reader says what stands there, and
//! here it gets ids, bounds, families and an order.

use std::collections::{HashMap, HashSet};

use crate::findings::{About, Findings};
pub(crate) use crate::identity::{Path, by_id, named};
use crate::place::{Place, Spot};
use crate::record::{
    CHECKLIST, ChecklistItem, Import, ImportRecord, LABELS, Label, Project, Section, Task,
    TaskList, TaskStatus, Values,
};
use crate::report::{Found, Notice, Reason};
use crate::tree::{break_cycles, from_the_top};
use crate::words;
use crate::{LocalTime, Options, Refused};

/// Labels of all tasks together: a tag of an outline is on all that stands under it, so that a small
/// file could name a hundred of them for each of its tasks.
const LABELLINGS: usize = 1_000_000;

/// What was gathered so far.
pub(crate) struct Collection<'o> {
    pub(crate) local: LocalTime<'o>,
    pub(crate) findings: Findings,
    /// Counted by the reader beside what becomes a record: inboxes, areas, comments.
    pub(crate) found: Found,
    text_bytes: usize,
    limit: usize,
    projects: Kind,
    sections: Kind,
    labels: Kind,
    tasks: Vec<Gathered>,
    /// How many labels all tasks have together.
    labellings: usize,
    /// How often a thing of that kind and names was met.
    ordinals: HashMap<(&'static str, Path), u32>,
}

/// Records of one kind.
#[derive(Default)]
struct Kind {
    records: Vec<ImportRecord>,
    /// Number of a record by its external id.
    numbers: HashMap<String, usize>,
}

struct Gathered {
    record: ImportRecord,
    spot: Spot,
    counted: Counted,
}

/// As what a task counts among what stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    Live,
    /// It stands in the source's archive.
    Archived,
    /// It is a note there; the reader counts it, and says that it was reshaped.
    Note,
}

impl<'o> Collection<'o> {
    pub(crate) fn new(options: &Options<'o>) -> Self {
        Self {
            local: options.local,
            findings: Findings::default(),
            found: Found::default(),
            text_bytes: options.limits.text_bytes,
            limit: options.limits.records,
            projects: Kind::default(),
            sections: Kind::default(),
            labels: Kind::default(),
            tasks: Vec::new(),
            labellings: 0,
            ordinals: HashMap::new(),
        }
    }

    /// Returns the external id of a project, which is taken in where it is new.
    pub(crate) fn project(
        &mut self,
        external_id: String,
        created_ms: Option<i64>,
        project: impl FnOnce(&mut Findings) -> Project,
    ) -> Result<String, Refused> {
        self.has_room(0)?;
        let findings = &mut self.findings;
        let values = || Values::Project(project(findings));
        Ok(self.projects.take_in(external_id, created_ms, values))
    }

    /// Returns the external id of a section, which is taken in where it is new.
    pub(crate) fn section(
        &mut self,
        external_id: String,
        name: &str,
        project: &str,
    ) -> Result<String, Refused> {
        self.has_room(0)?;
        let findings = &mut self.findings;
        let values = || {
            Values::Section(Section {
                title: words::title(Some(name), "", findings),
                project: project.to_owned(),
            })
        };
        Ok(self.sections.take_in(external_id, None, values))
    }

    /// Returns the external id of a label, which is taken in where it is new.
    pub(crate) fn label(&mut self, external_id: String, name: &str) -> Result<String, Refused> {
        self.has_room(0)?;
        let findings = &mut self.findings;
        let values = || {
            Values::Label(Label {
                title: words::title(Some(name), "", findings),
            })
        };
        Ok(self.labels.take_in(external_id, None, values))
    }

    /// Returns the external ids of labels that have nothing but their names, each once.
    pub(crate) fn labels_named<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n str>,
        at: &Place<'_>,
    ) -> Result<Vec<String>, Refused> {
        let mut ids: Vec<String> = Vec::new();
        for name in names {
            let id = named("tag", &[name]);
            if ids.contains(&id) {
                continue;
            }
            if ids.len() == LABELS {
                self.findings.not_understood(Reason::TooLong, at);
                break;
            }
            ids.push(self.label(id, name)?);
        }
        self.labellings += ids.len();
        if self.labellings > LABELLINGS {
            return Err(Refused::TooManyValues { limit: LABELLINGS });
        }
        Ok(ids)
    }

    /// Returns a title of one line and notes within their bounds; a title that must be cut stands
    /// whole in the notes.
    pub(crate) fn texts(&mut self, title: &str, notes: &str, at: &Place<'_>) -> (String, String) {
        let title = words::without_controls(title, &mut self.findings);
        let notes = words::without_controls(notes, &mut self.findings);
        let mut notes = notes.trim_end().to_owned();
        if words::title_is_cut(&title) {
            notes = words::join(title.trim(), &notes, "\n\n");
        }
        let line = words::title(Some(&title), &notes, &mut self.findings);
        let notes = words::bounded(notes, self.text_bytes, at, &mut self.findings);
        (line, notes)
    }

    /// Returns the entries of a checklist within its bound; those without words are none.
    pub(crate) fn checklist<'n>(
        &mut self,
        entries: impl IntoIterator<Item = (&'n str, bool)>,
        at: &Place<'_>,
    ) -> Vec<ChecklistItem> {
        let mut items = Vec::new();
        for (text, done) in entries {
            let text = words::short(&words::one_line(text));
            if text.is_empty() {
                continue;
            }
            if items.len() == CHECKLIST {
                self.findings.not_understood(Reason::TooLong, at);
                break;
            }
            items.push(ChecklistItem { text, done });
        }
        items
    }

    /// Returns the external id of a thing without an id, by the names from the outermost down to
    /// its own and its order among those of the same.
    pub(crate) fn in_order(&mut self, kind: &'static str, path: Path) -> String {
        let met = self.ordinals.entry((kind, path)).or_default();
        let ordinal = *met;
        *met += 1;
        if ordinal > 0 {
            self.findings.warn(Notice::SameNames);
        }
        format!("{kind}:#{path}-{ordinal}")
    }

    /// Takes in a task; its parent may come later.
    pub(crate) fn task(
        &mut self,
        spot: Spot,
        external_id: String,
        created_ms: Option<i64>,
        task: Task,
    ) -> Result<(), Refused> {
        self.has_room(0)?;
        self.tasks.push(Gathered {
            record: ImportRecord {
                external_id,
                created_ms,
                values: Values::Task(Box::new(task)),
            },
            spot,
            counted: Counted::Live,
        });
        Ok(())
    }

    /// Says of the task that was taken in last as what it counts.
    pub(crate) fn count_last_as(&mut self, counted: Counted) {
        if let Some(last) = self.tasks.last_mut() {
            last.counted = counted;
        }
    }

    /// Returns the import: families settled, parents before children, everything counted.
    pub(crate) fn finish(mut self, about: About) -> Import {
        let findings = &mut self.findings;
        let mut tasks = without_doubles(self.tasks, findings);
        let mut parents = parents(&tasks, findings);
        break_cycles(&mut parents, |first| {
            findings.not_understood(Reason::ParentCycle, &Place::at(tasks[first].spot));
        });
        let order = from_the_top(&parents);
        for number in &order {
            settle(&mut tasks, *number, parents[*number]);
        }
        count(&mut self.found, &tasks);
        let kinds = [&self.projects, &self.sections, &self.labels];
        let [projects, sections, labels] =
            kinds.map(|kind| u32::try_from(kind.records.len()).unwrap_or(u32::MAX));
        self.found.projects += projects;
        self.found.sections += sections;
        self.found.tags += labels;
        let mut records = self.projects.records;
        records.extend(self.sections.records);
        records.extend(self.labels.records);
        let mut tasks: Vec<Option<Gathered>> = tasks.into_iter().map(Some).collect();
        let in_order = order.into_iter().filter_map(|number| tasks[number].take());
        records.extend(in_order.map(|gathered| gathered.record));
        self.findings.import(about, self.found, records)
    }

    /// Refuses one record more than is read of one file, beside `waiting` that are not taken in
    /// yet.
    pub(crate) fn has_room(&self, waiting: usize) -> Result<(), Refused> {
        let kinds = [&self.projects, &self.sections, &self.labels];
        let others: usize = kinds.into_iter().map(|kind| kind.records.len()).sum();
        if others + self.tasks.len() + waiting < self.limit {
            return Ok(());
        }
        Err(Refused::TooManyRecords { limit: self.limit })
    }
}

impl Kind {
    fn take_in(
        &mut self,
        external_id: String,
        created_ms: Option<i64>,
        values: impl FnOnce() -> Values,
    ) -> String {
        if !self.numbers.contains_key(&external_id) {
            self.numbers.insert(external_id.clone(), self.records.len());
            self.records.push(ImportRecord {
                external_id: external_id.clone(),
                created_ms,
                values: values(),
            });
        }
        external_id
    }
}

/// Of tasks of the same id, the first stays.
fn without_doubles(tasks: Vec<Gathered>, findings: &mut Findings) -> Vec<Gathered> {
    let mut taken = HashSet::with_capacity(tasks.len());
    let mut stays = Vec::with_capacity(tasks.len());
    for task in &tasks {
        let is_new = taken.insert(task.record.external_id.as_str());
        if !is_new {
            findings.not_understood(Reason::DuplicateId, &Place::at(task.spot));
        }
        stays.push(is_new);
    }
    let mut stays = stays.into_iter();
    let mut tasks = tasks;
    tasks.retain(|_| stays.next() == Some(true));
    tasks
}

fn parents(tasks: &[Gathered], findings: &mut Findings) -> Vec<Option<usize>> {
    let ids = tasks.iter().map(|task| task.record.external_id.as_str());
    let numbers: HashMap<&str, usize> = ids.zip(0..).collect();
    let mut parents = Vec::with_capacity(tasks.len());
    for task in tasks {
        let named = values(task).parent.as_deref();
        let parent = named.and_then(|id| numbers.get(id).copied());
        if named.is_some() && parent.is_none() {
            findings.not_understood(Reason::DanglingParent, &Place::at(task.spot));
        }
        parents.push(parent);
    }
    parents
}

/// Gives a task what it takes from its parent, which is settled already.
fn settle(tasks: &mut [Gathered], number: usize, parent: Option<usize>) {
    let above = parent.map(|parent| {
        let task = values(&tasks[parent]);
        let belonging = (task.project.clone(), task.section.clone(), task.list);
        (tasks[parent].record.external_id.clone(), belonging)
    });
    let Values::Task(task) = &mut tasks[number].record.values else {
        return;
    };
    let Some((id, (project, section, list))) = above else {
        task.parent = None;
        return;
    };
    task.parent = Some(id);
    task.project = project;
    task.section = section;
    if matches!(task.list, TaskList::Inbox | TaskList::Next) {
        task.list = match list {
            TaskList::Inbox | TaskList::Someday => list,
            // That somebody is waited for is said of one task, and not of those inside it.
            TaskList::Next | TaskList::Waiting if task.project.is_none() => TaskList::Inbox,
            TaskList::Next | TaskList::Waiting => TaskList::Next,
        };
    }
}

fn count(found: &mut Found, tasks: &[Gathered]) {
    for gathered in tasks {
        let task = values(gathered);
        found.checklist_items += u32::try_from(task.checklist.len()).unwrap_or(u32::MAX);
        match gathered.counted {
            Counted::Live => found.tasks += 1,
            Counted::Archived => found.archived += 1,
            Counted::Note => {}
        }
        if gathered.counted != Counted::Live {
            continue;
        }
        found.subtasks += u32::from(task.parent.is_some());
        found.done += u32::from(matches!(task.status, TaskStatus::Completed { .. }));
        found.cancelled += u32::from(matches!(task.status, TaskStatus::Cancelled { .. }));
    }
}

fn values(gathered: &Gathered) -> &Task {
    match &gathered.record.values {
        Values::Task(task) => task,
        _ => unreachable!("only tasks are gathered among the tasks"),
    }
}

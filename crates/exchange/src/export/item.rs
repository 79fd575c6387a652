//! What leaves, by its names: from the fields of a space to one struct a record, which every writer
//! reads and which the table gives back whole.

use std::collections::{BTreeMap, HashMap};

use lifeos_kernel::{Day, RecordId, When};
use lifeos_tasks::{
    List, Outgoing, OutgoingRecord, OutgoingTask, Priority, ProjectField, ProjectStatus,
    SectionField, Status, TaskField,
};

use super::moment::Moment;
use crate::LocalTime;

/// What leaves of a space, in the order in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Items {
    /// Projects.
    pub projects: Vec<ProjectItem>,
    /// Sections, by project.
    pub sections: Vec<SectionItem>,
    /// Labels.
    pub labels: Vec<LabelItem>,
    /// Tasks, each behind its parent.
    pub tasks: Vec<TaskItem>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectItem {
    /// Its id.
    pub id: RecordId,
    /// Its name.
    pub title: String,
    /// What will be true when it is done.
    pub goal: String,
    /// In Markdown.
    pub notes: String,
    /// How it is going.
    pub status: ProjectStatus,
    /// The area of life that it belongs to.
    pub area: String,
    /// The token of its colour.
    pub colour: String,
    /// After how many days to look at it again.
    pub review_days: Option<u32>,
    /// When it was last looked at.
    pub reviewed: Option<Day>,
    /// When it came into being.
    pub created: Moment,
}

/// A section of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionItem {
    /// Its id.
    pub id: RecordId,
    /// Its name.
    pub title: String,
    /// Its project.
    pub project: Option<RecordId>,
    /// When it came into being.
    pub created: Moment,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelItem {
    /// Its id.
    pub id: RecordId,
    /// Its name.
    pub title: String,
    /// The token of its colour.
    pub colour: String,
    /// When it came into being.
    pub created: Moment,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskItem {
    /// Its id.
    pub id: RecordId,
    /// What is to be done.
    pub title: String,
    /// In Markdown.
    pub notes: String,
    /// How far it is.
    pub status: Status,
    /// Since when it is that far; nothing for one that nobody moved.
    pub status_at: Option<Moment>,
    /// The list that it was put on.
    pub list: List,
    /// How much it matters.
    pub priority: Priority,
    /// Whether it presses.
    pub urgent: bool,
    /// Whether it counts.
    pub important: bool,
    /// When it should be done.
    pub due: Option<When>,
    /// When it is too late.
    pub deadline: Option<When>,
    /// Not to be looked at before.
    pub defer: Option<When>,
    /// The beginning of the time set aside for it.
    pub scheduled: Option<When>,
    /// How long that is.
    pub scheduled_minutes: Option<u32>,
    /// How long it will take.
    pub estimate_minutes: Option<u32>,
    /// Minutes spent by day.
    pub spent: Vec<(Day, i64)>,
    /// Its project.
    pub project: Option<RecordId>,
    /// The section of the project.
    pub section: Option<RecordId>,
    /// The task that it is a part of.
    pub parent: Option<RecordId>,
    /// The account of the member of its space whose it is.
    pub assignee: Option<RecordId>,
    /// Its labels.
    pub labels: Vec<RecordId>,
    /// What its checklist says, and whether that is ticked.
    pub checklist: Vec<(String, bool)>,
    /// When it came into being.
    pub created: Moment,
}

impl Items {
    /// Reads what leaves. Times are told by the clocks of `local`.
    #[must_use]
    pub fn of(outgoing: Outgoing, local: &LocalTime<'_>) -> Self {
        Self {
            projects: each(outgoing.projects, |record| project(record, local)),
            sections: each(outgoing.sections, |record| section(record, local)),
            labels: each(outgoing.labels, |record| label(record, local)),
            tasks: each(outgoing.tasks, |record| task(record, local)),
        }
    }

    /// Returns the records by id: of projects, sections and labels the titles, of tasks the places.
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            projects: self
                .projects
                .iter()
                .map(|it| (it.id, it.title.as_str()))
                .collect(),
            sections: self
                .sections
                .iter()
                .map(|it| (it.id, it.title.as_str()))
                .collect(),
            labels: self
                .labels
                .iter()
                .map(|it| (it.id, it.title.as_str()))
                .collect(),
        }
    }
}

/// Titles by id.
pub(crate) struct Names<'i> {
    projects: HashMap<RecordId, &'i str>,
    sections: HashMap<RecordId, &'i str>,
    labels: HashMap<RecordId, &'i str>,
}

impl<'i> Names<'i> {
    pub(crate) fn project(&self, id: Option<RecordId>) -> Option<&'i str> {
        self.projects.get(&id?).copied()
    }

    pub(crate) fn section(&self, id: Option<RecordId>) -> Option<&'i str> {
        self.sections.get(&id?).copied()
    }

    pub(crate) fn labels(&self, ids: &[RecordId]) -> Vec<&'i str> {
        let titles = ids.iter().filter_map(|id| self.labels.get(id).copied());
        titles.collect()
    }
}

fn each<R, I>(records: Vec<R>, item: impl FnMut(R) -> I) -> Vec<I> {
    records.into_iter().map(item).collect()
}

fn project(record: OutgoingRecord<ProjectField>, local: &LocalTime<'_>) -> ProjectItem {
    let mut item = ProjectItem {
        id: record.record,
        title: String::new(),
        goal: String::new(),
        notes: String::new(),
        status: ProjectStatus::default(),
        area: String::new(),
        colour: String::new(),
        review_days: None,
        reviewed: None,
        created: Moment::of(record.at_ms, local),
    };
    for field in record.fields {
        match field {
            ProjectField::Title(title) => item.title = title,
            ProjectField::Goal(goal) => item.goal = goal,
            ProjectField::Notes(notes) => item.notes = notes,
            ProjectField::Status(status) => item.status = status,
            ProjectField::Area(area) => item.area = area,
            ProjectField::Colour(colour) => item.colour = colour,
            ProjectField::ReviewDays(days) => item.review_days = days,
            ProjectField::Reviewed(day) => item.reviewed = day,
            ProjectField::Order(_) | ProjectField::Presence(_) => {}
        }
    }
    item
}

fn section(record: OutgoingRecord<SectionField>, local: &LocalTime<'_>) -> SectionItem {
    let mut item = SectionItem {
        id: record.record,
        title: String::new(),
        project: None,
        created: Moment::of(record.at_ms, local),
    };
    for field in record.fields {
        match field {
            SectionField::Title(title) => item.title = title,
            SectionField::Project(project) => item.project = project,
            SectionField::Order(_) | SectionField::Presence(_) => {}
        }
    }
    item
}

fn label(record: OutgoingRecord<lifeos_tasks::LabelField>, local: &LocalTime<'_>) -> LabelItem {
    use lifeos_tasks::LabelField;
    let mut item = LabelItem {
        id: record.record,
        title: String::new(),
        colour: String::new(),
        created: Moment::of(record.at_ms, local),
    };
    for field in record.fields {
        match field {
            LabelField::Title(title) => item.title = title,
            LabelField::Colour(colour) => item.colour = colour,
            LabelField::Order(_) | LabelField::Presence(_) => {}
        }
    }
    item
}

fn task(record: OutgoingTask, local: &LocalTime<'_>) -> TaskItem {
    let mut item = TaskItem {
        id: record.record,
        title: String::new(),
        notes: String::new(),
        status: Status::default(),
        status_at: None,
        list: List::default(),
        priority: Priority::default(),
        urgent: false,
        important: false,
        due: None,
        deadline: None,
        defer: None,
        scheduled: None,
        scheduled_minutes: None,
        estimate_minutes: None,
        spent: each(record.spent, |(day, minutes)| {
            (super::moment::kept(day), minutes)
        }),
        project: None,
        section: None,
        parent: None,
        assignee: None,
        labels: record.labels,
        checklist: each(record.checklist, |entry| (entry.text, entry.done)),
        created: Moment::of(record.at_ms, local),
    };
    let when = |when: Option<When>| when.map(super::moment::kept_when);
    for field in record.fields {
        match field {
            TaskField::Title(title) => item.title = title,
            TaskField::Notes(notes) => item.notes = notes,
            TaskField::Status(step) => {
                item.status = step.status;
                item.status_at = Some(Moment::of(step.at_ms, local));
            }
            TaskField::List(list) => item.list = list,
            TaskField::Defer(at) => item.defer = when(at),
            TaskField::Scheduled(block) => {
                item.scheduled_minutes = block.as_ref().and_then(|block| block.minutes);
                item.scheduled = when(block.map(|block| block.start));
            }
            TaskField::Due(at) => item.due = when(at),
            TaskField::Deadline(at) => item.deadline = when(at),
            TaskField::Priority(priority) => item.priority = priority,
            TaskField::Urgent(urgent) => item.urgent = urgent,
            TaskField::Important(important) => item.important = important,
            TaskField::EstimateMinutes(minutes) => item.estimate_minutes = minutes,
            TaskField::Project(id) => item.project = id,
            TaskField::Section(id) => item.section = id,
            TaskField::Parent(id) => item.parent = id,
            TaskField::Assignee(account) => item.assignee = account,
            TaskField::Order(_) | TaskField::Presence(_) => {}
        }
    }
    // Days of a list that nobody sorted, or twice the same one, come together as they are shown.
    let mut by_day: BTreeMap<Day, i64> = BTreeMap::new();
    for (day, minutes) in item.spent {
        let spent = by_day.entry(day).or_default();
        *spent = spent.saturating_add(minutes);
    }
    item.spent = by_day.into_iter().collect();
    item
}

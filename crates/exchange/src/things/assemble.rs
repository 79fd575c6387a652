//! From things to records: what stays out, what stands where, and which tags it takes from there.

use std::collections::{HashMap, HashSet};

use lifeos_kernel::When;

use super::raw::{Entry, Kind, Named, Start, Status, Thing};
use super::tables::Tables;
use crate::collect::{Collection, by_id};
use crate::findings::About;
use crate::place::Place;
use crate::record::{LABELS, Project, ProjectStatus, Task, TaskList, TaskStatus};
use crate::report::{Homeless, Notice, Reason, Shape};
use crate::{Import, Refused, words};

/// Says why a thing does not come in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Out {
    Trashed,
    Template,
}

/// The database with what is looked up in it.
struct Things<'t> {
    tables: &'t Tables,
    by_uuid: HashMap<&'t str, &'t Thing>,
    areas: HashMap<&'t str, &'t Named>,
    /// Entries of checklists, in order, by the to-do that they stand in.
    entries: HashMap<&'t str, Vec<&'t Entry>>,
    /// Where each tag stands among the tags.
    places: HashMap<&'t str, usize>,
}

pub(super) fn import(
    tables: &Tables,
    mut collection: Collection<'_>,
    about: About,
) -> Result<Import, Refused> {
    let mut entries: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in &tables.entries {
        entries.entry(&entry.task).or_default().push(entry);
    }
    let things = Things {
        tables,
        entries,
        by_uuid: by(&tables.things, |thing| &thing.uuid),
        areas: by(&tables.areas, |area| &area.uuid),
        places: tables
            .tags
            .iter()
            .map(|tag| tag.uuid.as_str())
            .zip(0..)
            .collect(),
    };
    let c = &mut collection;
    for tag in &tables.tags {
        if tag.is_inner {
            c.findings.reshaped(Shape::InnerTagToLabel);
        }
        c.label(id("tag", &tag.uuid), &tag.title)?;
    }
    c.found.areas = u32::try_from(tables.areas.len()).unwrap_or(u32::MAX);
    let own_areas = things.areas_as_projects(c)?;
    things.projects(c)?;
    things.sections(c)?;
    things.to_dos(c)?;
    things.count_what_stays_out(c);
    let mut import = collection.finish(about);
    // The source's own kinds: an area is none of its projects.
    import.report.found.projects -= own_areas;
    Ok(import)
}

impl<'t> Things<'t> {
    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'t Thing> {
        let things = self.tables.things.iter();
        things.filter(move |thing| thing.kind == kind)
    }

    /// Returns the thing of that id and kind.
    fn find(&self, uuid: Option<&String>, kind: Kind) -> Option<&'t Thing> {
        let found = self.by_uuid.get(uuid?.as_str()).copied();
        found.filter(|thing| thing.kind == kind)
    }

    fn heading(&self, thing: &Thing) -> Option<&'t Thing> {
        self.find(thing.heading.as_ref(), Kind::Heading)
    }

    /// Returns the project that a thing stands in, also below a heading.
    fn project(&self, thing: &Thing) -> Option<&'t Thing> {
        let above = self
            .heading(thing)
            .and_then(|heading| heading.project.as_ref());
        self.find(above.or(thing.project.as_ref()), Kind::Project)
    }

    fn area(&self, thing: &Thing) -> Option<&'t Named> {
        self.areas.get(thing.area.as_deref()?).copied()
    }

    fn out(&self, thing: &Thing) -> Option<Out> {
        let above = [self.heading(thing), self.project(thing)];
        let mut chain = [Some(thing), above[0], above[1]].into_iter().flatten();
        let is_trashed = chain.clone().any(|thing| thing.is_trashed);
        let is_template = chain.any(|thing| thing.is_template);
        match (is_trashed, is_template) {
            (true, _) => Some(Out::Trashed),
            (false, true) => Some(Out::Template),
            (false, false) => None,
        }
    }

    /// Makes a project of each area in which to-dos stand by themselves; returns how many.
    fn areas_as_projects(&self, c: &mut Collection<'_>) -> Result<u32, Refused> {
        let stand_in = |kind| {
            let things = self.of_kind(kind).filter(|thing| self.out(thing).is_none());
            let things = things.filter(|thing| self.project(thing).is_none());
            things
                .filter_map(|thing| thing.area.as_deref())
                .collect::<HashSet<&str>>()
        };
        let (with_to_dos, with_projects) = (stand_in(Kind::ToDo), stand_in(Kind::Project));
        let mut made = 0;
        for area in &self.tables.areas {
            if with_to_dos.contains(area.uuid.as_str()) {
                c.project(id("area", &area.uuid), None, |findings| {
                    let title = words::title(Some(&area.title), "", findings);
                    Project {
                        area: Some(title.clone()),
                        title,
                        notes: String::new(),
                        status: ProjectStatus::Active,
                    }
                })?;
                c.findings.reshaped(Shape::AreaToProject);
                made += 1;
            } else if !with_projects.contains(area.uuid.as_str()) {
                c.findings.left_out(Homeless::EmptyAreas, 1);
            }
        }
        Ok(made)
    }

    fn projects(&self, c: &mut Collection<'_>) -> Result<(), Refused> {
        let place = |thing: &Thing| {
            let area = self.area(thing).map(|area| area.index);
            (area, thing.index)
        };
        let mut projects: Vec<&Thing> = self.of_kind(Kind::Project).collect();
        projects.retain(|project| self.out(project).is_none());
        projects.sort_by_key(|project| place(project));
        for thing in projects {
            let at = Place::at(thing.spot);
            let area = self.area(thing);
            if thing.area.is_some() && area.is_none() {
                c.findings.not_understood(Reason::DanglingProject, &at);
            }
            let (title, notes) = c.texts(&thing.title, &thing.notes, &at);
            let dates = usize::from(thing.when.is_some()) + usize::from(thing.deadline.is_some());
            c.findings.left_out(Homeless::ProjectDates, dates);
            self.count_marks(thing, c);
            let status = match (thing.status, thing.start, thing.when) {
                (Status::Open, Start::Someday, None) => ProjectStatus::Archived,
                (Status::Open, ..) => ProjectStatus::Active,
                (Status::Cancelled, ..) => ProjectStatus::Cancelled,
                (Status::Completed, ..) => ProjectStatus::Completed {
                    at_ms: thing.stopped_ms,
                },
            };
            if thing.status != Status::Open && thing.stopped_ms.is_some() {
                c.findings.warn(Notice::ProjectDateDropped);
            }
            c.project(id("project", &thing.uuid), thing.created_ms, |findings| {
                Project {
                    title,
                    notes,
                    area: area.map(|area| words::title(Some(&area.title), "", findings)),
                    status,
                }
            })?;
        }
        Ok(())
    }

    fn sections(&self, c: &mut Collection<'_>) -> Result<(), Refused> {
        for thing in self.of_kind(Kind::Heading) {
            if self.out(thing).is_some() {
                continue;
            }
            let Some(project) = self.project(thing) else {
                let at = Place::at(thing.spot);
                c.findings.not_understood(Reason::DanglingProject, &at);
                continue;
            };
            let project = id("project", &project.uuid);
            c.section(id("heading", &thing.uuid), &thing.title, &project)?;
        }
        Ok(())
    }

    fn to_dos(&self, c: &mut Collection<'_>) -> Result<(), Refused> {
        for thing in self.of_kind(Kind::ToDo) {
            if self.out(thing).is_none() {
                let task = self.task(thing, c);
                c.task(thing.spot, id("task", &thing.uuid), thing.created_ms, task)?;
            }
        }
        Ok(())
    }

    fn task(&self, thing: &Thing, c: &mut Collection<'_>) -> Task {
        let at = Place::at(thing.spot);
        let (title, notes) = c.texts(&thing.title, &thing.notes, &at);
        let (heading, project, area) = (self.heading(thing), self.project(thing), self.area(thing));
        let heading = heading.filter(|_| project.is_some());
        let names_project = thing.project.is_some() || thing.heading.is_some();
        if names_project && project.is_none() || thing.area.is_some() && area.is_none() {
            c.findings.not_understood(Reason::DanglingProject, &at);
        }
        let project = project.map(|project| id("project", &project.uuid));
        let project = project.or(area.map(|area| id("area", &area.uuid)));
        if thing.when.is_some() {
            c.findings.reshaped(Shape::StartToDefer);
        }
        self.count_marks(thing, c);
        let entries = self.entries.get(thing.uuid.as_str());
        let entries = entries.map_or(&[][..], Vec::as_slice);
        let cancelled = entries
            .iter()
            .filter(|entry| entry.status == Status::Cancelled);
        c.findings
            .reshaped_times(Shape::CancelledEntryToTicked, cancelled.count());
        let checklist = c.checklist(
            entries
                .iter()
                .map(|entry| (entry.title.as_str(), entry.status != Status::Open)),
            &at,
        );
        Task {
            notes,
            status: match thing.status {
                Status::Open => TaskStatus::Pending,
                Status::Cancelled => TaskStatus::Cancelled {
                    at_ms: thing.stopped_ms,
                },
                Status::Completed => TaskStatus::Completed {
                    at_ms: thing.stopped_ms,
                },
            },
            list: match (thing.start, thing.when) {
                (Start::Inbox, None) if project.is_none() => TaskList::Inbox,
                (Start::Someday, None) => TaskList::Someday,
                _ => TaskList::Next,
            },
            defer: thing.when.map(When::Day),
            deadline: thing.deadline.map(When::Day),
            checklist,
            labels: self.labels(thing, c),
            section: heading.map(|heading| id("heading", &heading.uuid)),
            project,
            ..Task::titled(title)
        }
    }

    /// Returns its own tags, and those of the project and area that it stands in.
    fn labels(&self, thing: &Thing, c: &mut Collection<'_>) -> Vec<String> {
        let at = Place::at(thing.spot);
        let project = self.project(thing);
        let area = self.area(project.unwrap_or(thing));
        let above = [
            Some(&thing.uuid),
            self.heading(thing).map(|heading| &heading.uuid),
            project.map(|project| &project.uuid),
            area.map(|area| &area.uuid),
        ];
        let mut places: Vec<usize> = Vec::new();
        for (level, bearer) in above.into_iter().flatten().enumerate() {
            let mut own: Vec<usize> = Vec::new();
            for tag in self.tables.tags_of.get(bearer).into_iter().flatten() {
                match self.places.get(tag.as_str()) {
                    Some(place) => own.push(*place),
                    None => c.findings.not_understood(Reason::DanglingTag, &at),
                }
            }
            own.sort_unstable();
            own.dedup();
            own.retain(|place| !places.contains(place));
            let room = LABELS - places.len();
            if own.len() > room {
                c.findings.not_understood(Reason::TooLong, &at);
                own.truncate(room);
            }
            if level > 0 {
                c.findings
                    .reshaped_times(Shape::InheritedTagToLabel, own.len());
            }
            places.extend(own);
        }
        let tag = |place: usize| id("tag", &self.tables.tags[place].uuid);
        places.into_iter().map(tag).collect()
    }

    /// Counts what a thing that comes in has, and that has no place here.
    fn count_marks(&self, thing: &Thing, c: &mut Collection<'_>) {
        let marks = [
            (
                Homeless::Evening,
                thing.is_for_evening && thing.when.is_some(),
            ),
            (Homeless::Reminders, thing.has_reminder),
            (Homeless::People, thing.has_contact),
        ];
        for (what, is_there) in marks {
            c.findings.left_out(what, usize::from(is_there));
        }
    }

    fn count_what_stays_out(&self, c: &mut Collection<'_>) {
        let outs: Vec<Out> = self
            .tables
            .things
            .iter()
            .filter_map(|thing| self.out(thing))
            .collect();
        for (what, out) in [
            (Homeless::Trashed, Out::Trashed),
            (Homeless::Repeats, Out::Template),
        ] {
            let count = outs.iter().filter(|found| **found == out).count();
            c.findings.left_out(what, count);
        }
        let is_lost = |entry: &&Entry| self.find(Some(&entry.task), Kind::ToDo).is_none();
        for entry in self.tables.entries.iter().filter(is_lost) {
            c.findings
                .not_understood(Reason::DanglingParent, &Place::at(entry.spot));
        }
    }
}

fn by<'t, T>(things: &'t [T], uuid: impl Fn(&'t T) -> &'t String) -> HashMap<&'t str, &'t T> {
    things
        .iter()
        .map(|thing| (uuid(thing).as_str(), thing))
        .collect()
}

fn id(kind: &str, uuid: &str) -> String {
    by_id(kind, uuid).expect("ids that cannot be one were left out by the tables")
}

//! What the events add up to: raw registers, as they merge. What spans records is not settled
//! here.

use std::collections::{BTreeMap, BTreeSet};

use lifeos_kernel::{
    AddWinsSet, AppendList, Day, Field, Fields, OrderKey, Pack, PackError, Packer, RecordId,
    Register, Shelf, Stamp, Unpacker,
};

use crate::fields::{
    Block, ChecklistField, LabelField, LabelKey, List, Presence, Priority, ProjectField,
    ProjectKey, SectionField, SectionKey, StatusChange, TaskField, TaskKey,
};
use crate::index::Index;

/// The state of tasks, projects, sections and labels in one space.
#[derive(Debug, Clone, Default)]
pub struct TasksState {
    pub(crate) tasks: Shelf<RecordId, Task>,
    pub(crate) projects: BTreeMap<RecordId, Entry<ProjectField>>,
    pub(crate) sections: BTreeMap<RecordId, Entry<SectionField>>,
    pub(crate) labels: BTreeMap<RecordId, Entry<LabelField>>,
    pub(crate) index: Index,
}

impl PartialEq for TasksState {
    fn eq(&self, other: &Self) -> bool {
        self.tasks == other.tasks
            && self.projects == other.projects
            && self.sections == other.sections
            && self.labels == other.labels
    }
}

impl Eq for TasksState {}

impl Pack for TasksState {
    fn pack(&self, out: &mut Packer) {
        self.tasks.pack(out);
        self.projects.pack(out);
        self.sections.pack(out);
        self.labels.pack(out);
        self.index.pack_rows(self.tasks.keys(), out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let mut state = Self {
            tasks: Pack::unpack(from)?,
            projects: Pack::unpack(from)?,
            sections: Pack::unpack(from)?,
            labels: Pack::unpack(from)?,
            index: Index::default(),
        };
        state.index = Index::unpack_rows(&state.tasks, from)?;
        Ok(state)
    }
}

/// When a record came into being: of several claims, the earliest written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Birth {
    pub(crate) stamp: Stamp,
    pub(crate) at_ms: i64,
}

lifeos_kernel::pack_struct!(Birth { stamp, at_ms });

/// What every kind of record here has: a birth, fields, and the fields as last imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<F> {
    pub(crate) born: Option<Birth>,
    pub(crate) fields: Fields<F>,
    pub(crate) imported: Fields<F>,
}

impl<F> Default for Entry<F> {
    fn default() -> Self {
        Self {
            born: None,
            fields: Fields::default(),
            imported: Fields::default(),
        }
    }
}

impl<F: Field> Pack for Entry<F> {
    fn pack(&self, out: &mut Packer) {
        self.born.pack(out);
        self.fields.pack(out);
        self.imported.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Ok(Self {
            born: Pack::unpack(from)?,
            fields: Pack::unpack(from)?,
            imported: Pack::unpack(from)?,
        })
    }
}

/// A field enum whose record has a title, a place and a presence.
pub(crate) trait Placed: Field {
    const TITLE: Self::Key;
    const ORDER: Self::Key;
    const PRESENCE: Self::Key;
    fn from_order(order: OrderKey) -> Self;
    fn from_presence(presence: Presence) -> Self;
    fn as_title(&self) -> Option<&str>;
    fn as_order(&self) -> Option<&OrderKey>;
    fn as_presence(&self) -> Option<Presence>;
}

macro_rules! placed {
    ($field:ident, $key:ident) => {
        impl Placed for $field {
            const TITLE: $key = $key::Title;
            const ORDER: $key = $key::Order;
            const PRESENCE: $key = $key::Presence;
            fn from_order(order: OrderKey) -> Self {
                Self::Order(order)
            }
            fn from_presence(presence: Presence) -> Self {
                Self::Presence(presence)
            }
            fn as_title(&self) -> Option<&str> {
                if let Self::Title(title) = self {
                    Some(title)
                } else {
                    None
                }
            }
            fn as_order(&self) -> Option<&OrderKey> {
                if let Self::Order(order) = self {
                    Some(order)
                } else {
                    None
                }
            }
            fn as_presence(&self) -> Option<Presence> {
                if let Self::Presence(presence) = self {
                    Some(*presence)
                } else {
                    None
                }
            }
        }
    };
}
placed!(TaskField, TaskKey);
placed!(ProjectField, ProjectKey);
placed!(SectionField, SectionKey);
placed!(LabelField, LabelKey);

impl<F: Field> Entry<F> {
    /// Takes in a birth.
    pub(crate) fn bear(&mut self, stamp: Stamp, at_ms: i64) {
        let birth = Birth { stamp, at_ms };
        self.born = Some(self.born.map_or(birth, |born| born.min(birth)));
    }

    /// Takes in writes of fields.
    pub(crate) fn write(&mut self, set: Vec<F>, stamp: Stamp) {
        for field in set {
            self.fields.set(field, stamp);
        }
    }

    /// Takes in what an import said.
    pub(crate) fn import(&mut self, set: Vec<F>, keep: Vec<F>, stamp: Stamp, at_ms: i64) {
        self.bear(stamp, at_ms);
        for field in set.iter().cloned().chain(keep) {
            self.imported.set(field, stamp);
        }
        self.write(set, stamp);
    }
}

impl<F: Placed> Entry<F> {
    pub(crate) fn title(&self) -> &str {
        self.fields
            .get(F::TITLE)
            .and_then(F::as_title)
            .unwrap_or_default()
    }

    pub(crate) fn order(&self) -> &str {
        self.fields
            .get(F::ORDER)
            .and_then(F::as_order)
            .map_or("", OrderKey::as_str)
    }

    pub(crate) fn presence(&self) -> Presence {
        self.fields
            .get(F::PRESENCE)
            .and_then(F::as_presence)
            .unwrap_or_default()
    }

    /// Tells whether the record is there for lists.
    pub(crate) fn is_present(&self) -> bool {
        self.born.is_some() && self.presence() == Presence::Present
    }

    /// Returns since when the record is in the trash.
    pub(crate) fn trashed_at_ms(&self) -> Option<i64> {
        match (self.born, self.presence()) {
            (Some(_), Presence::Trashed { at_ms }) => Some(at_ms),
            _ => None,
        }
    }
}

/// Minutes spent on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimeEntry {
    pub(crate) day: Day,
    pub(crate) minutes: i32,
}

lifeos_kernel::pack_struct!(TimeEntry { day, minutes });

/// A task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) entry: Entry<TaskField>,
    pub(crate) labels: AddWinsSet<RecordId>,
    pub(crate) checklist: BTreeMap<RecordId, Fields<ChecklistField>>,
    pub(crate) logged: AppendList<TimeEntry>,
    pub(crate) imported_labels: Register<BTreeSet<RecordId>>,
    pub(crate) imported_spent: BTreeMap<Day, Register<u32>>,
}

lifeos_kernel::pack_struct!(Task {
    entry,
    labels,
    checklist,
    logged,
    imported_labels,
    imported_spent
});

macro_rules! read {
    ($(#[$doc:meta])* $name:ident, $variant:ident, $type:ty) => {
        $(#[$doc])*
        pub(crate) fn $name(&self) -> $type {
            match self.entry.fields.get(TaskKey::$variant) {
                Some(TaskField::$variant(value)) => value.clone(),
                _ => <$type>::default(),
            }
        }
    };
}

impl Task {
    read!(status, Status, StatusChange);
    read!(list, List, List);
    read!(defer, Defer, Option<lifeos_kernel::When>);
    read!(scheduled, Scheduled, Option<Block>);
    read!(due, Due, Option<lifeos_kernel::When>);
    read!(deadline, Deadline, Option<lifeos_kernel::When>);
    read!(priority, Priority, Priority);
    read!(urgent, Urgent, bool);
    read!(important, Important, bool);
    read!(estimate_minutes, EstimateMinutes, Option<u32>);
    read!(project, Project, Option<RecordId>);
    read!(section, Section, Option<RecordId>);
    read!(parent, Parent, Option<RecordId>);
    read!(assignee, Assignee, Option<RecordId>);

    pub(crate) fn notes(&self) -> &str {
        match self.entry.fields.get(TaskKey::Notes) {
            Some(TaskField::Notes(notes)) => notes,
            _ => "",
        }
    }

    /// Returns minutes spent by day, logged here and imported, without days that come to nothing.
    pub(crate) fn spent(&self) -> BTreeMap<Day, i64> {
        let mut spent: BTreeMap<Day, i64> = BTreeMap::new();
        for entry in self.logged.iter() {
            *spent.entry(entry.day).or_default() += i64::from(entry.minutes);
        }
        for (day, minutes) in &self.imported_spent {
            *spent.entry(*day).or_default() += i64::from(minutes.get().copied().unwrap_or(0));
        }
        spent.retain(|_, minutes| *minutes != 0);
        spent
    }

    /// Returns the entries of the checklist that are there, in order.
    pub(crate) fn checklist_in_order(&self) -> Vec<(RecordId, &Fields<ChecklistField>)> {
        let mut items: Vec<_> = self
            .checklist
            .iter()
            .filter(|(_, fields)| !fields.holds(&ChecklistField::Removed(true)))
            .map(|(id, fields)| (*id, fields))
            .collect();
        items.sort_by(|a, b| {
            checklist_order(a.1)
                .cmp(checklist_order(b.1))
                .then(a.0.cmp(&b.0))
        });
        items
    }
}

/// Returns the place of an entry of a checklist.
pub(crate) fn checklist_order(fields: &Fields<ChecklistField>) -> &str {
    match fields.get(crate::fields::ChecklistKey::Order) {
        Some(ChecklistField::Order(order)) => order.as_str(),
        _ => "",
    }
}

/// Returns what an entry of a checklist says.
pub(crate) fn checklist_text(fields: &Fields<ChecklistField>) -> &str {
    match fields.get(crate::fields::ChecklistKey::Text) {
        Some(ChecklistField::Text(text)) => text,
        _ => "",
    }
}

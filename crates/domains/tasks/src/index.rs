//! What lists are drawn from: one small row per task, kept in step with every event and built
//! anew from a snapshot. Walking a hundred thousand rows takes a fraction of a frame.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lifeos_kernel::{Context, Day, RecordId, When};

use crate::fields::{List, Presence, Priority, Status};
use crate::record::Task;

/// A date in a form that is quick to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Date {
    None,
    Day(Day),
    /// Local milliseconds, wherever one is.
    Floating(i64),
    /// Read the record: the zone decides.
    Zoned,
}

impl Date {
    fn of(when: Option<&When>) -> Self {
        match when {
            None => Self::None,
            Some(When::Day(day)) => Self::Day(*day),
            Some(When::Floating { day, minute }) => {
                Self::Floating(day.epoch_ms() + i64::from(minute.minutes()) * 60_000)
            }
            Some(When::Zoned { .. }) => Self::Zoned,
        }
    }

    /// Returns the person's day of the date; `when` reads the record where it must.
    pub(crate) fn day(self, context: &Context, when: impl FnOnce() -> Option<When>) -> Option<Day> {
        match self {
            Self::None => None,
            Self::Day(day) => Some(day),
            Self::Floating(local_ms) => Some(Day::from_epoch_ms(
                local_ms - i64::from(context.start_of_day_minutes) * 60_000,
            )),
            Self::Zoned => when().map(|when| context.day_of(&when)),
        }
    }
}

/// What lists ask of a task.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) record: RecordId,
    pub(crate) order: u128,
    pub(crate) due: Date,
    pub(crate) deadline: Date,
    pub(crate) scheduled: Date,
    pub(crate) defer: Date,
    pub(crate) closed_at_ms: i64,
    pub(crate) project: Option<RecordId>,
    pub(crate) section: Option<RecordId>,
    pub(crate) parent: Option<RecordId>,
    pub(crate) labels: Box<[RecordId]>,
    pub(crate) estimate_minutes: u32,
    pub(crate) born_at_ms: i64,
    pub(crate) born: bool,
    pub(crate) presence: Presence,
    pub(crate) status: Status,
    pub(crate) list: List,
    pub(crate) priority: Priority,
}

impl Row {
    pub(crate) fn of(record: RecordId, task: &Task) -> Self {
        let status = task.status();
        let scheduled = task.scheduled();
        Self {
            record,
            order: order_head(task.entry.order()),
            due: Date::of(task.due().as_ref()),
            deadline: Date::of(task.deadline().as_ref()),
            scheduled: Date::of(scheduled.as_ref().map(|block| &block.start)),
            defer: Date::of(task.defer().as_ref()),
            closed_at_ms: status.at_ms,
            project: task.project(),
            section: task.section(),
            parent: task.parent(),
            labels: task.labels.iter().copied().collect(),
            estimate_minutes: task.estimate_minutes().unwrap_or(0),
            born_at_ms: task.entry.born.map_or(0, |birth| birth.at_ms),
            born: task.entry.born.is_some(),
            presence: task.entry.presence(),
            status: status.status,
            list: task.list(),
            priority: task.priority(),
        }
    }

    /// Tells whether the task is there for lists.
    pub(crate) fn is_present(&self) -> bool {
        self.born && self.presence == Presence::Present
    }

    /// Tells whether something is left to do.
    pub(crate) fn is_open(&self) -> bool {
        self.is_present() && !self.status.is_closed()
    }
}

/// The first 16 bytes of an order key; where two are equal, the record has to be asked.
pub(crate) fn order_head(order: &str) -> u128 {
    let mut head = [0; 16];
    let length = order.len().min(16);
    head[..length].copy_from_slice(&order.as_bytes()[..length]);
    u128::from_be_bytes(head)
}

/// Rows, and the ways from parents and labels to tasks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    pub(crate) rows: Vec<Row>,
    places: HashMap<RecordId, u32>,
    children: BTreeMap<RecordId, BTreeSet<RecordId>>,
}

impl Index {
    /// Builds the index of a state that was just loaded.
    pub(crate) fn build(tasks: &BTreeMap<RecordId, Task>) -> Self {
        let mut index = Self {
            rows: Vec::with_capacity(tasks.len()),
            places: HashMap::with_capacity(tasks.len()),
            children: BTreeMap::new(),
        };
        for (record, task) in tasks {
            index.update(*record, task);
        }
        index
    }

    /// Takes in what became of a task.
    pub(crate) fn update(&mut self, record: RecordId, task: &Task) {
        let row = Row::of(record, task);
        let parent = row.parent;
        let before = match self.places.get(&record) {
            Some(place) => core::mem::replace(&mut self.rows[*place as usize], row).parent,
            None => {
                let place = u32::try_from(self.rows.len())
                    .expect("fewer than 2^32 tasks are held in memory");
                self.places.insert(record, place);
                self.rows.push(row);
                None
            }
        };
        if before != parent {
            self.unlink(record, before);
            if let Some(parent) = parent {
                self.children.entry(parent).or_default().insert(record);
            }
        }
    }

    /// Drops a task.
    pub(crate) fn remove(&mut self, record: RecordId) {
        let Some(place) = self.places.remove(&record) else {
            return;
        };
        let row = self.rows.swap_remove(place as usize);
        if let Some(moved) = self.rows.get(place as usize) {
            self.places.insert(moved.record, place);
        }
        self.unlink(record, row.parent);
    }

    /// Returns the row of a task.
    pub(crate) fn row(&self, record: RecordId) -> Option<&Row> {
        self.places
            .get(&record)
            .map(|place| &self.rows[*place as usize])
    }

    /// Walks the tasks that name this one as their parent.
    pub(crate) fn children(&self, parent: RecordId) -> impl Iterator<Item = RecordId> + '_ {
        self.children.get(&parent).into_iter().flatten().copied()
    }

    fn unlink(&mut self, record: RecordId, parent: Option<RecordId>) {
        let Some(parent) = parent else { return };
        if let Some(children) = self.children.get_mut(&parent) {
            children.remove(&record);
            if children.is_empty() {
                self.children.remove(&parent);
            }
        }
    }
}

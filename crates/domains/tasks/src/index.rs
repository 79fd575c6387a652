//! What lists are drawn from: one small row per task, kept in step with every event and built
//! anew from a snapshot. Walking a hundred thousand rows takes a fraction of a frame.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use lifeos_kernel::search::words;
use lifeos_kernel::{Context, Day, Pack, PackError, Packer, RecordId, Shelf, Unpacker, When};

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

impl Pack for Date {
    fn pack(&self, out: &mut Packer) {
        match self {
            Self::None => out.byte(0),
            Self::Day(day) => {
                out.byte(1);
                day.pack(out);
            }
            Self::Floating(local_ms) => {
                out.byte(2);
                local_ms.pack(out);
            }
            Self::Zoned => out.byte(3),
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        match from.byte()? {
            0 => Ok(Self::None),
            1 => Day::unpack(from).map(Self::Day),
            2 => i64::unpack(from).map(Self::Floating),
            3 => Ok(Self::Zoned),
            _ => Err(PackError::OutOfRange),
        }
    }
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
#[derive(Debug, Clone, PartialEq)]
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
    /// The beginning of the title as it is sorted: where two are equal, the record has to be asked.
    pub(crate) title: TitleHead,
}

/// What of a row it is filed under beside its id.
#[derive(Debug, Clone, Copy)]
struct Filed {
    record: RecordId,
    order: u128,
    born: bool,
    presence: Presence,
}

impl Row {
    fn filed(&self) -> Filed {
        Filed {
            record: self.record,
            order: self.order,
            born: self.born,
            presence: self.presence,
        }
    }

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
            title: title_head(task.entry.title()),
        }
    }

    fn pack(&self, out: &mut Packer) {
        let flags = [
            self.born,
            self.project.is_some(),
            self.section.is_some(),
            self.parent.is_some(),
        ];
        let bit = |(at, flag): (usize, &bool)| u8::from(*flag) << at;
        out.byte(flags.iter().enumerate().map(bit).sum());
        out.bytes_fixed(&self.order.to_be_bytes());
        let dates = [self.due, self.deadline, self.scheduled, self.defer];
        dates.iter().for_each(|date| date.pack(out));
        self.closed_at_ms.pack(out);
        for record in [self.project, self.section, self.parent]
            .into_iter()
            .flatten()
        {
            record.pack(out);
        }
        out.uint(self.labels.len() as u64);
        self.labels.iter().for_each(|label| label.pack(out));
        self.estimate_minutes.pack(out);
        self.born_at_ms.pack(out);
        self.presence.pack(out);
        self.status.pack(out);
        self.list.pack(out);
        self.priority.pack(out);
        let length = TITLE_HEAD
            - self
                .title
                .iter()
                .rev()
                .take_while(|byte| **byte == 0)
                .count();
        out.bytes(&self.title[..length]);
    }

    fn unpack(record: RecordId, from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let flags = from.byte()?;
        if flags > 0b1111 {
            return Err(PackError::OutOfRange);
        }
        let optional = |bit: u8, from: &mut Unpacker<'_>| {
            (flags & bit != 0)
                .then(|| RecordId::unpack(from))
                .transpose()
        };
        Ok(Self {
            record,
            born: flags & 1 != 0,
            order: u128::from_be_bytes(from.bytes_fixed()?),
            due: Date::unpack(from)?,
            deadline: Date::unpack(from)?,
            scheduled: Date::unpack(from)?,
            defer: Date::unpack(from)?,
            closed_at_ms: Pack::unpack(from)?,
            project: optional(0b10, from)?,
            section: optional(0b100, from)?,
            parent: optional(0b1000, from)?,
            labels: Vec::unpack(from)?.into_boxed_slice(),
            estimate_minutes: Pack::unpack(from)?,
            born_at_ms: Pack::unpack(from)?,
            presence: Pack::unpack(from)?,
            status: Pack::unpack(from)?,
            list: Pack::unpack(from)?,
            priority: Pack::unpack(from)?,
            title: head_of(from.bytes()?)?,
        })
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

/// A title as it is sorted: case and diacritics do not matter.
pub(crate) fn folded(title: &str) -> String {
    if title.is_ascii() {
        title.to_ascii_lowercase()
    } else {
        words(title).join(" ")
    }
}

/// How many bytes of a folded title a row holds.
const TITLE_HEAD: usize = 24;
/// The beginning of a folded title, filled up with zeros.
pub(crate) type TitleHead = [u8; TITLE_HEAD];

pub(crate) fn title_head(title: &str) -> TitleHead {
    let folded = folded(title);
    let mut head = [0; TITLE_HEAD];
    let length = folded.len().min(TITLE_HEAD);
    head[..length].copy_from_slice(&folded.as_bytes()[..length]);
    head
}

/// Tells whether a head is all of its title.
pub(crate) fn is_whole(head: &TitleHead) -> bool {
    head[TITLE_HEAD - 1] == 0
}

fn head_of(bytes: &[u8]) -> Result<TitleHead, PackError> {
    if bytes.last() == Some(&0) {
        return Err(PackError::OutOfRange);
    }
    let mut head = [0; TITLE_HEAD];
    let place = head.get_mut(..bytes.len()).ok_or(PackError::OutOfRange)?;
    place.copy_from_slice(bytes);
    Ok(head)
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
    /// How many rows at the front were loaded: they are in the order of their ids, and stay there.
    loaded: usize,
    /// Loaded rows whose task is gone; they are blank.
    gone: BTreeSet<RecordId>,
    /// Places of the rows behind those that were loaded.
    places: HashMap<RecordId, u32>,
    children: BTreeMap<RecordId, BTreeSet<RecordId>>,
    /// What lies in the trash, by the time since when.
    trashed: BTreeSet<(i64, RecordId)>,
    /// What was taken out of it for good.
    purged: BTreeSet<RecordId>,
    /// Tasks by the heads of their order keys: made when something is placed for the first time.
    orders: OnceLock<BTreeSet<(u128, RecordId)>>,
}

impl Index {
    /// Appends the rows of the tasks given, without the tasks' ids.
    pub(crate) fn pack_rows(&self, tasks: impl Iterator<Item = RecordId>, out: &mut Packer) {
        for row in tasks.filter_map(|task| self.row(task)) {
            row.pack(out);
        }
    }

    /// Builds the index of a state that was just loaded from the rows behind it. A stranger's rows
    /// have to be what the tasks say.
    pub(crate) fn unpack_rows(
        tasks: &Shelf<RecordId, Task>,
        from: &mut Unpacker<'_>,
    ) -> Result<Self, PackError> {
        let mut index = Self {
            rows: Vec::with_capacity(tasks.len()),
            ..Self::default()
        };
        for record in tasks.keys() {
            let row = Row::unpack(record, from)?;
            if !from.is_own() {
                let said = tasks.get(&record).map(|task| Row::of(record, task));
                if said.as_ref() != Some(&row) {
                    return Err(PackError::OutOfRange);
                }
            }
            if let Some(parent) = row.parent {
                index.children.entry(parent).or_default().insert(record);
            }
            index.file(row.filed());
            index.rows.push(row);
        }
        index.loaded = index.rows.len();
        Ok(index)
    }

    /// Takes in what became of a task.
    pub(crate) fn update(&mut self, record: RecordId, task: &Task) {
        let row = Row::of(record, task);
        let (parent, filed) = (row.parent, row.filed());
        let before = match self.place(record) {
            Some(place) => {
                self.gone.remove(&record);
                let before = core::mem::replace(&mut self.rows[place], row);
                self.unfile(before.filed());
                before.parent
            }
            None => {
                let place = u32::try_from(self.rows.len())
                    .expect("fewer than 2^32 tasks are held in memory");
                self.places.insert(record, place);
                self.rows.push(row);
                None
            }
        };
        self.file(filed);
        if before != parent {
            self.unlink(record, before);
            if let Some(parent) = parent {
                self.children.entry(parent).or_default().insert(record);
            }
        }
    }

    /// Drops a task.
    pub(crate) fn remove(&mut self, record: RecordId) {
        let Some(place) = self.place(record) else {
            return;
        };
        let (parent, filed) = (self.rows[place].parent, self.rows[place].filed());
        self.unfile(filed);
        if place < self.loaded {
            self.rows[place] = Row::of(record, &Task::default());
            self.gone.insert(record);
        } else {
            self.places.remove(&record);
            self.rows.swap_remove(place);
            if let Some(moved) = self.rows.get(place) {
                self.places.insert(moved.record, place as u32);
            }
        }
        self.unlink(record, parent);
    }

    /// Returns the row of a task.
    pub(crate) fn row(&self, record: RecordId) -> Option<&Row> {
        let place = self.place(record)?;
        (!self.gone.contains(&record)).then(|| &self.rows[place])
    }

    fn place(&self, record: RecordId) -> Option<usize> {
        let loaded = &self.rows[..self.loaded];
        match loaded.binary_search_by(|row| row.record.cmp(&record)) {
            Ok(place) => Some(place),
            Err(_) => self.places.get(&record).map(|place| *place as usize),
        }
    }

    /// Walks the tasks that name this one as their parent.
    pub(crate) fn children(&self, parent: RecordId) -> impl Iterator<Item = RecordId> + '_ {
        self.children.get(&parent).into_iter().flatten().copied()
    }

    /// Walks the tasks in the trash, each behind the time since when.
    pub(crate) fn trashed(&self) -> impl Iterator<Item = (i64, RecordId)> + '_ {
        self.trashed.iter().copied()
    }

    /// Walks the tasks that were taken out of the trash for good.
    pub(crate) fn purged(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.purged.iter().copied()
    }

    /// Returns the tasks by the heads of their order keys.
    pub(crate) fn orders(&self) -> &BTreeSet<(u128, RecordId)> {
        let born = |row: &&Row| row.born;
        self.orders.get_or_init(|| {
            let rows = self.rows.iter().filter(born);
            rows.map(|row| (row.order, row.record)).collect()
        })
    }

    fn file(&mut self, filed: Filed) {
        let Filed { record, .. } = filed;
        if let (true, Presence::Trashed { at_ms }) = (filed.born, filed.presence) {
            self.trashed.insert((at_ms, record));
        }
        if filed.presence == Presence::Purged {
            self.purged.insert(record);
        }
        if let (true, Some(orders)) = (filed.born, self.orders.get_mut()) {
            orders.insert((filed.order, record));
        }
    }

    fn unfile(&mut self, filed: Filed) {
        let Filed { record, .. } = filed;
        if let Presence::Trashed { at_ms } = filed.presence {
            self.trashed.remove(&(at_ms, record));
        }
        if filed.presence == Presence::Purged {
            self.purged.remove(&record);
        }
        if let Some(orders) = self.orders.get_mut() {
            orders.remove(&(filed.order, record));
        }
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

//! The trash: in, out, and for good.

use lifeos_kernel::{Draft, Field, Reason, RecordId, Rejected, Stamp};

use super::{BULK_LIMIT, Deciding, distinct};
use crate::event::TasksEvent;
use crate::fields::Presence;
use crate::record::{Entry, Placed, TasksState};

/// How long the trash keeps what is in it, in milliseconds.
pub(crate) const TRASH_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

impl Deciding<'_> {
    pub(super) fn trash_records(&mut self, mut records: Vec<RecordId>) -> Result<(), Rejected> {
        distinct(&mut records)?;
        let to = Presence::Trashed {
            at_ms: self.now_ms(),
        };
        self.shelve(&records, to, |presence| match presence {
            Presence::Present => Ok(true),
            Presence::Trashed { .. } => Ok(false),
            Presence::Purged | Presence::Withdrawn => Err(Reason::Missing),
        })
    }

    pub(super) fn restore_records(&mut self, mut records: Vec<RecordId>) -> Result<(), Rejected> {
        distinct(&mut records)?;
        self.shelve(&records, Presence::Present, |presence| match presence {
            Presence::Trashed { .. } => Ok(true),
            Presence::Present => Err(Reason::NotTrashed),
            Presence::Purged | Presence::Withdrawn => Err(Reason::Missing),
        })
    }

    pub(super) fn empty_trash(&mut self, records: Option<Vec<RecordId>>) -> Result<(), Rejected> {
        let records = match records {
            Some(mut records) => {
                distinct(&mut records)?;
                records
            }
            None => {
                let mut all = in_trash(self.state, |_| true);
                all.truncate(BULK_LIMIT);
                all
            }
        };
        self.shelve(&records, Presence::Purged, |presence| match presence {
            Presence::Trashed { .. } => Ok(true),
            Presence::Present => Err(Reason::NotTrashed),
            Presence::Purged | Presence::Withdrawn => Err(Reason::Missing),
        })
    }

    fn shelve(
        &mut self,
        records: &[RecordId],
        to: Presence,
        may: impl Fn(Presence) -> Result<bool, Reason>,
    ) -> Result<(), Rejected> {
        for record in records {
            let (presence, event) = stand(self.state, *record, to)
                .ok_or(Rejected::new(Reason::Missing).record(*record))?;
            if may(presence).map_err(|reason| Rejected::new(reason).record(*record))? {
                self.drafts.push(Draft {
                    record: *record,
                    at_ms: self.now_ms(),
                    event,
                });
            }
        }
        Ok(())
    }
}

/// Returns where a record of any kind stands, and the event that puts it elsewhere.
pub(crate) fn stand(
    state: &TasksState,
    record: RecordId,
    to: Presence,
) -> Option<(Presence, TasksEvent)> {
    fn of<F: Placed>(
        entry: Option<&Entry<F>>,
        to: Presence,
        event: impl FnOnce(Vec<F>) -> TasksEvent,
    ) -> Option<(Presence, TasksEvent)> {
        let entry = entry.filter(|entry| entry.born.is_some())?;
        Some((entry.presence(), event(vec![F::from_presence(to)])))
    }
    of(
        state.tasks.get(&record).map(|task| &task.entry),
        to,
        |set| TasksEvent::TaskEdited { set },
    )
    .or_else(|| {
        of(state.projects.get(&record), to, |set| {
            TasksEvent::ProjectEdited { set }
        })
    })
    .or_else(|| {
        of(state.sections.get(&record), to, |set| {
            TasksEvent::SectionEdited { set }
        })
    })
    .or_else(|| {
        of(state.labels.get(&record), to, |set| {
            TasksEvent::LabelEdited { set }
        })
    })
}

/// Returns what is in the trash since a time that fits.
pub(crate) fn in_trash(state: &TasksState, fits: impl Fn(i64) -> bool) -> Vec<RecordId> {
    fn among<F: Field + Placed>(
        all: &std::collections::BTreeMap<RecordId, Entry<F>>,
        fits: &impl Fn(i64) -> bool,
        found: &mut Vec<RecordId>,
    ) {
        found.extend(
            all.iter()
                .filter(|(_, entry)| entry.trashed_at_ms().is_some_and(fits))
                .map(|(id, _)| *id),
        );
    }
    let mut found: Vec<RecordId> = state
        .index
        .trashed()
        .filter(|(at_ms, _)| fits(*at_ms))
        .map(|(_, record)| record)
        .collect();
    found.sort();
    among(&state.projects, &fits, &mut found);
    among(&state.sections, &fits, &mut found);
    among(&state.labels, &fits, &mut found);
    found
}

/// Returns the events that take out of the trash for good what lay there for 30 days.
pub(crate) fn expired(state: &TasksState, now_ms: u64) -> Vec<Draft<TasksEvent>> {
    let now_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
    let records = in_trash(state, |at_ms| now_ms.saturating_sub(at_ms) >= TRASH_MS);
    let purge = |record| {
        let (_, event) = stand(state, record, Presence::Purged)?;
        Some(Draft {
            record,
            at_ms: now_ms,
            event,
        })
    };
    records.into_iter().filter_map(purge).collect()
}

/// Returns what was taken out of the trash for good, each with the write that says so: erased
/// records too, since a device that did not know may have written to one.
pub(crate) fn purged(state: &TasksState) -> Vec<(RecordId, Stamp)> {
    let others = state
        .projects
        .keys()
        .chain(state.sections.keys())
        .chain(state.labels.keys());
    let mut found: Vec<(RecordId, Stamp)> = state
        .index
        .purged()
        .chain(others.copied())
        .filter_map(|record| Some((record, purged_by(state, record)?)))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Returns the write that took a record out of the trash for good.
pub(crate) fn purged_by(state: &TasksState, record: RecordId) -> Option<Stamp> {
    fn by<F: Placed>(entry: Option<&Entry<F>>) -> Option<Stamp> {
        let entry = entry.filter(|entry| entry.presence() == Presence::Purged)?;
        entry.fields.stamp(F::PRESENCE)
    }
    // Most are tasks that are there, and the row says so without the task being read.
    let row = state.index.row(record);
    let task = row.filter(|row| row.presence == Presence::Purged);
    let task = task.and_then(|_| state.tasks.get(&record));
    by(task.map(|task| &task.entry))
        .or_else(|| by(state.projects.get(&record)))
        .or_else(|| by(state.sections.get(&record)))
        .or_else(|| by(state.labels.get(&record)))
}

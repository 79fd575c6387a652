//! From changes to state, in whatever order they come.

use std::collections::BTreeSet;

use lifeos_kernel::{Change, Decoded, EventError, RawEvent, RecordId, Stamp, Stamped};

use crate::domains::{self, Event};
use crate::intents::Telling;
use crate::state::{Life, Reference};

/// What a change did to the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folded {
    /// It was taken in.
    Applied {
        /// The records that it touched.
        records: Vec<RecordId>,
        /// Fields on which it met a write of another device.
        settled: Vec<Settled>,
    },
    /// It had been taken in before.
    Known,
    /// Another change told the same part of the same intent, with a smaller stamp.
    Superseded,
    /// It was taken in, and took the place of another change that told the same part of the same
    /// intent with a greater stamp. The records named have to be folded again from the log, with
    /// [`Life::refold`]; until then they are in part.
    Rebuild {
        /// The records that it touched.
        records: Vec<RecordId>,
        /// Fields on which it met a write of another device.
        settled: Vec<Settled>,
        /// The records to fold again.
        rebuild: Vec<RecordId>,
    },
}

/// A field that two devices wrote. Whether one had seen the other's write, only the log knows:
/// where it had, this was no conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The record.
    pub record: RecordId,
    /// The name of the field.
    pub field: String,
    /// The write that stands.
    pub won: Stamp,
    /// The write that does not.
    pub lost: Stamp,
}

/// Why a change cannot be taken in: it is quarantined, the state is as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// An event is malformed or does not have the shape of its kind.
    #[error("event {index} cannot be read")]
    Event {
        /// Which event of those that are there, from 0.
        index: usize,
        /// Why.
        source: EventError,
    },
    /// The stamps are not those of one change in ascending order.
    #[error("the stamps are not those of one change")]
    Stamps,
}

/// Why a record cannot be folded again yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefoldError {
    /// Events that the record is made of were not given.
    #[error("{} events of the record are missing", missing.len())]
    Missing {
        /// Their stamps.
        missing: Vec<Stamp>,
    },
    /// An event cannot be read.
    #[error("an event of the record cannot be read")]
    Event(#[from] EventError),
}

impl Life {
    /// Takes in a change that was opened and verified. Total over well-formed changes: events that
    /// only a newer version understands are kept and counted. The same changes give the same state
    /// in any order and however often they come.
    ///
    /// # Errors
    /// [`FoldError`] where the change is malformed; nothing of it is taken in.
    pub fn fold(&mut self, change: &Change) -> Result<Folded, FoldError> {
        let events = read(change)?;
        let Some(first) = events.first().map(|event| event.stamp().with_index(0)) else {
            // Everything in it was erased.
            let other = self
                .intents
                .tell_erased(change.meta.intent, change.meta.part);
            return Ok(match other {
                None => Folded::Applied {
                    records: Vec::new(),
                    settled: Vec::new(),
                },
                Some(other) => Folded::Rebuild {
                    records: Vec::new(),
                    settled: Vec::new(),
                    rebuild: self.retract(other),
                },
            });
        };
        let rebuild = match self
            .intents
            .tell(change.meta.intent, change.meta.part, first)
        {
            Telling::First => None,
            Telling::Same => return Ok(Folded::Known),
            Telling::Later => return Ok(Folded::Superseded),
            Telling::Earlier { other } => Some(self.retract(other)),
        };
        let mut records = BTreeSet::new();
        let mut settled = Vec::new();
        for event in events {
            match event {
                Opened::Known(event) => {
                    self.remember(
                        event.record,
                        Reference {
                            stamp: event.stamp,
                            batch: change.meta.batch,
                        },
                    );
                    let (record, stamp) = (event.record, event.stamp);
                    let met = self.states.meet(event).into_iter();
                    settled.extend(met.map(|(field, standing)| Settled {
                        record,
                        field,
                        won: standing.max(stamp),
                        lost: standing.min(stamp),
                    }));
                    records.insert(record);
                }
                Opened::Unknown { stamp, bytes } => {
                    self.unknown.insert(stamp, bytes.to_vec());
                }
            }
        }
        records.iter().for_each(|record| self.touched(*record));
        let records = records.into_iter().collect();
        Ok(match rebuild {
            None => Folded::Applied { records, settled },
            Some(rebuild) => Folded::Rebuild {
                records,
                settled,
                rebuild,
            },
        })
    }

    /// Checks a change without taking it in: [`Life::fold`] of a change that passes does not fail.
    ///
    /// # Errors
    /// As [`Life::fold`].
    pub fn check(change: &Change) -> Result<(), FoldError> {
        read(change).map(|_| ())
    }

    /// Folds a record again from all its events, as [`Life::record_stamps`] names them; further
    /// events are ignored.
    ///
    /// # Errors
    /// [`RefoldError`] where events are missing or malformed; the record is left as it was.
    pub fn refold(&mut self, record: RecordId, events: &[Vec<u8>]) -> Result<(), RefoldError> {
        let opened = self.events_of(record, events)?;
        self.states.forget(record);
        opened
            .into_iter()
            .for_each(|event| self.states.apply(event));
        self.rebuilding.remove(&record);
        self.touched(record);
        Ok(())
    }

    /// Reads a record's events, all of them, out of those of the changes that have some.
    pub(crate) fn events_of(
        &self,
        record: RecordId,
        events: &[Vec<u8>],
    ) -> Result<Vec<Stamped<Event>>, RefoldError> {
        let mut wanted: BTreeSet<Stamp> = self.record_stamps(record).into_iter().collect();
        let mut opened = Vec::new();
        for bytes in events {
            let raw = RawEvent::read(bytes)?;
            if raw.record != record || !wanted.remove(&raw.stamp) {
                continue;
            }
            if let Decoded::Known(event) = domains::decode(&raw)? {
                opened.push(event);
            }
        }
        if !wanted.is_empty() {
            return Err(RefoldError::Missing {
                missing: wanted.into_iter().collect(),
            });
        }
        Ok(opened)
    }

    /// Returns the stamps of the events that a record is made of, in order.
    #[must_use]
    pub fn record_stamps(&self, record: RecordId) -> Vec<Stamp> {
        self.history
            .get(&record)
            .map(|references| references.iter().map(|one| one.stamp).collect())
            .unwrap_or_default()
    }

    /// Returns the records that still have to be folded again.
    pub fn rebuilding(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.rebuilding.iter().copied()
    }

    /// Takes a folded change out again, and returns the records that are to be folded anew.
    fn retract(&mut self, change: Stamp) -> Vec<RecordId> {
        let of_change = |reference: &Reference| reference.stamp.same_change(&change);
        let mut records: Vec<RecordId> = self
            .history
            .iter()
            .filter(|(_, references)| references.iter().any(of_change))
            .map(|(record, _)| record)
            .collect();
        for record in &records {
            let references = self.history.or_default(*record);
            references.retain(|reference| !of_change(reference));
            if references.is_empty() {
                self.history.remove(record);
            }
        }
        self.unknown.retain(|stamp, _| !stamp.same_change(&change));
        for record in &records {
            self.states.forget(*record);
            self.rebuilding.insert(*record);
            self.touched(*record);
        }
        // A record without any other event is gone and needs no folding.
        records.retain(|record| {
            let needed = self.history.contains_key(record);
            if !needed {
                self.rebuilding.remove(record);
            }
            needed
        });
        records
    }

    fn remember(&mut self, record: RecordId, reference: Reference) {
        let references = self.history.or_default(record);
        match references.last() {
            Some(last) if last.stamp < reference.stamp => references.push(reference),
            None => references.push(reference),
            _ => {
                if let Err(at) =
                    references.binary_search_by(|known| known.stamp.cmp(&reference.stamp))
                {
                    references.insert(at, reference);
                }
            }
        }
    }
}

enum Opened<'a> {
    Known(Stamped<Event>),
    Unknown { stamp: Stamp, bytes: &'a [u8] },
}

impl Opened<'_> {
    fn stamp(&self) -> Stamp {
        match self {
            Self::Known(event) => event.stamp,
            Self::Unknown { stamp, .. } => *stamp,
        }
    }
}

fn read(change: &Change) -> Result<Vec<Opened<'_>>, FoldError> {
    let mut opened: Vec<Opened<'_>> = Vec::with_capacity(change.events.len());
    for (index, bytes) in change.events.iter().enumerate() {
        let raw = RawEvent::read(bytes).map_err(|source| FoldError::Event { index, source })?;
        let event = domains::decode(&raw).map_err(|source| FoldError::Event { index, source })?;
        if opened
            .last()
            .is_some_and(|last| !last.stamp().same_change(&raw.stamp) || last.stamp() >= raw.stamp)
        {
            return Err(FoldError::Stamps);
        }
        opened.push(match event {
            Decoded::Known(event) => Opened::Known(event),
            Decoded::Unknown => Opened::Unknown {
                stamp: raw.stamp,
                bytes,
            },
        });
    }
    Ok(opened)
}

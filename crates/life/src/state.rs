//! What all changes of a space add up to, and the way from a command to events.

use std::collections::{BTreeMap, BTreeSet};

use lifeos_household::Household;
use lifeos_kernel::{
    BatchId, Context, Domain, Draft, EventError, OwnBytes, RecordId, Rejected, Shelf, Stamp,
    Stamped,
};
use lifeos_profile::Profile;
use lifeos_tasks::Tasks;

use crate::command::Command;
use crate::domains::{self, Event, States, lift};
use crate::intents::Intents;
use crate::search::Search;

/// The folded state of one space.
#[derive(Debug, Clone, Default)]
pub struct Life {
    pub(crate) states: States,
    pub(crate) intents: Intents,
    pub(crate) history: Shelf<RecordId, Vec<Reference>>,
    pub(crate) unknown: BTreeMap<Stamp, Vec<u8>>,
    pub(crate) rebuilding: BTreeSet<RecordId>,
    pub(crate) search: Search,
    /// Records that were taken out of the trash for good and of which more is left than that.
    pub(crate) erasable: BTreeSet<RecordId>,
    /// The bytes in which records rest.
    pub(crate) own: Option<OwnBytes>,
    /// Whether something was erased since these were loaded.
    pub(crate) rests_on_erased: bool,
}

impl PartialEq for Life {
    fn eq(&self, other: &Self) -> bool {
        self.states == other.states
            && self.intents == other.intents
            && self.history == other.history
            && self.unknown == other.unknown
            && self.rebuilding == other.rebuilding
    }
}

impl Eq for Life {}

/// An event that a record is made of: by its stamp it is found in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) stamp: Stamp,
    pub(crate) batch: Option<BatchId>,
}

/// Why drafts cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// More events than one change holds.
    #[error("a change holds at most 65,536 events")]
    TooMany,
    /// An event cannot be encoded or is too long.
    #[error("an event cannot be written")]
    Event(#[from] EventError),
}

impl Life {
    /// Decides what a command does. The events have no stamps yet; nothing is changed.
    ///
    /// # Errors
    /// [`Rejected`] with a reason that repeats nothing of what a person typed.
    pub fn decide(
        &self,
        command: Command,
        context: &Context,
    ) -> Result<Vec<Draft<Event>>, Rejected> {
        match command {
            Command::Tasks { command } => Tasks::decide(&self.states.tasks, command, context)
                .map(|drafts| lift(drafts, Event::Tasks)),
            Command::Profile { command } => Profile::decide(&self.states.profile, command, context)
                .map(|drafts| lift(drafts, Event::Profile)),
            Command::Household { command } => {
                Household::decide(&self.states.household, command, context)
                    .map(|drafts| lift(drafts, Event::Household))
            }
        }
    }

    /// Encodes an event as it stands in the log.
    ///
    /// # Errors
    /// [`EventError`] where it is too long.
    pub fn encode(stamped: &Stamped<Event>) -> Result<Vec<u8>, EventError> {
        domains::encode(stamped)
    }

    /// Returns the person's start of day, in minutes after midnight, for the context.
    #[must_use]
    pub fn start_of_day_minutes(&self) -> u16 {
        self.states.profile.start_of_day().minutes()
    }

    /// Returns the person's time zone, where one is set, for the context.
    #[must_use]
    pub fn zone(&self) -> Option<String> {
        self.states
            .profile
            .zone()
            .map(|zone| zone.as_str().to_owned())
    }

    /// Returns how many events only a newer version understands.
    #[must_use]
    pub fn needs_newer_version(&self) -> usize {
        self.unknown.len()
    }

    /// Puts waiting records into the search index, at most so many; tells whether none waits any
    /// more. Called in idle time, it spares the first search the building.
    pub fn warm_search(&self, limit: usize) -> bool {
        self.search.warm(&self.states, limit)
    }

    /// Notes that a record changed, for what is derived from records.
    pub(crate) fn touched(&mut self, record: RecordId) {
        self.search.changed(record);
        if self.going(record).next().is_some() {
            self.erasable.insert(record);
        } else {
            self.erasable.remove(&record);
        }
        for dependent in self.states.search_dependents(record) {
            self.search.changed(dependent);
        }
    }
}

/// Gives the events of one change their stamps.
///
/// # Errors
/// [`EncodeError::TooMany`] beyond 65,536.
pub fn stamp_all(
    drafts: Vec<Draft<Event>>,
    stamp: Stamp,
) -> Result<Vec<Stamped<Event>>, EncodeError> {
    let mut stamped = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.into_iter().enumerate() {
        let index = u16::try_from(index).map_err(|_| EncodeError::TooMany)?;
        let Draft {
            record,
            at_ms,
            event,
        } = draft;
        stamped.push(Stamped {
            record,
            at_ms,
            stamp: stamp.with_index(index),
            event,
        });
    }
    Ok(stamped)
}

/// Splits the drafts of a large intent into parts whose encoded events, with `overhead_bytes` for
/// each, stay within `limit_bytes`. An event that is too long alone comes alone.
///
/// # Errors
/// [`EncodeError::Event`] where an event cannot be encoded.
pub fn parts(
    drafts: Vec<Draft<Event>>,
    limit_bytes: usize,
    overhead_bytes: usize,
) -> Result<Vec<Vec<Draft<Event>>>, EncodeError> {
    let mut parts: Vec<Vec<Draft<Event>>> = Vec::new();
    let mut size_bytes = 0;
    for draft in drafts {
        let stamped = Stamped {
            record: draft.record,
            at_ms: draft.at_ms,
            stamp: Stamp::default(),
            event: draft.event,
        };
        let length = domains::encode(&stamped)?.len() + overhead_bytes;
        let draft = Draft {
            record: stamped.record,
            at_ms: stamped.at_ms,
            event: stamped.event,
        };
        match parts.last_mut() {
            Some(part)
                if size_bytes + length <= limit_bytes && part.len() < usize::from(u16::MAX) =>
            {
                size_bytes += length;
                part.push(draft);
            }
            _ => {
                size_bytes = length;
                parts.push(vec![draft]);
            }
        }
    }
    Ok(parts)
}

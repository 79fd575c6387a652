//! The seam: what an area of life has to say so that everything else comes for nothing.

use core::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cbor::{self, CborError};
use crate::context::Context;
use crate::id::RecordId;
use crate::pack::Pack;
use crate::rejected::Rejected;
use crate::search::SearchText;
use crate::stamp::Stamp;

/// An event before it has a stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<E> {
    /// The record that it is about.
    pub record: RecordId,
    /// When it happened in life, in milliseconds since 1970.
    pub at_ms: i64,
    /// What happened.
    pub event: E,
}

/// An event with its place in the order of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped<E> {
    /// The record that it is about.
    pub record: RecordId,
    /// When it happened in life, in milliseconds since 1970.
    pub at_ms: i64,
    /// When it was written.
    pub stamp: Stamp,
    /// What happened.
    pub event: E,
}

/// What an undo does, and what it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reverted<E> {
    /// The events that take back what still stands.
    pub events: Vec<Draft<E>>,
    /// The names of what was changed since and therefore stays, per record.
    pub kept: Vec<(RecordId, String)>,
}

impl<E> Default for Reverted<E> {
    fn default() -> Self {
        Self {
            events: Vec::new(),
            kept: Vec::new(),
        }
    }
}

/// An area of life.
///
/// An event is about one record and changes that record's part of the state only; what spans
/// records is resolved when it is asked for. The laws in `kernel::laws` hold for every domain.
pub trait Domain {
    /// The name, stored in every event; never renamed.
    const NAME: &'static str;
    /// The newest version of an event's shape that this code reads.
    const VERSION: u16;
    /// The kinds of event that this code reads: the names of the variants of [`Self::Event`] as
    /// they are written, and those of old versions.
    const KINDS: &'static [&'static str];

    /// A fact about one record. An externally tagged enum whose variants have named fields.
    type Event: Clone + Debug + Eq + Serialize + DeserializeOwned;
    /// What the events add up to.
    type State: Clone + Debug + Default + Eq + Pack;
    /// What can be meant.
    type Command;
    /// What can be asked.
    type Query;
    /// What is answered.
    type View;
    /// How to take one event back.
    type Reversal: Clone + Debug + Eq + Serialize + DeserializeOwned;
    /// One line of a record's history.
    type Change;

    /// Decides what a command does, given the state, and may refuse. Never run on remote events.
    ///
    /// # Errors
    /// [`Rejected`] with a reason that repeats nothing of what a person typed.
    fn decide(
        state: &Self::State,
        command: Self::Command,
        context: &Context,
    ) -> Result<Vec<Draft<Self::Event>>, Rejected>;

    /// Takes in an event. Total; commutative and idempotent by stamp; touches the event's record
    /// only. It is given away: what it says is kept, and a log is long.
    fn apply(state: &mut Self::State, event: Stamped<Self::Event>);

    /// Answers.
    fn query(state: &Self::State, query: Self::Query, context: &Context) -> Self::View;

    /// Drops a record as if no event had ever named it: for erasure, and before the record is
    /// folded again.
    fn forget(state: &mut Self::State, record: RecordId);

    /// Returns a state that holds this record alone, as far as it is known.
    fn extract(state: &Self::State, record: RecordId) -> Self::State;

    /// Returns how to take the event back, before it is applied.
    fn capture(state: &Self::State, event: &Stamped<Self::Event>) -> Self::Reversal;

    /// Returns the events that take back what still stands of a captured one.
    fn revert(
        state: &Self::State,
        record: RecordId,
        reversal: &Self::Reversal,
        context: &Context,
    ) -> Reverted<Self::Event>;

    /// Returns the events that bring a record to what it was in `then`, an [`extract`](Self::extract)
    /// of an earlier state.
    fn restore(
        state: &Self::State,
        then: &Self::State,
        record: RecordId,
        context: &Context,
    ) -> Vec<Draft<Self::Event>>;

    /// Describes what became of a record between two states.
    fn describe(before: &Self::State, after: &Self::State, record: RecordId) -> Vec<Self::Change>;

    /// Returns what a search finds the record by, if it is to be found.
    fn search_text(state: &Self::State, record: RecordId) -> Option<SearchText>;

    /// Returns the event that puts a record into the trash, if it is there and there is a trash for
    /// its kind.
    fn trash(
        _state: &Self::State,
        _record: RecordId,
        _context: &Context,
    ) -> Option<Draft<Self::Event>> {
        None
    }

    /// Returns the events that take out of the trash for good what lay there for as long as the
    /// trash keeps it.
    fn expired(_state: &Self::State, _now_ms: u64) -> Vec<Draft<Self::Event>> {
        Vec::new()
    }

    /// Returns the records that were taken out of the trash for good, each with the write that
    /// says so: it alone stays when the space log erases what they held.
    fn purged(_state: &Self::State) -> Vec<(RecordId, Stamp)> {
        Vec::new()
    }

    /// Returns the same for one record: the write that says that it was taken out of the trash for
    /// good. Asked after every event.
    fn purged_by(state: &Self::State, record: RecordId) -> Option<Stamp> {
        let mut purged = Self::purged(state).into_iter();
        purged.find_map(|(purged, by)| (purged == record).then_some(by))
    }

    /// Returns the records whose search text holds something of this one's.
    fn search_dependents(_state: &Self::State, _record: RecordId) -> Vec<RecordId> {
        Vec::new()
    }

    /// Returns every record that the state knows.
    fn records(state: &Self::State) -> Vec<RecordId>;

    /// Returns the version in which an event is written: the lowest that can say it.
    fn event_version(_event: &Self::Event) -> u16 {
        1
    }

    /// Returns the fields that an event writes and that another device had written, each with the
    /// write that stands there: where they meet, one of the two is lost.
    fn meets(_state: &Self::State, _event: &Stamped<Self::Event>) -> Vec<(String, Stamp)> {
        Vec::new()
    }

    /// Reads the payload of a kind in a version up to [`Self::VERSION`]; old shapes are brought to
    /// the newest here.
    ///
    /// # Errors
    /// [`CborError`] where the payload does not have the shape of its kind and version.
    fn read_event(kind: &str, _version: u16, payload: &[u8]) -> Result<Self::Event, CborError> {
        cbor::decode_variant(kind, payload)
    }
}

//! The search over all areas: built when it is first needed or while the device is idle, and in
//! step with every event from then on.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use lifeos_kernel::RecordId;
use lifeos_kernel::search::{Hit, SearchIndex};

use crate::domains::States;

/// The index and what it has not taken in yet.
#[derive(Debug, Default)]
pub(crate) struct Search(Mutex<Inner>);

#[derive(Debug, Default, Clone)]
enum Loaded {
    /// Everything there is: nobody has even asked what that is.
    All,
    /// These.
    Some(Vec<RecordId>),
    /// Nothing is left.
    #[default]
    None,
}

impl Loaded {
    fn pop(&mut self, states: &States) -> Option<RecordId> {
        if matches!(self, Self::All) {
            *self = Self::Some(states.records());
        }
        let Self::Some(records) = self else {
            return None;
        };
        let popped = records.pop();
        if records.is_empty() {
            *self = Self::None;
        }
        popped
    }
}

#[derive(Debug, Default, Clone)]
struct Inner {
    index: SearchIndex,
    /// What a snapshot brought and was not read yet.
    loaded: Loaded,
    changed: BTreeSet<RecordId>,
}

impl Clone for Search {
    fn clone(&self) -> Self {
        Self(Mutex::new(
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        ))
    }
}

impl Search {
    /// Begins with every record waiting.
    pub(crate) fn over_all() -> Self {
        Self(Mutex::new(Inner {
            index: SearchIndex::default(),
            loaded: Loaded::All,
            changed: BTreeSet::new(),
        }))
    }

    /// Notes that a record changed.
    pub(crate) fn changed(&mut self, record: RecordId) {
        self.0
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .changed
            .insert(record);
    }

    /// Takes in at most so many records; tells whether none waits any more.
    pub(crate) fn warm(&self, states: &States, limit: usize) -> bool {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..limit {
            let next = inner.loaded.pop(states);
            let Some(record) = next.or_else(|| inner.changed.pop_first()) else {
                break;
            };
            match states.search_text(record) {
                Some(text) => inner.index.put(record, &text),
                None => inner.index.remove(record),
            }
        }
        matches!(inner.loaded, Loaded::None) && inner.changed.is_empty()
    }

    /// Finds.
    pub(crate) fn find(&self, states: &States, text: &str) -> Vec<Hit> {
        self.warm(states, usize::MAX);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .index
            .find(text)
    }
}

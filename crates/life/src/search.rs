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
struct Inner {
    index: SearchIndex,
    /// Everything that a snapshot brought and that was not read yet.
    loaded: Vec<RecordId>,
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
    pub(crate) fn over(states: &States) -> Self {
        Self(Mutex::new(Inner {
            index: SearchIndex::default(),
            loaded: states.records(),
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
            let Some(record) = inner.loaded.pop().or_else(|| inner.changed.pop_first()) else {
                break;
            };
            match states.search_text(record) {
                Some(text) => inner.index.put(record, &text),
                None => inner.index.remove(record),
            }
        }
        inner.loaded.is_empty() && inner.changed.is_empty()
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

//! Questions, once or for as long as somebody looks: a view is pushed only where it changed.
//!
//! What is folded is noted, and only those questions are asked again whose answer it can change:
//! after each act of this device, and once at the end of a pull.

use std::collections::BTreeSet;

use lifeos_crypto::envelope::Source;
use lifeos_kernel::RecordId;
use lifeos_life::{Folded, Query, View};
use lifeos_protocol::SpaceId;

use super::{Core, Engine, EngineError, Outside};

/// A question that is kept answered.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    space: SpaceId,
    query: Query,
    shown: Option<View>,
}

/// A new answer to a kept question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewChanged {
    /// As given to [`Engine::subscribe`].
    pub subscription: u32,
    /// Whether a change of this device caused it.
    pub local: bool,
    /// The answer.
    pub view: View,
}

/// What changed since the kept questions were asked last.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    records: BTreeSet<RecordId>,
    /// Which records did is not known: state was folded anew.
    everything: bool,
}

impl Core {
    /// Notes what a fold touched.
    pub(crate) fn note_touched(&mut self, folded: &Folded) {
        if let Folded::Applied { records, .. } | Folded::Rebuild { records, .. } = folded {
            self.touched.records.extend(records.iter().copied());
        }
    }

    /// Notes records that an act of this device touched.
    pub(crate) fn note_written(&mut self, records: &[RecordId]) {
        self.touched.records.extend(records.iter().copied());
    }

    /// Notes that anything may have changed.
    pub(crate) fn note_everything(&mut self) {
        self.touched.everything = true;
    }
}

impl Engine {
    /// Answers a question.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn query(
        &self,
        space: SpaceId,
        query: Query,
        out: &mut Outside<'_>,
    ) -> Result<View, EngineError> {
        let context = self.context(space, Source::Ui, out)?;
        let held = self.spaces.get(&space).ok_or(EngineError::NoSuchSpace)?;
        Ok(held.life.query(query, &context))
    }

    /// Answers a question now, and again by [`Self::take_views`] whenever its answer changes.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn subscribe(
        &mut self,
        subscription: u32,
        space: SpaceId,
        query: Query,
        out: &mut Outside<'_>,
    ) -> Result<View, EngineError> {
        let view = self.query(space, query.clone(), out)?;
        let kept = Subscription {
            space,
            query,
            shown: Some(view.clone()),
        };
        self.subscriptions.insert(subscription, kept);
        Ok(view)
    }

    /// Stops answering.
    pub fn unsubscribe(&mut self, subscription: u32) {
        self.subscriptions.remove(&subscription);
    }

    /// Takes the answers that changed, in the order in which they did.
    pub fn take_views(&mut self) -> Vec<ViewChanged> {
        self.views.drain(..).collect()
    }

    /// Asks every kept question again: after a day began or the locale changed.
    pub fn refresh_all_views(&mut self, out: &mut Outside<'_>) {
        self.core.note_everything();
        self.refresh_views(false, out);
    }

    /// Asks the kept questions again whose answer what changed can change. Changes do so by
    /// themselves; what a pull brings is shown at its complete mark, or when a host that ended it
    /// before asks for it.
    pub fn refresh_views(&mut self, local: bool, out: &mut Outside<'_>) {
        let pulls =
            |space: &crate::space::Space| space.pull.as_ref().is_some_and(|pull| !pull.complete);
        if !local && self.spaces.values().any(pulls) {
            return;
        }
        let touched = std::mem::take(&mut self.core.touched);
        let records: Vec<RecordId> = touched.records.into_iter().collect();
        let mut subscriptions = std::mem::take(&mut self.subscriptions);
        for (id, kept) in &mut subscriptions {
            if !touched.everything && !kept.query.may_change(&records) {
                continue;
            }
            #[cfg(feature = "testkit")]
            {
                self.asked_again += 1;
            }
            let Ok(view) = self.query(kept.space, kept.query.clone(), out) else {
                continue;
            };
            if kept.shown.as_ref() == Some(&view) {
                continue;
            }
            kept.shown = Some(view.clone());
            self.views.retain(|waiting| waiting.subscription != *id);
            self.views.push_back(ViewChanged {
                subscription: *id,
                local,
                view,
            });
        }
        self.subscriptions = subscriptions;
    }

    /// How often a kept question was asked again, for a test that counts.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn asked_again(&self) -> u64 {
        self.asked_again
    }

    /// Puts a bounded number of records into the search index; tells whether none waits. For idle
    /// time.
    #[must_use]
    pub fn warm_search(&self, space: SpaceId, limit: usize) -> bool {
        self.spaces
            .get(&space)
            .is_none_or(|space| space.life.warm_search(limit))
    }
}

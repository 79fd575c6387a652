//! Questions, once or for as long as somebody looks: a view is pushed only where it changed.

use lifeos_crypto::envelope::Source;
use lifeos_life::{Query, View};
use lifeos_protocol::SpaceId;

use super::{Engine, EngineError, Outside};

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

    /// Asks kept questions again. Call it after a day began or the locale changed; changes do so
    /// by themselves.
    pub fn refresh_views(&mut self, local: bool, out: &mut Outside<'_>) {
        let mut subscriptions = std::mem::take(&mut self.subscriptions);
        for (id, kept) in &mut subscriptions {
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

    /// Puts a bounded number of records into the search index; tells whether none waits. For idle
    /// time.
    #[must_use]
    pub fn warm_search(&self, space: SpaceId, limit: usize) -> bool {
        self.spaces
            .get(&space)
            .is_none_or(|space| space.life.warm_search(limit))
    }
}

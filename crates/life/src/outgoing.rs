//! What a person takes along.

use lifeos_tasks::{Outgoing, Portion};

use crate::state::Life;

impl Life {
    /// Returns what leaves of this life: the whole, or a portion.
    #[must_use]
    pub fn outgoing(&self, portion: Portion) -> Outgoing {
        lifeos_tasks::outgoing(&self.states.tasks, portion)
    }
}

//! Deliberate faults, for the negative controls of the simulation: each switch breaks one rule,
//! and the simulation must notice. Exists only under the feature `testkit`.

use lifeos_protocol::SpaceId;

use crate::Engine;
use crate::client::Client;

/// Which rules are broken. All false: none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sabotage {
    /// Changes are pushed before they are durable here.
    pub push_before_durable: bool,
    /// What no verified head covers is folded.
    pub fold_beyond_head: bool,
    /// Changes beyond a cut are folded.
    pub ignore_cuts: bool,
    /// What cannot be opened is dropped, and not set aside.
    pub drop_unopenable: bool,
}

impl Client {
    /// Loses what one record of the person's own space is.
    pub fn lose_a_record(&mut self) {
        self.break_engine(|engine| {
            if let Some(space) = engine.personal() {
                engine.lose_a_record(space);
            }
        });
    }
}

impl Engine {
    /// Loses what one record of a space is, as a fault of a fold would.
    pub fn lose_a_record(&mut self, space: SpaceId) {
        if let Some(held) = self.spaces.get_mut(&space) {
            held.life.lose_a_record();
        }
    }
}

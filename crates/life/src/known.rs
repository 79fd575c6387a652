//! What the frame around every page needs to know, whatever page it is.

use lifeos_kernel::{IntentId, RecordId};

use crate::state::Life;

impl Life {
    /// Returns how the person wants to be called; empty where they did not say.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.states.profile.display_name()
    }

    /// Returns what a device is called. The record is the device's id.
    #[must_use]
    pub fn device_name(&self, device: RecordId) -> Option<&str> {
        self.states.profile.device_name(device)
    }

    /// Returns after how many idle minutes a device locks itself; 0 never.
    #[must_use]
    pub fn idle_lock_minutes(&self) -> u32 {
        self.states.profile.idle_lock_minutes()
    }

    /// Whether an event ever named this record.
    #[must_use]
    pub fn knows(&self, record: RecordId) -> bool {
        self.history.contains_key(&record)
    }

    /// Whether a part of this intent was folded.
    #[must_use]
    pub fn knows_intent(&self, intent: IntentId) -> bool {
        self.intents.knows(intent)
    }

    /// Returns how many records have a history.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.history.len()
    }
}

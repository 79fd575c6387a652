//! What the frame around every page needs to know, whatever page it is.

use lifeos_household::{Invite, InviteState};
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

    /// Returns what the space is called; empty where nobody said.
    #[must_use]
    pub fn space_name(&self) -> &str {
        self.states.household.space_name()
    }

    /// Returns what a person is called in this space, where somebody said. The record is the
    /// account's id.
    #[must_use]
    pub fn member_name(&self, account: RecordId) -> Option<&str> {
        self.states.household.member_name(account)
    }

    /// Whether this space says that an account's words were compared and are right. That is worth
    /// something in the person's own space alone: into a shared one, others write.
    #[must_use]
    pub fn is_verified(&self, account: RecordId) -> bool {
        self.states.household.is_verified(account)
    }

    /// Returns an invitation as it was made, with what opens its link.
    #[must_use]
    pub fn invite(&self, invite: RecordId) -> Option<&Invite> {
        self.states.household.invite(invite)
    }

    /// Returns how an invitation stands.
    #[must_use]
    pub fn invite_state(&self, invite: RecordId, now_ms: u64) -> Option<InviteState> {
        self.states.household.invite_state(invite, now_ms)
    }

    /// Walks the invitations, those that are over included, in the order of their ids.
    pub fn invites(&self) -> impl Iterator<Item = (RecordId, &Invite)> {
        self.states.household.invites()
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

//! What the events add up to.

use std::collections::BTreeMap;

use lifeos_kernel::{Fields, RecordId, Register, Stamp, Stamped, pack_struct};

use crate::event::{HouseholdEvent, SpaceField, SpaceKey};
use crate::invite::{Invite, InviteEnd, InviteState};

/// The record of the space itself.
pub const SPACE: RecordId = RecordId(*b"lifeos/space/1\0\0");

/// The names, verifications and invitations of one space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseholdState {
    pub(crate) space: Fields<SpaceField>,
    pub(crate) entries: BTreeMap<RecordId, Entry>,
}

pack_struct!(HouseholdState { space, entries });

/// What is known under an id: of an account, or of an invitation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: Register<String>,
    /// Doubted, where it is true: of two writes with one stamp, the doubt stands.
    pub(crate) doubted: Register<bool>,
    pub(crate) made: First<Invite>,
    pub(crate) ended: First<InviteEnd>,
}

pack_struct!(Entry {
    name,
    doubted,
    made,
    ended
});

/// A value of which the write with the smallest stamp stands: what has left the device is not made
/// another by what is written later. Of two with one stamp, it is the smaller value.
pub(crate) type First<T> = Option<(Stamp, T)>;

fn put_first<T: Ord>(first: &mut First<T>, value: T, stamp: Stamp) {
    let write = (stamp, value);
    if first.as_ref().is_none_or(|standing| write < *standing) {
        *first = Some(write);
    }
}

impl Entry {
    /// What the person is called; empty where nobody said.
    pub(crate) fn name(&self) -> &str {
        self.name.get().map_or("", String::as_str)
    }

    pub(crate) fn is_verified(&self) -> bool {
        self.doubted.get() == Some(&false)
    }

    pub(crate) fn invite(&self) -> Option<&Invite> {
        self.made.as_ref().map(|(_, invite)| invite)
    }

    pub(crate) fn end(&self) -> Option<InviteEnd> {
        self.ended.map(|(_, end)| end)
    }

    /// How the invitation stands, if there is one.
    pub(crate) fn invite_state(&self, now_ms: u64) -> Option<InviteState> {
        let invite = self.invite()?;
        Some(match self.end() {
            Some(InviteEnd::Accepted { account }) => InviteState::Accepted { account },
            Some(InviteEnd::Cancelled) => InviteState::Cancelled,
            None if invite.expires_ms <= now_ms => InviteState::Expired,
            None => InviteState::Open,
        })
    }
}

impl HouseholdState {
    /// Returns what the space is called; empty where nobody said.
    #[must_use]
    pub fn space_name(&self) -> &str {
        match self.space.get(SpaceKey::Name) {
            Some(SpaceField::Name(name)) => name,
            None => "",
        }
    }

    /// Returns what a person is called in this space, where somebody said. The record is the
    /// account's id.
    #[must_use]
    pub fn member_name(&self, account: RecordId) -> Option<&str> {
        let name = self.entries.get(&account)?.name();
        (!name.is_empty()).then_some(name)
    }

    /// Whether this space says that an account's words were compared and are right. That is worth
    /// something in the person's own space alone: into a shared one, others write.
    #[must_use]
    pub fn is_verified(&self, account: RecordId) -> bool {
        self.entries.get(&account).is_some_and(Entry::is_verified)
    }

    /// Returns an invitation as it was made, with what opens its link.
    #[must_use]
    pub fn invite(&self, invite: RecordId) -> Option<&Invite> {
        self.entries.get(&invite)?.invite()
    }

    /// Returns how an invitation stands.
    #[must_use]
    pub fn invite_state(&self, invite: RecordId, now_ms: u64) -> Option<InviteState> {
        self.entries.get(&invite)?.invite_state(now_ms)
    }

    /// Walks the invitations, those that are over included, in the order of their ids.
    pub fn invites(&self) -> impl Iterator<Item = (RecordId, &Invite)> {
        let entries = self.entries.iter();
        entries.filter_map(|(id, entry)| Some((*id, entry.invite()?)))
    }

    /// Takes in an event.
    pub(crate) fn apply(&mut self, event: Stamped<HouseholdEvent>) {
        let Stamped {
            record,
            stamp,
            event,
            ..
        } = event;
        if !event.is_about(record) {
            return;
        }
        if let HouseholdEvent::SpaceEdited { set } = event {
            for field in set {
                self.space.set(field, stamp);
            }
            return;
        }
        let entry = self.entries.entry(record).or_default();
        match event {
            HouseholdEvent::SpaceEdited { .. } => {}
            HouseholdEvent::MemberNamed { name } => {
                entry.name.set(name, stamp);
            }
            HouseholdEvent::MemberVerified {} => {
                entry.doubted.set(false, stamp);
            }
            HouseholdEvent::MemberDoubted {} => {
                entry.doubted.set(true, stamp);
            }
            HouseholdEvent::InviteMade(invite) => put_first(&mut entry.made, invite, stamp),
            HouseholdEvent::InviteEnded { why } => put_first(&mut entry.ended, why, stamp),
        }
    }
}

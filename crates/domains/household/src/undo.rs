//! Taking back: names and verifications. An invitation has left the device when it is made, and
//! its end is known to others; both stay.

use lifeos_kernel::{
    Context, Draft, FieldName as _, FieldUndo, RecordId, Register, Reverted, Stamp, Stamped,
};
use serde::{Deserialize, Serialize};

use crate::command::{draft, named, verified};
use crate::event::{HouseholdEvent, SpaceField};
use crate::state::{Entry, HouseholdState, SPACE};

/// How the name of a person is called where fields are named.
pub(crate) const NAME_FIELD: &str = "name";
/// How it is called that an account's words are right.
pub(crate) const VERIFIED_FIELD: &str = "verified";
/// How all of an invitation is called.
const INVITE_FIELD: &str = "record";
/// How the end of an invitation is called.
const END_FIELD: &str = "ended";

/// How to take an event back. Nothing of what opens an invitation is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum HouseholdReversal {
    /// The event said nothing.
    Nothing,
    /// Fields of the space are set as they were.
    Space {
        /// Each as it was.
        undo: Vec<FieldUndo<SpaceField>>,
    },
    /// A person is called as before.
    Name {
        /// As it was.
        before: String,
        /// The write that is to be taken back.
        written: Stamp,
    },
    /// An account's words are as right as before.
    Verified {
        /// As it was.
        before: bool,
        /// The write that is to be taken back.
        written: Stamp,
    },
    /// That an invitation was made stays.
    InviteMade,
    /// That an invitation ended stays.
    InviteEnded,
}

/// Returns how to take an event back, before it is applied.
pub(crate) fn capture(
    state: &HouseholdState,
    event: &Stamped<HouseholdEvent>,
) -> HouseholdReversal {
    let (record, written) = (event.record, event.stamp);
    if !event.event.is_about(record) {
        return HouseholdReversal::Nothing;
    }
    match &event.event {
        HouseholdEvent::SpaceEdited { set } => HouseholdReversal::Space {
            undo: state.space.capture(set, written),
        },
        HouseholdEvent::MemberNamed { .. } => HouseholdReversal::Name {
            before: state.member_name(record).unwrap_or_default().to_owned(),
            written,
        },
        HouseholdEvent::MemberVerified {} | HouseholdEvent::MemberDoubted {} => {
            HouseholdReversal::Verified {
                before: state.is_verified(record),
                written,
            }
        }
        HouseholdEvent::InviteMade(_) => HouseholdReversal::InviteMade,
        HouseholdEvent::InviteEnded { .. } => HouseholdReversal::InviteEnded,
    }
}

/// Returns the events that take back what still stands.
pub(crate) fn revert(
    state: &HouseholdState,
    record: RecordId,
    reversal: &HouseholdReversal,
    context: &Context,
) -> Reverted<HouseholdEvent> {
    let none = Entry::default();
    let entry = state.entries.get(&record).unwrap_or(&none);
    let (events, kept) = match reversal {
        HouseholdReversal::Nothing => (Vec::new(), Vec::new()),
        HouseholdReversal::Space { undo } => {
            let (set, kept) = state.space.revert(undo);
            let kept = kept.into_iter().map(|key| key.name()).collect();
            (edited(set), kept)
        }
        HouseholdReversal::Name { before, written } => {
            if entry.name.stamp() == Some(*written) {
                (vec![named(before.clone())], Vec::new())
            } else {
                (Vec::new(), vec![NAME_FIELD.to_owned()])
            }
        }
        HouseholdReversal::Verified { before, written } => {
            if entry.doubted.stamp() == Some(*written) {
                (vec![verified(*before)], Vec::new())
            } else {
                (Vec::new(), vec![VERIFIED_FIELD.to_owned()])
            }
        }
        HouseholdReversal::InviteMade => (Vec::new(), vec![INVITE_FIELD.to_owned()]),
        HouseholdReversal::InviteEnded => (Vec::new(), vec![END_FIELD.to_owned()]),
    };
    Reverted {
        events: drafts(record, events, context),
        kept: kept.into_iter().map(|field| (record, field)).collect(),
    }
}

/// Returns the events that bring a record to what it was. An invitation stays as it is.
pub(crate) fn restore(
    state: &HouseholdState,
    then: &HouseholdState,
    record: RecordId,
    context: &Context,
) -> Vec<Draft<HouseholdEvent>> {
    let mut events = Vec::new();
    if record == SPACE {
        events = edited(state.space.towards(&then.space));
    }
    let before = then.member_name(record).unwrap_or_default();
    if state.member_name(record).unwrap_or_default() != before {
        events.push(named(before.to_owned()));
    }
    let before = then.is_verified(record);
    if state.is_verified(record) != before {
        events.push(verified(before));
    }
    drafts(record, events, context)
}

/// Returns the fields that an event writes and that another device had written. Those of
/// invitations are none: there the first write stands, and no later one can undo it.
pub(crate) fn meets(
    state: &HouseholdState,
    event: &Stamped<HouseholdEvent>,
) -> Vec<(String, Stamp)> {
    if !event.event.is_about(event.record) {
        return Vec::new();
    }
    let entry = state.entries.get(&event.record);
    let (field, standing) = match &event.event {
        HouseholdEvent::SpaceEdited { set } => return state.space.meets(set, event.stamp),
        HouseholdEvent::MemberNamed { name } => {
            let standing = entry.map(|entry| &entry.name);
            (
                NAME_FIELD,
                standing.and_then(|standing| other(standing, name)),
            )
        }
        HouseholdEvent::MemberVerified {} => {
            let standing = entry.map(|entry| &entry.doubted);
            (
                VERIFIED_FIELD,
                standing.and_then(|standing| other(standing, &false)),
            )
        }
        HouseholdEvent::MemberDoubted {} => {
            let standing = entry.map(|entry| &entry.doubted);
            (
                VERIFIED_FIELD,
                standing.and_then(|standing| other(standing, &true)),
            )
        }
        HouseholdEvent::InviteMade(_) | HouseholdEvent::InviteEnded { .. } => return Vec::new(),
    };
    let met = standing.filter(|stamp| stamp.device() != event.stamp.device());
    met.map(|stamp| (field.to_owned(), stamp))
        .into_iter()
        .collect()
}

/// When what stands was written, if it is another value.
fn other<T: Ord>(standing: &Register<T>, value: &T) -> Option<Stamp> {
    standing.stamp().filter(|_| standing.get() != Some(value))
}

fn edited(set: Vec<SpaceField>) -> Vec<HouseholdEvent> {
    if set.is_empty() {
        return Vec::new();
    }
    vec![HouseholdEvent::SpaceEdited { set }]
}

fn drafts(
    record: RecordId,
    events: Vec<HouseholdEvent>,
    context: &Context,
) -> Vec<Draft<HouseholdEvent>> {
    let drafts = events.into_iter();
    drafts.map(|event| draft(record, event, context)).collect()
}

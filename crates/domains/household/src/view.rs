//! What is shown: never what opens an invitation.

use lifeos_kernel::{Context, RecordId, Stamp, newest_first};
use serde::{Deserialize, Serialize};

use crate::event::SpaceField;
use crate::invite::{InviteEnd, InviteShare, InviteState};
use crate::role::HouseholdRole;
use crate::state::{Entry, HouseholdState};

/// A question about the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum HouseholdQuery {
    /// All names, verifications and invitations of the space.
    Household,
}

/// All names, verifications and invitations of a space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(rename_all = "camelCase")]
pub struct HouseholdView {
    /// What the space is called; may be empty.
    pub name: String,
    /// The people who are named or verified here, in the order of their accounts' ids.
    pub members: Vec<HouseholdMember>,
    /// The invitations, the newest first, those that are over included.
    pub invites: Vec<HouseholdInvite>,
}

/// A person, as this space has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(rename_all = "camelCase")]
pub struct HouseholdMember {
    /// Their account's id.
    pub account: RecordId,
    /// What they are called; may be empty.
    pub name: String,
    /// Whether their words were compared and are right. That is worth something in the person's
    /// own space alone: into a shared one, others write.
    pub verified: bool,
}

/// An invitation, without what opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(rename_all = "camelCase")]
pub struct HouseholdInvite {
    /// Its id.
    pub id: RecordId,
    /// The household role of who comes in by it.
    pub role: HouseholdRole,
    /// The space that is shared with them at once, if any.
    pub share: Option<InviteShare>,
    /// Until when, in milliseconds since 1970.
    pub expires_ms: u64,
    /// How it stands.
    pub state: InviteState,
}

/// One line of the household's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum HouseholdChange {
    /// A field of the space.
    Space {
        /// As it was.
        before: SpaceField,
        /// As it became.
        after: SpaceField,
    },
    /// The name of a person.
    MemberName {
        /// As it was.
        before: String,
        /// As it became.
        after: String,
    },
    /// Whether an account's words are right.
    Verified {
        /// As it became.
        verified: bool,
    },
    /// An invitation was made.
    InviteMade {
        /// The household role of who comes in by it.
        role: HouseholdRole,
        /// The space that is shared with them at once, if any.
        share: Option<InviteShare>,
        /// Until when, in milliseconds since 1970.
        expires_ms: u64,
    },
    /// An invitation ended.
    InviteEnded {
        /// How.
        why: InviteEnd,
    },
}

/// Draws the household.
pub(crate) fn household(state: &HouseholdState, context: &Context) -> HouseholdView {
    let mut invites: Vec<(Stamp, HouseholdInvite)> = Vec::new();
    let mut members = Vec::new();
    for (id, entry) in &state.entries {
        let (name, verified) = (entry.name(), entry.is_verified());
        if !name.is_empty() || verified {
            members.push(HouseholdMember {
                account: *id,
                name: name.to_owned(),
                verified,
            });
        }
        invites.extend(invite(*id, entry, context.now_ms));
    }
    newest_first(&mut invites, |(made, _)| {
        i64::try_from(made.wall_ms()).unwrap_or(i64::MAX)
    });
    HouseholdView {
        name: state.space_name().to_owned(),
        members,
        invites: invites.into_iter().map(|(_, invite)| invite).collect(),
    }
}

fn invite(id: RecordId, entry: &Entry, now_ms: u64) -> Option<(Stamp, HouseholdInvite)> {
    let (stamp, invite) = entry.made.as_ref()?;
    let shown = HouseholdInvite {
        id,
        role: invite.role,
        share: invite.share,
        expires_ms: invite.expires_ms,
        state: entry.invite_state(now_ms)?,
    };
    Some((*stamp, shown))
}

/// Describes what became of a record.
pub(crate) fn describe(
    before: &HouseholdState,
    after: &HouseholdState,
    record: RecordId,
) -> Vec<HouseholdChange> {
    let changed = before.space.changes(&after.space).into_iter();
    let mut changes: Vec<HouseholdChange> = changed
        .map(|(before, after)| HouseholdChange::Space { before, after })
        .collect();
    let none = Entry::default();
    let was = before.entries.get(&record).unwrap_or(&none);
    let now = after.entries.get(&record).unwrap_or(&none);
    if was.name() != now.name() {
        changes.push(HouseholdChange::MemberName {
            before: was.name().to_owned(),
            after: now.name().to_owned(),
        });
    }
    if was.is_verified() != now.is_verified() {
        let verified = now.is_verified();
        changes.push(HouseholdChange::Verified { verified });
    }
    if let (None, Some(invite)) = (was.invite(), now.invite()) {
        changes.push(HouseholdChange::InviteMade {
            role: invite.role,
            share: invite.share,
            expires_ms: invite.expires_ms,
        });
    }
    if let (None, Some(why)) = (was.end(), now.end()) {
        changes.push(HouseholdChange::InviteEnded { why });
    }
    changes
}

//! What can be meant, and when it is refused.

use lifeos_kernel::{Context, Draft, Reason, RecordId, Rejected};
use serde::{Deserialize, Serialize};

use crate::event::{HouseholdEvent, NAME_LIMIT, SpaceField};
use crate::invite::{Invite, InviteEnd};
use crate::state::{HouseholdState, SPACE};

/// For how long an invitation may stand at most: 30 days.
const INVITE_LIMIT_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// A command over the household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum HouseholdCommand {
    /// Names the space.
    NameSpace {
        /// Its name.
        name: String,
    },
    /// Names a person in this space: each names themselves.
    NameMember {
        /// Their account's id.
        account: RecordId,
        /// Their name.
        name: String,
    },
    /// Says that an account's words were compared and are right: in the person's own space.
    VerifyMember {
        /// The account's id.
        account: RecordId,
    },
    /// Takes that back.
    DoubtMember {
        /// The account's id.
        account: RecordId,
    },
    /// Keeps an invitation that is being made: in the person's own space.
    MakeInvite {
        /// Its id.
        id: RecordId,
        /// What there is to it.
        invite: Invite,
    },
    /// Ends an invitation.
    EndInvite {
        /// Its id.
        id: RecordId,
        /// How it ended.
        why: InviteEnd,
    },
}

/// Decides what a command does.
pub(crate) fn decide(
    state: &HouseholdState,
    command: HouseholdCommand,
    context: &Context,
) -> Result<Vec<Draft<HouseholdEvent>>, Rejected> {
    let (record, event) = match command {
        HouseholdCommand::NameSpace { name } => (SPACE, name_space(state, &name)?),
        HouseholdCommand::NameMember { account, name } => {
            (account, name_member(state, account, &name)?)
        }
        HouseholdCommand::VerifyMember { account } => (account, verify(state, account, true)?),
        HouseholdCommand::DoubtMember { account } => (account, verify(state, account, false)?),
        HouseholdCommand::MakeInvite { id, invite } => {
            (id, Some(make_invite(state, id, invite, context)?))
        }
        HouseholdCommand::EndInvite { id, why } => (id, end_invite(state, id, why)?),
    };
    Ok(event
        .map(|event| draft(record, event, context))
        .into_iter()
        .collect())
}

/// Makes the draft of an event that happens now.
pub(crate) fn draft(
    record: RecordId,
    event: HouseholdEvent,
    context: &Context,
) -> Draft<HouseholdEvent> {
    Draft {
        record,
        at_ms: i64::try_from(context.now_ms).unwrap_or(i64::MAX),
        event,
    }
}

/// Names a person.
pub(crate) fn named(name: String) -> HouseholdEvent {
    HouseholdEvent::MemberNamed { name }
}

/// Says whether an account's words are right.
pub(crate) const fn verified(is_verified: bool) -> HouseholdEvent {
    if is_verified {
        HouseholdEvent::MemberVerified {}
    } else {
        HouseholdEvent::MemberDoubted {}
    }
}

fn name_space(state: &HouseholdState, name: &str) -> Result<Option<HouseholdEvent>, Rejected> {
    let field = SpaceField::Name(checked(SPACE, name)?);
    let is_new = !state.space.holds(&field);
    Ok(is_new.then(|| HouseholdEvent::SpaceEdited { set: vec![field] }))
}

fn name_member(
    state: &HouseholdState,
    account: RecordId,
    name: &str,
) -> Result<Option<HouseholdEvent>, Rejected> {
    no_space(account)?;
    let name = checked(account, name)?;
    let is_new = state.member_name(account) != Some(name.as_str());
    Ok(is_new.then(|| named(name)))
}

fn verify(
    state: &HouseholdState,
    account: RecordId,
    is_right: bool,
) -> Result<Option<HouseholdEvent>, Rejected> {
    no_space(account)?;
    let is_new = state.is_verified(account) != is_right;
    Ok(is_new.then(|| verified(is_right)))
}

fn make_invite(
    state: &HouseholdState,
    id: RecordId,
    invite: Invite,
    context: &Context,
) -> Result<HouseholdEvent, Rejected> {
    no_space(id)?;
    let refused = |reason, field| Err(Rejected::new(reason).field(field).record(id));
    // One that ended before it was heard of would be made for nothing.
    let is_known = |entry: &crate::state::Entry| entry.made.is_some() || entry.ended.is_some();
    if state.entries.get(&id).is_some_and(is_known) {
        return refused(Reason::NotAllowed, "id");
    }
    if !invite.code.is_sound() {
        return refused(Reason::OutOfRange, "code");
    }
    let latest_ms = context.now_ms.saturating_add(INVITE_LIMIT_MS);
    if invite.expires_ms <= context.now_ms || invite.expires_ms > latest_ms {
        return refused(Reason::OutOfRange, "expiresMs");
    }
    Ok(HouseholdEvent::InviteMade(invite))
}

fn end_invite(
    state: &HouseholdState,
    id: RecordId,
    why: InviteEnd,
) -> Result<Option<HouseholdEvent>, Rejected> {
    let entry = state.entries.get(&id);
    let entry = entry.filter(|entry| entry.made.is_some());
    let entry = entry.ok_or(Rejected::new(Reason::Missing).record(id))?;
    match entry.end() {
        None => Ok(Some(HouseholdEvent::InviteEnded { why })),
        Some(end) if end == why => Ok(None),
        // The first end stands.
        Some(_) => Err(Rejected::new(Reason::NotAllowed).field("why").record(id)),
    }
}

/// Checks a name, and trims it.
fn checked(record: RecordId, name: &str) -> Result<String, Rejected> {
    let name = name.trim();
    let reason = if name.is_empty() {
        Reason::Empty
    } else if name.len() > NAME_LIMIT {
        Reason::TooLong
    } else {
        return Ok(name.to_owned());
    };
    Err(Rejected::new(reason).field("name").record(record))
}

/// Refuses the space where an account or an invitation is meant.
fn no_space(record: RecordId) -> Result<(), Rejected> {
    if record == SPACE {
        return Err(Rejected::new(Reason::NotAllowed).record(record));
    }
    Ok(())
}

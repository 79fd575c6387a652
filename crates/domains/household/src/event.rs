//! What can happen. Released shapes are read for ever.

use lifeos_kernel::RecordId;
use serde::{Deserialize, Serialize};

use crate::invite::{Invite, InviteEnd};
use crate::state::SPACE;

/// Longest name, in bytes.
pub(crate) const NAME_LIMIT: usize = 200;

lifeos_kernel::fields! {
    /// A field of a space with its value. Names and types stand in people's logs.
    pub enum SpaceField, SpaceKey in "household.ts" {
        /// What the space is called.
        Name(String) = 1,
    }
}

/// What can happen in a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum HouseholdEvent {
    /// Fields of the space were set. The record is [`SPACE`].
    SpaceEdited {
        /// The fields.
        set: Vec<SpaceField>,
    },
    /// A person was named, in this space. The record is their account: its id.
    MemberNamed {
        /// The name.
        name: String,
    },
    /// An account's words were compared and are right. The record is the account.
    MemberVerified {},
    /// They are in doubt (again). The record is the account.
    MemberDoubted {},
    /// An invitation was made. The record is the invitation: its id.
    InviteMade(Invite),
    /// An invitation ended. The record is the invitation.
    InviteEnded {
        /// How.
        why: InviteEnd,
    },
}

impl HouseholdEvent {
    /// Whether it says anything about a record: a kind on a record that it cannot be about does
    /// not, nor does a name beyond its bound. Others write into a shared space too, and what they
    /// write is not asked about first.
    pub(crate) fn is_about(&self, record: RecordId) -> bool {
        match self {
            Self::SpaceEdited { set } => {
                record == SPACE
                    && set
                        .iter()
                        .all(|SpaceField::Name(name)| name.len() <= NAME_LIMIT)
            }
            Self::MemberNamed { name } => record != SPACE && name.len() <= NAME_LIMIT,
            Self::InviteMade(invite) => record != SPACE && invite.code.is_sound(),
            Self::MemberVerified {} | Self::MemberDoubted {} | Self::InviteEnded { .. } => {
                record != SPACE
            }
        }
    }
}

//! Invitations as the devices of whoever invites keep them: with what opens the link.

use core::fmt;

use lifeos_kernel::{Pack, PackError, Packer, RecordId, Unpacker, pack_struct};
use serde::{Deserialize, Serialize};

use crate::role::HouseholdRole;

const CODE_LETTERS: usize = 10;
const CODE_ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The secret of an invitation's link. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "RecordId", into = "RecordId")]
pub struct LinkSecret([u8; 16]);

impl LinkSecret {
    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the secret bytes.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        &self.0
    }
}

// Sixteen bytes as an id has them, in every encoding.
impl From<RecordId> for LinkSecret {
    fn from(id: RecordId) -> Self {
        Self(id.0)
    }
}

impl From<LinkSecret> for RecordId {
    fn from(secret: LinkSecret) -> Self {
        Self(secret.0)
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret")
    }
}

impl Pack for LinkSecret {
    fn pack(&self, out: &mut Packer) {
        out.bytes_fixed(&self.0);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        from.bytes_fixed().map(Self)
    }
}

/// The code of an invitation, which is told by another way than the link. `Debug` does not print
/// it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InviteCode(String);

impl InviteCode {
    /// Takes the letters as they are; whether they are a code is judged where an invitation is
    /// made.
    #[must_use]
    pub const fn new(letters: String) -> Self {
        Self(letters)
    }

    /// Returns the letters.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether these are ten Crockford letters, in capitals.
    pub(crate) fn is_sound(&self) -> bool {
        self.0.len() == CODE_LETTERS && self.0.bytes().all(|letter| CODE_ALPHABET.contains(&letter))
    }
}

impl fmt::Debug for InviteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteCode")
    }
}

impl Pack for InviteCode {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Pack::unpack(from).map(Self)
    }
}

/// A space that who comes in is to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InviteShare {
    /// The space's id.
    pub space: RecordId,
    /// The role there.
    pub role: HouseholdRole,
}

pack_struct!(InviteShare { space, role });

/// An invitation as it was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invite {
    /// The secret of its link.
    #[cfg_attr(feature = "ts", ts(as = "RecordId"))]
    pub secret: LinkSecret,
    /// Its code: ten Crockford letters, in capitals.
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub code: InviteCode,
    /// The household role of who comes in by it.
    pub role: HouseholdRole,
    /// The space that is shared with them at once, if any.
    pub share: Option<InviteShare>,
    /// Until when, in milliseconds since 1970.
    pub expires_ms: u64,
}

pack_struct!(Invite {
    secret,
    code,
    role,
    share,
    expires_ms
});

/// How an invitation ended. The first end stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum InviteEnd {
    /// An account was made by it.
    Accepted {
        /// The account's id.
        account: RecordId,
    },
    /// It was taken back.
    Cancelled,
}

impl Pack for InviteEnd {
    fn pack(&self, out: &mut Packer) {
        let accepted = match self {
            Self::Accepted { account } => Some(*account),
            Self::Cancelled => None,
        };
        accepted.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let accepted: Option<RecordId> = Pack::unpack(from)?;
        Ok(accepted.map_or(Self::Cancelled, |account| Self::Accepted { account }))
    }
}

/// How an invitation stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum InviteState {
    /// It waits.
    Open,
    /// Its time is over, and nobody came in by it.
    Expired,
    /// An account was made by it.
    Accepted {
        /// The account's id.
        account: RecordId,
    },
    /// It was taken back.
    Cancelled,
}

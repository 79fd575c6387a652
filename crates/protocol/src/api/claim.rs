//! The claim of an unclaimed box, and the coming in by an invitation: the same ceremony.

use serde_json::Value;

use super::{Binary, Entry, LogAppend};
use crate::ids::{AccountId, DeviceId};

/// `POST /api/v1/claim/begin`, no session. Checks the code without using it up.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimBegin {
    /// By what.
    pub entry: Entry,
    /// The account to be: the passkey's user handle.
    pub account: AccountId,
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimBegun {
    /// Names the passkey ceremony.
    pub ceremony: String,
    /// `PublicKeyCredentialCreationOptionsJSON`. The client adds the PRF extension itself.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub options: Value,
}

/// One log of a claim, from its statement 0.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimedLog {
    /// Its statements, each with what it names.
    pub appends: Vec<LogAppend>,
}

/// `POST /api/v1/claim/finish`, no session. All or nothing; uses the code up. Answered by 204.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimFinish {
    /// By what, as at the beginning.
    pub entry: Entry,
    /// As in [`ClaimBegun`].
    pub ceremony: String,
    /// The new passkey.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
    /// The account log: genesis, then the methods.
    pub account_log: ClaimedLog,
    /// The logs of the first spaces.
    pub space_logs: Vec<ClaimedLog>,
    /// The first device.
    pub device: DeviceId,
    /// The box's half of its local key, where the passkey has no PRF.
    pub vault_half: Option<Binary>,
}

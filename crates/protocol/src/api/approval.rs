//! The relay of a device approval (§10). The box only passes on; it forgets after five minutes.

use super::Binary;
use crate::ids::{CeremonyId, Hash};

/// `POST /api/v1/approvals`, no session: the new device begins.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalBegin {
    /// What it commits to.
    pub commitment: Hash,
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalBegun {
    /// Names the ceremony.
    pub ceremony: CeremonyId,
    /// When it ends.
    pub expires_ms: u64,
}

/// One message, each once: `PUT /api/v1/approvals/{ceremony}/answer` (session),
/// `PUT …/opening` (no session), `PUT …/account` (session; sealed name: enc 1120 ‖ ciphertext).
/// Answered by 204. `DELETE /api/v1/approvals/{ceremony}` ends the ceremony.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalMessage {
    /// The message.
    pub message: Binary,
}

/// `GET /api/v1/approvals/{ceremony}?wait={seconds, at most 25}&have={messages}`, no session: what
/// was said so far; waits until there is more than the caller has.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalSeen {
    /// The commitment.
    pub commitment: Hash,
    /// The old device's answer.
    pub answer: Option<Binary>,
    /// The new device's opening.
    pub opening: Option<Binary>,
    /// The account's name, sealed to the new device.
    pub account: Option<Binary>,
}

//! Sessions (§9).

use super::Binary;
use crate::ids::{AccountId, Hash, SignerId};

/// `POST /api/v1/sessions/challenge`, no session.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionBegin {
    /// Whose session.
    pub account: AccountId,
    /// The device or method that will sign.
    pub signer: SignerId,
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionChallenge {
    /// Names the ceremony.
    pub ceremony: String,
    /// The challenge: nonce · the box's X25519 key · instance.
    pub challenge: Binary,
}

/// `POST /api/v1/sessions`, no session: opens one. The box knows its own origin.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionAnswer {
    /// As in [`SessionChallenge`].
    pub ceremony: String,
    /// The signer's X25519 key, 32 bytes.
    pub own_key: Binary,
    /// Signature over the answer, 64 bytes.
    pub signature: Binary,
}

/// Its answer; the cookie comes beside it and is not readable by the page, its hash is.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionOpened {
    /// Number of the session.
    pub session: String,
    /// What MACs cover in the cookie's place.
    pub cookie_hash: Hash,
    /// When it ends.
    pub expires_ms: u64,
    /// The box's clock.
    pub server_ms: u64,
}

/// One session. `DELETE /api/v1/sessions/{session}` ends it; `current` names one's own.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionRow {
    /// Number.
    pub session: String,
    /// Who opened it.
    pub signer: SignerId,
    /// Opened.
    pub created_ms: u64,
    /// Last request.
    pub last_seen_ms: u64,
    /// Whether it is the asking one.
    pub current: bool,
}

/// `GET /api/v1/sessions?after={next}&limit={n}`, session.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// In the order of their numbers.
    pub sessions: Vec<SessionRow>,
    /// Where the next page begins, for `after`; nothing on the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// A step-up's answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SteppedUp {
    /// Until when it counts.
    pub until_ms: u64,
}

/// Why no session opens for a revoked device or method, with the proof: a problem of code
/// `revoked`, given only to whoever signed the challenge.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revoked {
    /// The refusal.
    #[serde(flatten)]
    pub problem: super::Problem,
    /// The whole account log, in which the revocation stands.
    pub account_log: Vec<Binary>,
}

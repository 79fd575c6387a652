//! Invitations: a second person comes in.

use crate::ids::{AccountId, Hash, InviteId};

/// `POST /api/v1/invites`, with a session whose person was verified within five minutes. Answered by
/// 204.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteMake {
    /// By what it is found: a hash of the link's secret.
    pub invite: InviteId,
    /// What is compared in place of the code.
    pub check: Hash,
    /// The household role of who comes in by it: 1 viewer, 2 member, 3 admin, 4 owner; never above
    /// the maker's.
    pub role: u8,
    /// Until when, in ms since 1970; at most 30 days ahead.
    pub expires_ms: u64,
}

/// `GET /api/v1/invites`: those of the account, a page at a time.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteList {
    /// The invitations.
    pub invites: Vec<InviteRow>,
    /// Where the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One invitation. `DELETE /api/v1/invites/{invite}` ends it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteRow {
    /// Which.
    pub invite: InviteId,
    /// The household role.
    pub role: u8,
    /// Until when, in ms since 1970.
    pub expires_ms: u64,
    /// Wrong codes so far; after five the invitation is dead.
    pub failures: u32,
    /// How often somebody came with it when it was used or over.
    pub late: u32,
    /// Who came in by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<InviteAccepted>,
}

/// Who came in by an invitation, as the box says: the proof shows whether it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteAccepted {
    /// The account.
    pub account: AccountId,
    /// What only who has link and code can make for this account.
    pub proof: Hash,
    /// When, in ms since 1970.
    pub at_ms: u64,
}

/// By what somebody comes in to whom the box gives an account.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Entry {
    /// The first account, by the code that the box printed.
    Claim {
        /// The code, as typed.
        code: String,
    },
    /// Another, by an invitation.
    Invite {
        /// Which.
        invite: InviteId,
        /// As in [`InviteMake`].
        check: Hash,
        /// As in [`InviteAccepted`].
        proof: Hash,
    },
}

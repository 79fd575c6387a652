//! The box log and the box's alarms, as its owners' devices are given them.

use crate::box_log::{BoxEntry, BoxEvent};
use crate::ids::{AccountId, Hash, SignerId};

/// An entry of the box log. What does not apply is missing.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoxLogRow {
    /// Its place, from 1 on.
    pub sequence: u64,
    /// The box's clock (ms since 1970).
    pub at_ms: u64,
    /// What happened.
    pub event: BoxEvent,
    /// Whose account it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Which device or method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<SignerId>,
    /// From which network: eight bytes in hex that are the same for the same network on the same day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// More about the event.
    #[serde(default)]
    pub detail: u32,
    /// The hash of the chain up to it.
    pub hash: Hash,
}

impl BoxLogRow {
    /// Returns the hash of the chain up to it, after `before`, to be compared with [`Self::hash`];
    /// none where its network is not hexadecimal.
    #[must_use]
    pub fn chain(&self, before: &Hash) -> Option<Hash> {
        let origin = match &self.origin {
            Some(text) => u64::from_str_radix(text, 16).ok()?,
            None => 0,
        };
        let entry = BoxEntry {
            sequence: self.sequence,
            at_ms: self.at_ms,
            event: self.event,
            account: self.account.unwrap_or(AccountId::ZERO),
            signer: self.signer.unwrap_or(SignerId::ZERO),
            origin: origin.to_be_bytes(),
            detail: self.detail,
        };
        Some(entry.chain(before))
    }
}

/// `GET /api/v1/box/log?after={next}&limit={n}`, session of an owner's own device.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoxLogPage {
    /// Entries, newest first.
    pub entries: Vec<BoxLogRow>,
    /// Where the next page begins, for `after`; nothing on the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// An alarm of the box that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoxAlarmRow {
    /// Its code, as in the box log; there may be more of them than a client knows.
    pub alarm: u8,
    /// Since when (ms since 1970).
    pub since_ms: u64,
}

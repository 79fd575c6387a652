//! Account logs, space logs, wraps, and what a push is answered with.

use super::Binary;
use crate::ids::{Hash, IncarnationId, KitLookupId, SpaceId};

/// The sealed private halves of a new method, with how the box finds them.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MethodUpload {
    /// The sealed method key (§5).
    pub sealed: Binary,
    /// By which a kit finds it.
    pub kit_lookup: Option<KitLookupId>,
    /// By which a passkey finds it: the credential id. In a claim: the new passkey's.
    pub credential: Option<Binary>,
}

/// `POST /api/v1/logs/{log}`, session: appends one statement by compare-and-swap. Answered by 204,
/// or 409 with [`LogConflict`]. `POST /api/v1/logs` takes statement 0 of a new space. Adding a
/// method, revoking and erasing need a step-up, unless a method's session does it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogAppend {
    /// The statement.
    pub statement: Binary,
    /// The wraps that it names.
    pub wraps: Vec<Binary>,
    /// The sealed secret of the epoch before, where it names one.
    pub previous: Option<Binary>,
    /// The sealed keys of the method that it adds.
    pub method: Option<MethodUpload>,
}

/// The statement was not the next one of its log, or, in a space's log, was signed from an older head
/// of its signer's account log: these are newer, in the log in question.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogConflict {
    /// Statements from the one that the client built upon.
    pub statements: Vec<Binary>,
}

/// `GET /api/v1/logs/{log}?after={sequence}`, session; without `after` from statement 0.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogPage {
    /// Statements in order.
    pub statements: Vec<Binary>,
    /// Whether there are more.
    pub more: bool,
}

/// `GET /api/v1/logs/{log}/wraps?recipient={id}&after={next}&limit={n}`, session: the wraps to a
/// recipient, and the sealed secrets of epochs before, a page at a time.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WrapList {
    /// Wraps, in the order of their hashes.
    pub wraps: Vec<Binary>,
    /// Sealed earlier secrets, each behind the epoch that wraps it (u32), oldest first.
    pub previous: Vec<Binary>,
    /// Where the next page begins, for `after`; nothing on the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// `GET /api/v1/spaces?after={next}&limit={n}`, session: the spaces of the account.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpaceList {
    /// Space ids, in their order.
    pub spaces: Vec<SpaceId>,
    /// Where the next page begins, for `after`; nothing on the last.
    #[serde(default)]
    pub next: Option<String>,
    /// What is wrong with the box, for its owners' own devices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<super::BoxAlarmRow>,
}

/// What `POST /api/v1/spaces/{space}/changes` is answered with: durable at the box.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pushed {
    /// The counter up to which the box has everything of this device.
    pub counter: u64,
    /// `h` at that counter.
    pub h: Hash,
    /// Life of the box's store.
    pub incarnation: IncarnationId,
    /// Sequence of the last change taken.
    pub sequence: u64,
}

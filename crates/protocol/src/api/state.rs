//! What anybody may know of a box.

use crate::ids::{IncarnationId, InstanceId};

/// `GET /api/v1/box`, no session.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoxState {
    /// Which installation.
    pub instance: InstanceId,
    /// Which life of its store.
    pub incarnation: IncarnationId,
    /// Whether somebody has claimed it.
    pub claimed: bool,
    /// The protocol version that it speaks.
    pub version: u16,
    /// The least version that it takes from a client.
    pub floor: u16,
    /// Its clock.
    pub server_ms: u64,
    /// The origins under which it answers, its own first. The others are those that it had before,
    /// from which devices move.
    #[serde(default)]
    pub names: Vec<String>,
}

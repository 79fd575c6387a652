//! The box's own log, as the page shows it.

use lifeos_protocol::box_log::BoxEvent;
use serde::{Deserialize, Serialize};

/// A place in the box's log, bound to what was shown there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct BoxLogPlace {
    /// The last entry of the page before.
    pub sequence: f64,
    /// The hash of the chain there, in hex.
    pub hash: String,
}

/// An entry of the box's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct BoxLogEntry {
    /// Its place, from 1 on.
    pub sequence: f64,
    /// The box's clock, ms since 1970.
    pub at_ms: f64,
    /// What happened.
    #[cfg_attr(feature = "ts", ts(inline))]
    pub event: BoxEvent,
    /// Whose account it is about, in hex.
    pub account: Option<String>,
    /// Which device or way to unlock, in hex.
    pub signer: Option<String>,
    /// From which network: the same mark for the same network on the same day.
    pub origin: Option<String>,
    /// More about the event.
    pub detail: u32,
}

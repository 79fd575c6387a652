//! What the client tells the page unasked.

use lifeos_life::View;
use serde::{Deserialize, Serialize};

use super::Status;

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum Origin {
    /// This device.
    Local,
    /// Another device.
    Remote,
}

/// An unasked message.
#[derive(Debug, Clone, Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum Push {
    /// The status changed.
    Status {
        /// The whole status.
        status: Status,
    },
    /// A subscription's answer changed.
    View {
        /// As given in `Subscribe`.
        subscription: u32,
        /// Whose change it was.
        origin: Origin,
        /// The new answer.
        view: View,
    },
    /// A long piece of work moved on.
    Progress {
        /// Done so far.
        done: u32,
        /// Of how many.
        of: u32,
    },
    /// Every key is gone: the page drops what it shows.
    Locked,
}

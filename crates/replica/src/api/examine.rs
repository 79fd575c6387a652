//! What an examination of this device's copy found.

use serde::{Deserialize, Serialize};

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum BreakKind {
    /// A stored change is missing or is not what was stored.
    Damaged,
    /// A statement does not follow the one before it.
    Chain,
    /// No signed head covers the end of a chain.
    Head,
    /// A change cannot be opened, and was not set aside.
    Unaccounted,
    /// What is shown is not what the history adds up to.
    State,
}

/// The first place that does not fit. It names no content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct BreakView {
    /// What.
    pub kind: BreakKind,
    /// The device whose chain it is in, in hex, if it is in one.
    pub device: Option<String>,
    /// The counter in that chain.
    pub counter: f64,
}

/// What was found in a space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct ExaminedSpace {
    /// The space, in hex.
    pub space: String,
    /// Changes that were replayed.
    pub replayed: u32,
    /// Changes of which something was erased.
    pub erased: u32,
    /// Changes that are set aside.
    pub set_aside: u32,
    /// Changes that do not count, because their author was no longer to write.
    pub left_out: u32,
    /// Changes that wait until their time has come.
    pub held: u32,
    /// Events that only a newer version understands.
    pub needs_newer: u32,
    /// Whether everything fits.
    pub agrees: bool,
    /// Where it does not.
    pub breaks: Option<BreakView>,
}

/// How far an examination is, and what it found so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct Examined {
    /// Names this examination in the next call.
    pub run: u32,
    /// Changes that were looked at.
    pub done: u32,
    /// How many there are in all.
    pub of: u32,
    /// The spaces that are done.
    pub spaces: Vec<ExaminedSpace>,
    /// Whether that is all.
    pub ended: bool,
}

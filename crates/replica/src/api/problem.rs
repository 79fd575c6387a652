//! Why a call failed: a stable code that the page puts into words, never a person's content.

use serde::{Deserialize, Serialize};

/// What failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub enum ProblemCode {
    /// The call does not fit the present phase.
    WrongPhase,
    /// The box cannot be reached.
    Offline,
    /// The box refused; `detail` is its own code.
    Refused,
    /// Too many tries; wait.
    TooMany,
    /// The claim code is wrong or used up.
    ClaimCode,
    /// The box was claimed by somebody else meanwhile.
    AlreadyClaimed,
    /// The passkey gave a different key than before on this device, or none.
    PasskeyKey,
    /// The passkey was refused by the box.
    PasskeyRefused,
    /// The kit's text has a mistake in it.
    KitText,
    /// The kit opens nothing here: another account, or it was revoked.
    KitUnknown,
    /// The groups typed are not those of the kit.
    KitProof,
    /// What the box serves does not fit the kit or anchor: older than it, or another account.
    BelowFloor,
    /// Signatures, hashes or keys did not check.
    Tampered,
    /// The approval's code was wrong; the ceremony has ended.
    ApprovalCode,
    /// The ceremony ended: too late, cancelled, or used.
    ApprovalOver,
    /// The link leads to a name that the box does not answer to.
    OtherName,
    /// Changes of this device wait to be sent.
    StillWaiting,
    /// A fresh user verification is needed.
    StepUpNeeded,
    /// It would leave no way in.
    LastWay,
    /// The command was refused by the domain; `detail` is the reason's code.
    Rejected,
    /// There is no such record, entry or batch.
    NotFound,
    /// Nothing to undo or redo.
    NothingToUndo,
    /// The clock is unsure; nothing is stamped until it is confirmed.
    ClockUnsure,
    /// The log is frozen by a fork.
    Frozen,
    /// The box goes on with another history than the one to be kept.
    OtherHistory,
    /// The passkey or kit is not part of the history that is to be kept.
    NotInHistory,
    /// The space is only read by this person.
    ReadOnly,
    /// The words of this person's account were not compared yet.
    NotVerified,
    /// Another has to settle this fork.
    NotYours,
    /// The local disk failed or is full.
    Storage,
    /// The file could not be read; `detail` is the importer's code.
    Import,
    /// The call itself was malformed.
    Malformed,
    /// A newer version of the app is needed.
    NeedsNewerVersion,
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}{}", detail.as_deref().map(|d| format!(" ({d})")).unwrap_or_default())]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "api.ts"))]
pub struct Problem {
    /// What failed.
    pub code: ProblemCode,
    /// A machine-readable code from below; never content.
    pub detail: Option<String>,
}

impl Problem {
    /// A problem without a detail.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self { code, detail: None }
    }

    /// A problem with the code of the part that refused.
    #[must_use]
    pub fn with(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: Some(detail.into()),
        }
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

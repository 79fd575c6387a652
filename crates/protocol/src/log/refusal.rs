//! Why a log statement is not taken.

use crate::codec::DecodeError;

/// Why a log statement is not taken. Carries no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogRefusal {
    /// The body's bytes are not what they should be.
    #[error("the statement is malformed")]
    Malformed(#[source] DecodeError),
    /// The body is of a kind or version that this reader does not know: the log is readable up to
    /// the statement before, and nothing is sealed or folded beyond it.
    #[error("the log needs a newer version")]
    NeedsNewer,
    /// The statement is of another log.
    #[error("the statement is of another log")]
    OtherLog,
    /// Statements before it are missing.
    #[error("statements before it are missing")]
    Gap,
    /// The sequence is not one more than that of the statement it follows.
    #[error("the sequence does not fit the statement before")]
    Sequence,
    /// The statement is on a branch that a `resolve` refused.
    #[error("the branch was refused")]
    RefusedBranch,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    BadSignature,
    /// The signer is not an active device or method where it is judged.
    #[error("the signer is not active")]
    SignerNotActive,
    /// The signer's account log does not reach the head that the statement names: pull it first.
    #[error("the account log does not reach the named head")]
    AccountHeadUnknown,
    /// The named account head is older than one that this account named before.
    #[error("the named account head is older than one named before")]
    AccountHeadBack,
    /// The signer may not do this.
    #[error("the signer may not do this")]
    NotAllowed,
    /// The target outranks the signer, or is of equal rank where that protects it.
    #[error("the target outranks the signer")]
    Outranked,
    /// The target is not there, not active, or there already.
    #[error("the target does not fit")]
    Target,
    /// The epoch is not the one that the log is at, or not one more.
    #[error("the epoch does not fit")]
    Epoch,
    /// A wrap is missing, is for somebody who may not have the secret, or is named twice.
    #[error("the wraps do not fit who may open the secret")]
    Wraps,
    /// A cut is of another space or device than the statement concerns, or is named twice.
    #[error("a cut does not fit")]
    Cuts,
    /// Nobody who may unlock would be left.
    #[error("nobody who may unlock would be left")]
    NobodyLeft,
    /// 32 live or 1,024 lifetime devices (or methods) are reached.
    #[error("the limit of devices is reached")]
    TooMany,
    /// The same keys were enrolled before.
    #[error("the keys were enrolled before")]
    KeysUsed,
    /// The heads of a `resolve` do not fit the fork.
    #[error("the heads of the resolution do not fit")]
    Heads,
    /// The log does not pass through the floor: it was rolled back or is another log.
    #[error("the log goes below its floor")]
    BelowFloor,
    /// The log is frozen by a fork.
    #[error("the log is frozen by a fork")]
    Frozen,
    /// The statement was never sent by whom it names; it names a sequence beyond the limit.
    #[error("the log is at its end")]
    Full,
}

impl From<DecodeError> for LogRefusal {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Unknown { .. } => Self::NeedsNewer,
            other => Self::Malformed(other),
        }
    }
}

impl LogRefusal {
    /// Returns the stable code by which the refusal travels.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed(_) => "log_malformed",
            Self::NeedsNewer => "log_needs_newer",
            Self::OtherLog => "log_other",
            Self::Gap => "log_gap",
            Self::Sequence => "log_sequence",
            Self::RefusedBranch => "log_refused_branch",
            Self::BadSignature => "log_bad_signature",
            Self::SignerNotActive => "log_signer_not_active",
            Self::AccountHeadUnknown => "log_account_head_unknown",
            Self::AccountHeadBack => "log_account_head_back",
            Self::NotAllowed => "log_not_allowed",
            Self::Outranked => "log_outranked",
            Self::Target => "log_target",
            Self::Epoch => "log_epoch",
            Self::Wraps => "log_wraps",
            Self::Cuts => "log_cuts",
            Self::NobodyLeft => "log_nobody_left",
            Self::TooMany => "log_too_many",
            Self::KeysUsed => "log_keys_used",
            Self::Heads => "log_heads",
            Self::BelowFloor => "log_below_floor",
            Self::Frozen => "log_frozen",
            Self::Full => "log_full",
        }
    }
}

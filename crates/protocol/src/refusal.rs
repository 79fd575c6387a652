//! Why something pushed, pulled or asked is not taken: stable codes, no content.

use crate::log::LogRefusal;
use crate::signature::BadSignature;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// A stable code. It travels as the last part of a problem's type URI; codes are never
        /// renamed, new ones may come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the code as it travels.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Returns the HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Returns a short title for people who read requests, not for those who use the page.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// Returns the code of this text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }
        }
    };
}

codes! {
    /// Bytes or fields are not of their form.
    Malformed = "malformed", 400, "the request is malformed";
    /// A version, suite or kind is not known here.
    NeedsNewer = "needs_newer", 422, "a newer version is needed";
    /// A size or count is beyond its limit.
    TooLarge = "too_large", 413, "too large";
    /// The client's protocol version is below the box's floor, or above what it knows.
    VersionNotSpoken = "version_not_spoken", 426, "the protocol version is not spoken here";
    /// No session, or it has ended.
    NoSession = "no_session", 401, "no session";
    /// The request's MAC does not hold.
    BadMac = "bad_mac", 401, "the request is not authentic";
    /// The request's counter was used before.
    Replayed = "replayed", 401, "the request was sent before";
    /// The device or method was revoked.
    Revoked = "revoked", 403, "the device was revoked";
    /// A fresh user verification is needed.
    StepUpNeeded = "step_up_needed", 403, "a fresh verification is needed";
    /// Not for this account or device.
    Forbidden = "forbidden", 403, "not allowed";
    /// Nothing there.
    NotFound = "not_found", 404, "not found";
    /// The box is claimed already.
    Claimed = "claimed", 409, "the box is claimed already";
    /// The claim code is wrong, used or too old.
    BadClaimCode = "bad_claim_code", 403, "the claim code does not fit";
    /// An invitation was used, ended, or its time is over.
    InviteOver = "invite_over", 410, "the invitation was used, ended, or its time is over";
    /// The passkey's answer does not verify.
    BadPasskey = "bad_passkey", 403, "the passkey's answer does not hold";
    /// A ceremony is over, unknown, or its message is there already.
    CeremonyOver = "ceremony_over", 409, "the ceremony is over";
    /// Too many requests.
    TooMany = "too_many", 429, "too many requests";
    /// The device's quota of the day is used up.
    Quota = "quota", 429, "the quota is used up";
    /// The box's disk is full.
    DiskFull = "disk_full", 507, "the box's disk is full";
    /// The box cannot answer now.
    Unavailable = "unavailable", 503, "not available now";
    /// The box failed.
    Internal = "internal", 500, "the box failed";
    /// The log has moved on: pull, judge again, sign anew.
    LogMoved = "log_moved", 409, "the log has moved on";
    /// A log statement is refused; the detail code says why.
    LogRefused = "log_refused", 422, "the log statement is refused";
    /// A wrap or sealed key is missing, is not the one that the statement names, or is another
    /// statement's already.
    WrapsMissing = "wraps_missing", 422, "the wraps are not those of the statement alone";
    /// The cursor is of another life of the box's store.
    OtherIncarnation = "other_incarnation", 409, "the box's store was restored";
    /// The cursor is ahead of what the box has.
    CursorAhead = "cursor_ahead", 409, "the cursor is ahead";
    /// Changes before these are missing.
    Gap = "gap", 409, "changes before these are missing";
    /// Another statement with the same counter is there: both are kept as evidence.
    Equivocation = "equivocation", 409, "the counter was used for another statement";
    /// The chain's end is not what the head says.
    ChainMismatch = "chain_mismatch", 422, "the chain does not end where the head says";
    /// The head's signature does not hold.
    BadHead = "bad_head", 422, "the head's signature does not hold";
    /// The author is not an active device of a writing member where the change says.
    NotAWriter = "not_a_writer", 403, "the author may not write here";
    /// The change is beyond the author's cut.
    BeyondCut = "beyond_cut", 403, "the change is beyond the author's cut";
    /// The epoch is below the space's, or there is no such epoch.
    Epoch = "epoch", 409, "the epoch does not fit";
    /// A position names a log statement that is not known here.
    PositionUnknown = "position_unknown", 409, "a log position is not known here";
    /// A position goes back behind the one before, or `seen` is not of its form.
    Inconsistent = "inconsistent", 422, "the statement contradicts what came before";
    /// The named log statement is no erasure, or does not name the change.
    NotErased = "not_erased", 422, "no erasure names the change";
    /// The log is frozen by a fork.
    LogFrozen = "log_frozen", 409, "the log is frozen by a fork";
}

/// What a problem's type (a relative URI) begins with; the code follows.
pub const TYPE_PREFIX: &str = "/problems/";

/// A refusal: the code, and for logs the detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", .code.title())]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// Why a log statement is refused.
    pub log: Option<LogRefusal>,
    /// The counter or sequence that it is about, where there is one.
    pub at: Option<u64>,
}

impl Refusal {
    /// Refuses with a code alone.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            log: None,
            at: None,
        }
    }

    /// Refuses what stands at a counter.
    #[must_use]
    pub const fn at(code: Code, at: u64) -> Self {
        Self {
            code,
            log: None,
            at: Some(at),
        }
    }

    /// Whether pulling what is missing may make it acceptable.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self.code,
            Code::PositionUnknown | Code::Gap | Code::LogMoved | Code::Unavailable | Code::TooMany
        )
    }
}

impl From<LogRefusal> for Refusal {
    fn from(log: LogRefusal) -> Self {
        let code = match log {
            LogRefusal::AccountHeadUnknown => Code::PositionUnknown,
            LogRefusal::NeedsNewer => Code::NeedsNewer,
            LogRefusal::Frozen => Code::LogFrozen,
            _ => Code::LogRefused,
        };
        Self {
            code,
            log: Some(log),
            at: None,
        }
    }
}

impl From<crate::codec::DecodeError> for Refusal {
    fn from(error: crate::codec::DecodeError) -> Self {
        Self::new(match error {
            crate::codec::DecodeError::Unknown { .. } => Code::NeedsNewer,
            crate::codec::DecodeError::TooLarge { .. } => Code::TooLarge,
            _ => Code::Malformed,
        })
    }
}

impl From<BadSignature> for Refusal {
    fn from(_: BadSignature) -> Self {
        Self::new(Code::BadHead)
    }
}

//! Requests and answers of `/api/v1`: JSON around the byte tables of the other modules.
//!
//! Each type's documentation names its route, and whether it needs a session. Bodies of pushes and
//! pulls are binary: [`crate::batch`], [`crate::stream`]; the tail is [`crate::tail`].

mod approval;
mod binary;
mod box_log;
mod claim;
mod invites;
mod logs;
mod passkeys;
mod problem;
mod sessions;
mod state;

pub use approval::{ApprovalBegin, ApprovalBegun, ApprovalMessage, ApprovalSeen};
pub use binary::Binary;
pub use box_log::{BoxAlarmRow, BoxLogPage, BoxLogRow};
pub use claim::{ClaimBegin, ClaimBegun, ClaimFinish, ClaimedLog};
pub use invites::{Entry, InviteAccepted, InviteList, InviteMake, InviteRow};
pub use logs::{LogAppend, LogConflict, LogPage, MethodUpload, Pushed, SpaceList, WrapList};
pub use passkeys::{
    KitLookup, MethodList, MethodMaterial, MethodRow, PasskeyAnswer, PasskeyAsserted,
    PasskeyChallenge, PasskeyStored, VaultHalf, VaultHalfRelease,
};
pub use problem::Problem;
pub use sessions::{
    Revoked, SessionAnswer, SessionBegin, SessionChallenge, SessionList, SessionOpened, SessionRow,
    SteppedUp,
};
pub use state::BoxState;

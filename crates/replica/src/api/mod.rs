//! What the page, the command line and the tests say to a client, and what it answers.
//!
//! These types are the whole seam between what decides (Rust) and what shows (TypeScript, generated
//! from here). They carry no key: secrets that only pass through (a PRF output, a kit's code) are
//! taken by value and wiped after use.

mod box_log;
mod call;
mod examine;
mod people;
mod phase;
mod problem;
mod push;
mod reply;

pub use box_log::{BoxLogEntry, BoxLogPlace};
pub use call::{ApprovalRole, Call, ForkKey, ImportChoice, SecretText};
pub use examine::{BreakKind, BreakView, Examined, ExaminedSpace};
pub use people::{
    InviteStanding, InviteView, OfferView, PeopleView, PersonRole, PersonView, ShareChoice,
    SpaceView,
};
pub use phase::{
    Alarm, AlarmKind, BoxAlarm, BoxAlarmKind, JoinStep, Phase, Status, SyncState, UnlockWays,
};
pub use problem::{Problem, ProblemCode};
pub use push::{Origin, Push};
pub use reply::{
    ActivityEntry, ActivityKind, DeviceView, EventsCursor, ForkBranch, ForkMember, ForkResolver,
    ForkView, KitSheet, MethodView, QrCode, QuarantineView, Reply, SessionView, StorageView,
};

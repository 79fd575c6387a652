//! The household: what a space and its people are called, whose words were compared, and which
//! invitations there are. The box knows accounts and spaces by their ids alone; this is what they
//! mean to people, sealed as everything else is.
//!
//! Who is a member and with which role is not decided here: the logs say it.
#![forbid(unsafe_code)]

mod command;
mod domain;
mod event;
mod invite;
mod role;
mod state;
mod undo;
mod view;

pub use command::HouseholdCommand;
pub use domain::Household;
pub use event::{HouseholdEvent, SpaceField, SpaceKey};
pub use invite::{Invite, InviteCode, InviteEnd, InviteShare, InviteState, LinkSecret};
pub use role::HouseholdRole;
pub use state::{HouseholdState, SPACE};
pub use undo::HouseholdReversal;
pub use view::{HouseholdChange, HouseholdInvite, HouseholdMember, HouseholdQuery, HouseholdView};

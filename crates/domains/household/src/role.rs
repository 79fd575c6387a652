//! What somebody may do, in the household or in one space.

use lifeos_kernel::pack_choice;
use serde::{Deserialize, Serialize};

/// A role, the least first. The numbers are those of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "household.ts"))]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
pub enum HouseholdRole {
    /// Reads.
    Viewer = 1,
    /// Reads and writes.
    Member = 2,
    /// Also brings people in and removes them.
    Admin = 3,
    /// Also makes admins and owners.
    Owner = 4,
}

pack_choice!(HouseholdRole { Viewer = 1, Member = 2, Admin = 3, Owner = 4 });

impl HouseholdRole {
    /// Returns the number that the logs have for it.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the role that the logs have this number for.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Viewer),
            2 => Some(Self::Member),
            3 => Some(Self::Admin),
            4 => Some(Self::Owner),
            _ => None,
        }
    }
}

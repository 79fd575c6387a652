//! What can be meant, in whatever area.

use lifeos_household::HouseholdCommand;
use lifeos_profile::ProfileCommand;
use lifeos_tasks::TasksCommand;
use serde::{Deserialize, Serialize};

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Command {
    /// Over tasks, projects, sections and labels.
    Tasks {
        /// The command.
        command: TasksCommand,
    },
    /// Over the person's settings.
    Profile {
        /// The command.
        command: ProfileCommand,
    },
    /// Over names, verifications and invitations.
    Household {
        /// The command.
        command: HouseholdCommand,
    },
}

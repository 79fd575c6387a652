//! What a task, a project, a section and a label are made of.
//!
//! Names and types here stand in people's logs: see `kernel::fields!`.

use lifeos_kernel::{
    Day, OrderKey, Pack, PackError, Packer, RecordId, Source, Unpacker, When, pack_choice,
};
use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident = $first_number:literal, $($(#[$variant_doc:meta])* $variant:ident = $number:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            $(#[$first_doc])* #[default] $first,
            $($(#[$variant_doc])* $variant),*
        }
        pack_choice!($name { $first = $first_number, $($variant = $number),* });
    };
}

choice! {
    /// How far a task is.
    Status {
        /// Not begun.
        Pending = 0,
        /// Begun.
        InProgress = 1,
        /// Done.
        Completed = 2,
        /// Given up.
        Cancelled = 3,
    }
}

impl Status {
    /// Tells whether nothing is left to do.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

choice! {
    /// The list that a task was put on.
    List {
        /// Caught, not yet looked at.
        Inbox = 0,
        /// To be done when there is time.
        Next = 1,
        /// Somebody else has to move first.
        Waiting = 2,
        /// Perhaps, later.
        Someday = 3,
    }
}

choice! {
    /// How much it matters.
    Priority {
        /// As most things.
        None = 0,
        /// A little.
        Low = 1,
        /// Much.
        Medium = 2,
        /// Above all.
        High = 3,
    }
}

choice! {
    /// How a project is going.
    ProjectStatus {
        /// Being worked on.
        Active = 0,
        /// Resting.
        Paused = 1,
        /// Reached its goal.
        Completed = 2,
        /// Given up.
        Cancelled = 3,
    }
}

/// A step of a task's status: to what, when in life, and who or what took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatusChange {
    /// The new status.
    pub status: Status,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Who or what took the step.
    pub source: Source,
}

lifeos_kernel::pack_struct!(StatusChange {
    status,
    at_ms,
    source
});

/// Whether a record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Presence {
    /// There.
    #[default]
    Present,
    /// In the trash, for 30 days.
    Trashed {
        /// Since when, in milliseconds since 1970.
        at_ms: i64,
    },
    /// Taken out of the trash to be erased; the space log erases what it held.
    Purged,
    /// Its making was undone.
    Withdrawn,
}

impl Pack for Presence {
    fn pack(&self, out: &mut Packer) {
        match self {
            Self::Present => out.byte(0),
            Self::Trashed { at_ms } => {
                out.byte(1);
                at_ms.pack(out);
            }
            Self::Purged => out.byte(2),
            Self::Withdrawn => out.byte(3),
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        match from.byte()? {
            0 => Ok(Self::Present),
            1 => Ok(Self::Trashed {
                at_ms: Pack::unpack(from)?,
            }),
            2 => Ok(Self::Purged),
            3 => Ok(Self::Withdrawn),
            _ => Err(PackError::OutOfRange),
        }
    }
}

/// Time set aside: a start and how long.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "tasks.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Block {
    /// When it begins; a day alone means some time that day.
    pub start: When,
    /// How long it lasts, in minutes.
    pub minutes: Option<u32>,
}

lifeos_kernel::pack_struct!(Block { start, minutes });

lifeos_kernel::fields! {
    /// A field of a task with its value.
    pub enum TaskField, TaskKey in "tasks.ts" {
        /// What is to be done.
        Title(String) = 1,
        /// More about it, in Markdown.
        Notes(String) = 2,
        /// How far it is.
        Status(StatusChange) = 3,
        /// The list that it was put on.
        List(List) = 4,
        /// Not to be looked at before.
        Defer(Option<When>) = 5,
        /// The time set aside for it.
        Scheduled(Option<Block>) = 6,
        /// When it should be done.
        Due(Option<When>) = 7,
        /// When it is too late.
        Deadline(Option<When>) = 8,
        /// How much it matters.
        Priority(Priority) = 9,
        /// Whether it presses.
        Urgent(bool) = 10,
        /// Whether it counts.
        Important(bool) = 11,
        /// How long it will take, in minutes.
        EstimateMinutes(Option<u32>) = 12,
        /// The project that it belongs to.
        Project(Option<RecordId>) = 13,
        /// The section of the project.
        Section(Option<RecordId>) = 14,
        /// The task that it is a part of.
        Parent(Option<RecordId>) = 15,
        /// Its place among others.
        Order(OrderKey) = 16,
        /// Whether it is there.
        Presence(Presence) = 17,
        /// Who is to do it: the account of a member of the space.
        Assignee(Option<RecordId>) = 18,
    }
}

lifeos_kernel::fields! {
    /// A field of an entry of a task's checklist with its value.
    pub enum ChecklistField, ChecklistKey in "tasks.ts" {
        /// What it says.
        Text(String) = 1,
        /// Whether it is ticked.
        Done(bool) = 2,
        /// Its place among the others.
        Order(OrderKey) = 3,
        /// Whether it was taken out.
        Removed(bool) = 4,
    }
}

lifeos_kernel::fields! {
    /// A field of a project with its value.
    pub enum ProjectField, ProjectKey in "tasks.ts" {
        /// Its name.
        Title(String) = 1,
        /// What will be true when it is done.
        Goal(String) = 2,
        /// More about it, in Markdown.
        Notes(String) = 3,
        /// How it is going.
        Status(ProjectStatus) = 4,
        /// Its place among others.
        Order(OrderKey) = 5,
        /// After how many days to look at it again.
        ReviewDays(Option<u32>) = 6,
        /// When it was last looked at.
        Reviewed(Option<Day>) = 7,
        /// The area of life that it belongs to.
        Area(String) = 8,
        /// The token of its colour.
        Colour(String) = 9,
        /// Whether it is there.
        Presence(Presence) = 10,
    }
}

lifeos_kernel::fields! {
    /// A field of a section of a project with its value.
    pub enum SectionField, SectionKey in "tasks.ts" {
        /// Its name.
        Title(String) = 1,
        /// The project that it belongs to.
        Project(Option<RecordId>) = 2,
        /// Its place among others.
        Order(OrderKey) = 3,
        /// Whether it is there.
        Presence(Presence) = 4,
    }
}

lifeos_kernel::fields! {
    /// A field of a label with its value.
    pub enum LabelField, LabelKey in "tasks.ts" {
        /// Its name.
        Title(String) = 1,
        /// The token of its colour.
        Colour(String) = 2,
        /// Its place among others.
        Order(OrderKey) = 3,
        /// Whether it is there.
        Presence(Presence) = 4,
    }
}

//! Things as they stand in the tables, row by row.

use lifeos_kernel::Day;

use crate::place::Spot;

/// What a row of `TMTask` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    ToDo,
    Project,
    Heading,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Open,
    Cancelled,
    Completed,
}

/// Where it was sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Inbox,
    Anytime,
    Someday,
}

/// A to-do, project or heading.
pub(super) struct Thing {
    pub(super) spot: Spot,
    pub(super) uuid: String,
    pub(super) kind: Kind,
    pub(super) status: Status,
    pub(super) stopped_ms: Option<i64>,
    pub(super) created_ms: Option<i64>,
    pub(super) is_trashed: bool,
    /// Others are made from it, again and again.
    pub(super) is_template: bool,
    pub(super) title: String,
    pub(super) notes: String,
    pub(super) start: Start,
    pub(super) when: Option<Day>,
    pub(super) is_for_evening: bool,
    pub(super) has_reminder: bool,
    pub(super) has_contact: bool,
    pub(super) deadline: Option<Day>,
    pub(super) index: i64,
    pub(super) area: Option<String>,
    pub(super) project: Option<String>,
    pub(super) heading: Option<String>,
}

/// An area or a tag.
pub(super) struct Named {
    pub(super) uuid: String,
    pub(super) title: String,
    pub(super) index: i64,
    /// It stands inside another of its kind.
    pub(super) is_inner: bool,
}

/// An entry of a checklist.
pub(super) struct Entry {
    pub(super) spot: Spot,
    pub(super) task: String,
    pub(super) title: String,
    pub(super) status: Status,
    pub(super) index: i64,
}

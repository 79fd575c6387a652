//! What the caller decides: bounds, and the zone in which the file's days are meant.

use std::fmt;

/// How a file is read.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Beyond these a file is refused.
    pub limits: Limits,
    /// The person's time zone, for moments in the file.
    pub local: LocalTime<'a>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            local: LocalTime::UTC,
        }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("Options");
        shown.field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Bounds on a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file, packed and unpacked.
    pub file_bytes: usize,
    /// JSON values in it.
    pub values: usize,
    /// Tasks, notes, projects and the like in it, archived ones included.
    pub records: usize,
    /// UTF-8 bytes of one text; a change of 64 KiB must hold it.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            values: 4_000_000,
            records: 250_000,
            text_bytes: 32 << 10,
        }
    }
}

/// A time zone with its rules, as the edge knows them.
#[derive(Clone, Copy)]
pub struct LocalTime<'a> {
    /// IANA name.
    pub zone: &'a str,
    /// Returns local time minus UTC in minutes at a moment in ms since 1970.
    pub offset_minutes_at: &'a dyn Fn(i64) -> i16,
}

impl LocalTime<'_> {
    /// Universal time.
    pub const UTC: LocalTime<'static> = LocalTime {
        zone: "UTC",
        offset_minutes_at: &|_| 0,
    };
}

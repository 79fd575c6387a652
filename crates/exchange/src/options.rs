//! What the caller gives: the file, bounds, and the zone in which its days are meant.

use std::fmt;

use lifeos_kernel::{Day, When, ZoneName};

/// 9999-12-31T23:59:59.999Z, the last moment that a calendar shows.
pub(crate) const LAST_MOMENT_MS: i64 = 253_402_300_799_999;
pub(crate) const MINUTE_MS: i64 = 60_000;

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
    /// JSON values, cells of a table or lines in it.
    pub values: usize,
    /// Tasks, notes, projects and the like in it, archived ones included.
    pub records: usize,
    /// UTF-8 bytes of one text; a change of 64 KiB must hold it.
    pub text_bytes: usize,
}

/// A file as it was handed over.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// Its name, where it has one: a hint by its ending, and never repeated. What stands in the
    /// file decides.
    pub name: Option<&'a str>,
    /// What stands in it.
    pub bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// Returns a file that is known by what stands in it alone.
    #[must_use]
    pub fn nameless(bytes: &'a [u8]) -> Self {
        Self { name: None, bytes }
    }
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("File");
        shown
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
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

    /// Returns a moment as meant in this zone.
    pub(crate) fn moment(&self, at_ms: i64) -> When {
        let offset_minutes = (self.offset_minutes_at)(at_ms);
        match ZoneName::new(self.zone) {
            Some(zone) => When::Zoned {
                at_ms,
                zone,
                offset_minutes,
            },
            None => When::Zoned {
                at_ms,
                zone: ZoneName::new(Self::UTC.zone).expect("the name of universal time is a name"),
                offset_minutes: 0,
            },
        }
    }

    /// Returns the day that a moment is in.
    pub(crate) fn day(&self, at_ms: i64) -> Day {
        Day::from_epoch_ms(at_ms + i64::from((self.offset_minutes_at)(at_ms)) * MINUTE_MS)
    }

    /// Returns the moment of what a clock on the wall showed, given as if that were universal time.
    pub(crate) fn utc_ms(&self, local_ms: i64) -> i64 {
        let off = |at_ms: i64| i64::from((self.offset_minutes_at)(at_ms)) * MINUTE_MS;
        // The offset holds at the moment that it leads to, not at the one it is asked for.
        local_ms - off(local_ms - off(local_ms))
    }
}

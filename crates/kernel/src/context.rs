//! What deciding and asking may know of the world, handed in from the edge.

use sha2::{Digest, Sha256};

use crate::change::Source;
use crate::civil::{Day, When};
use crate::id::{DeviceId, RecordId};

/// The world as a command or a query sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
    /// Local time minus UTC, in minutes, as it is now.
    pub utc_offset_minutes: i16,
    /// The IANA name of the local zone, where it is known.
    pub zone: Option<String>,
    /// Minutes after midnight at which a new day begins for the person.
    pub start_of_day_minutes: u16,
    /// The device that asks.
    pub device: DeviceId,
    /// The id of the space.
    pub space: [u8; 16],
    /// Who or what causes a command.
    pub source: Source,
    /// Fresh random bytes for the ids that a command makes.
    pub entropy: [u8; 32],
}

impl Context {
    /// Returns the person's day: the civil date, turned at the start of their day.
    #[must_use]
    pub fn today(&self) -> Day {
        let shifted = self.local_ms(self.now_ms) - i64::from(self.start_of_day_minutes) * 60_000;
        Day::from_epoch_ms(shifted)
    }

    /// Returns the day on which something falls for the person: a civil day is itself; a time
    /// before the start of the day belongs to the day before.
    #[must_use]
    pub fn day_of(&self, when: &When) -> Day {
        match when {
            When::Day(day) => *day,
            When::Floating { .. } | When::Zoned { .. } => {
                let shift_ms = i64::from(self.start_of_day_minutes) * 60_000;
                Day::from_epoch_ms(self.local_ms_of(when).saturating_sub(shift_ms))
            }
        }
    }

    /// Returns local milliseconds (as if local time were UTC) for ordering and bucketing. A zoned
    /// time in the person's own zone uses the offset that was in force when it was set; in any
    /// other zone, the person's offset of now.
    #[must_use]
    pub fn local_ms_of(&self, when: &When) -> i64 {
        match when {
            When::Day(day) => day.epoch_ms(),
            When::Floating { day, minute } => day.epoch_ms() + i64::from(minute.0) * 60_000,
            When::Zoned {
                at_ms,
                zone,
                offset_minutes,
            } => {
                let offset = if self.zone.as_deref() == Some(zone.as_str()) {
                    *offset_minutes
                } else {
                    self.utc_offset_minutes
                };
                at_ms.saturating_add(i64::from(offset) * 60_000)
            }
        }
    }

    /// Returns the ids that one command makes, one after the other.
    #[must_use]
    pub fn ids(&self) -> IdSource {
        IdSource {
            now_ms: self.now_ms,
            entropy: self.entropy,
            next: 0,
        }
    }

    fn local_ms(&self, utc_ms: u64) -> i64 {
        i64::try_from(utc_ms).unwrap_or(i64::MAX / 2) + i64::from(self.utc_offset_minutes) * 60_000
    }
}

/// Ids and jitter drawn from the entropy of one context; the same context gives the same ids.
#[derive(Debug, Clone)]
pub struct IdSource {
    now_ms: u64,
    entropy: [u8; 32],
    next: u32,
}

impl IdSource {
    /// Returns the next record id.
    pub fn record(&mut self) -> RecordId {
        let drawn = self.draw();
        let mut random = [0; 10];
        random.copy_from_slice(&drawn[..10]);
        RecordId::from_parts(self.now_ms, random)
    }

    /// Returns the next 32 bits of jitter, for order keys.
    pub fn jitter(&mut self) -> u32 {
        let drawn = self.draw();
        u32::from_be_bytes([drawn[0], drawn[1], drawn[2], drawn[3]])
    }

    fn draw(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"lifeos/ids/1");
        hash.update(self.entropy);
        hash.update(self.next.to_be_bytes());
        self.next += 1;
        hash.finalize().into()
    }
}

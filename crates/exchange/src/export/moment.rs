//! Times as text: a day, a time on the wall, a moment with its offset (RFC 3339) and its zone
//! (RFC 9557). Written and read back to the millisecond.

use std::fmt;

use lifeos_kernel::{Day, Minute, When, ZoneName};

use crate::LocalTime;
use crate::options::{LAST_MOMENT_MS, MINUTE_MS};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// 0001-01-02T00:00Z: no calendar has a year 0, and an offset leads back by a day at most.
const FIRST_MS: i64 = -62_135_510_400_000;
const LAST_MS: i64 = LAST_MOMENT_MS - DAY_MS;
/// The offset of a zone is within a day.
const OFFSET_MINUTES: i16 = 24 * 60 - 1;

/// A moment, with what the clocks on the wall showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// In ms since 1970, within the years that a calendar shows.
    pub at_ms: i64,
    /// Local time minus universal time.
    pub offset_minutes: i16,
}

impl Moment {
    /// Returns a moment by the clocks of a zone.
    #[must_use]
    pub fn of(at_ms: i64, local: &LocalTime<'_>) -> Self {
        let at_ms = at_ms.clamp(FIRST_MS, LAST_MS);
        Self::new(at_ms, (local.offset_minutes_at)(at_ms))
    }

    fn new(at_ms: i64, offset_minutes: i16) -> Self {
        Self {
            at_ms: at_ms.clamp(FIRST_MS, LAST_MS),
            offset_minutes: offset_minutes.clamp(-OFFSET_MINUTES, OFFSET_MINUTES),
        }
    }

    /// Returns the day on the wall.
    #[must_use]
    pub fn day(self) -> Day {
        Day::from_epoch_ms(self.wall_ms())
    }

    fn wall_ms(self) -> i64 {
        self.at_ms + i64::from(self.offset_minutes) * MINUTE_MS
    }

    /// Reads what `Display` writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (day, rest) = text.split_at_checked(10)?;
        let (clock, offset) = rest.strip_prefix('T')?.split_at_checked(12)?;
        let two = |from: usize| clock.get(from..from + 2)?.parse::<i64>().ok();
        let ms: i64 = clock.get(9..)?.parse().ok()?;
        let wall_ms = ((two(0)? * 60 + two(3)?) * 60 + two(6)?) * 1_000 + ms;
        let offset_minutes = if offset == "Z" {
            0
        } else {
            let sign = if offset.starts_with('-') { -1 } else { 1 };
            let hours: i16 = offset.get(1..3)?.parse().ok()?;
            let minutes: i16 = offset.get(4..6)?.parse().ok()?;
            sign * (hours.checked_mul(60)? + minutes)
        };
        let at_ms =
            day.parse::<Day>().ok()?.epoch_ms() + wall_ms - i64::from(offset_minutes) * MINUTE_MS;
        let moment = Self::new(at_ms, offset_minutes);
        (moment.to_string() == text).then_some(moment)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, ms) = (self.day(), self.wall_ms().rem_euclid(DAY_MS));
        let (hours, minutes) = (ms / 3_600_000, ms / MINUTE_MS % 60);
        let (seconds, ms) = (ms / 1_000 % 60, ms % 1_000);
        write!(out, "{day}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}")?;
        if self.offset_minutes == 0 {
            return out.write_str("Z");
        }
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let offset = self.offset_minutes.unsigned_abs();
        write!(out, "{sign}{:02}:{:02}", offset / 60, offset % 60)
    }
}

/// Returns the day within the years that every format has.
pub(crate) fn kept(day: Day) -> Day {
    let first = Day::from_ymd(1, 1, 1).unwrap_or(Day::FIRST);
    day.max(first)
}

/// Returns the time within the years that every format has.
pub(crate) fn kept_when(when: When) -> When {
    match when {
        When::Day(day) => When::Day(kept(day)),
        When::Floating { day, minute } => When::Floating {
            day: kept(day),
            minute,
        },
        When::Zoned {
            at_ms,
            zone,
            offset_minutes,
        } => {
            let moment = Moment::new(at_ms, offset_minutes);
            When::Zoned {
                at_ms: moment.at_ms,
                zone,
                offset_minutes: moment.offset_minutes,
            }
        }
    }
}

/// Writes `2026-11-24`, `2026-11-24T09:05` or `2026-11-24T09:05:00.000+01:00[Europe/Berlin]`.
pub(crate) fn text(when: &When) -> String {
    match when {
        When::Day(day) => day.to_string(),
        When::Floating { day, minute } => format!("{day}T{minute}"),
        When::Zoned {
            at_ms,
            zone,
            offset_minutes,
        } => format!(
            "{}[{}]",
            Moment::new(*at_ms, *offset_minutes),
            zone.as_str()
        ),
    }
}

/// Reads what [`text`] writes.
pub(crate) fn parse(text: &str) -> Option<When> {
    if let Some((moment, zone)) = text.split_once('[') {
        let moment = Moment::parse(moment)?;
        return Some(When::Zoned {
            at_ms: moment.at_ms,
            zone: ZoneName::new(zone.strip_suffix(']')?)?,
            offset_minutes: moment.offset_minutes,
        });
    }
    let Some((day, clock)) = text.split_once('T') else {
        return text.parse().ok().map(When::Day);
    };
    let (hours, minutes) = clock.split_once(':')?;
    let pair = |digits: &str| digits.parse::<u16>().ok().filter(|_| digits.len() == 2);
    let minute = Minute::new(pair(hours)?.checked_mul(60)? + pair(minutes)?)?;
    (minute.to_string() == clock).then_some(When::Floating {
        day: day.parse().ok()?,
        minute,
    })
}

/// Returns the day that a time is on, by the clock that it was meant on.
pub(crate) fn day_of(when: &When) -> Day {
    match when {
        When::Day(day) | When::Floating { day, .. } => *day,
        When::Zoned {
            at_ms,
            offset_minutes,
            ..
        } => Moment::new(*at_ms, *offset_minutes).day(),
    }
}

//! Dates in digits (ISO 8601, RFC 3339): days, times on the wall, and moments.

use lifeos_kernel::{Day, Minute, When};

use crate::LocalTime;
use crate::options::{LAST_MOMENT_MS, MINUTE_MS};

/// What a text in digits says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digits {
    /// A day.
    Day(Day),
    /// A day and a time on the wall, in ms since 1970 as if that were universal.
    Wall(i64),
    /// A moment, in ms since 1970.
    Moment(i64),
}

/// Reads a day of the calendar; there is no year 0.
pub(crate) fn day(text: &str) -> Option<Day> {
    text.parse().ok().filter(|day: &Day| day.ymd().0 > 0)
}

/// Reads `2026-11-22`, or that with a time behind `T` or a space, with or without seconds and an
/// offset.
pub(crate) fn digits(text: &str) -> Option<Digits> {
    let date = day(text.get(..10)?)?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(Digits::Day(date));
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, rest) = clock(rest)?;
    let wall_ms = date.epoch_ms() + clock;
    let Some(offset_ms) = offset(rest.trim_start())? else {
        return Some(Digits::Wall(wall_ms));
    };
    moment(wall_ms - offset_ms).map(Digits::Moment)
}

/// Keeps a moment between 1970 and 9999.
pub(crate) fn moment(at_ms: i64) -> Option<i64> {
    (0..=LAST_MOMENT_MS).contains(&at_ms).then_some(at_ms)
}

/// Returns a time on the wall wherever one is.
pub(crate) fn floating(wall_ms: i64) -> When {
    let day = Day::from_epoch_ms(wall_ms);
    let minutes = (wall_ms - day.epoch_ms()) / MINUTE_MS;
    let minute = u16::try_from(minutes).ok().and_then(Minute::new);
    When::Floating {
        day,
        minute: minute.unwrap_or_default(),
    }
}

impl Digits {
    /// Returns what is said, a moment in the person's zone.
    pub(crate) fn when(self, local: &LocalTime<'_>) -> When {
        match self {
            Self::Day(day) => When::Day(day),
            Self::Wall(wall_ms) => floating(wall_ms),
            Self::Moment(at_ms) => local.moment(at_ms),
        }
    }

    /// Returns the moment that is meant by a clock of the person's zone; a day is its noon.
    pub(crate) fn at_ms(self, local: &LocalTime<'_>) -> i64 {
        match self {
            Self::Day(day) => local.utc_ms(day.epoch_ms() + 12 * 60 * MINUTE_MS),
            Self::Wall(wall_ms) => local.utc_ms(wall_ms),
            Self::Moment(at_ms) => at_ms,
        }
    }
}

/// Reads a time of day in ms, and returns what follows it.
pub(crate) fn clock(text: &str) -> Option<(i64, &str)> {
    let bytes = text.as_bytes();
    let hours = pair(bytes, 0).filter(|hours| *hours < 24)?;
    if bytes.get(2) != Some(&b':') {
        return None;
    }
    let minutes = pair(bytes, 3).filter(|minutes| *minutes < 60)?;
    let mut ms = (hours * 60 + minutes) * MINUTE_MS;
    let mut at = 5;
    if bytes.get(at) == Some(&b':') {
        // A leap second is the second before it.
        let seconds = pair(bytes, at + 1).filter(|seconds| *seconds <= 60)?;
        ms += seconds.min(59) * 1_000;
        at += 3;
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            at += bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
        }
    }
    Some((ms, &text[at..]))
}

/// Reads an offset in ms: nothing, `Z`, `+0100` or `+01:00`.
fn offset(text: &str) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    if matches!(text, "Z" | "z") {
        return Some(Some(0));
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let bytes = digits.as_bytes();
    let hours = pair(bytes, 0)?;
    let minutes = match bytes.len() {
        2 => 0,
        4 => pair(bytes, 2)?,
        5 if bytes[2] == b':' => pair(bytes, 3)?,
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 60 + minutes) * MINUTE_MS))
}

/// Reads two digits.
pub(crate) fn pair(bytes: &[u8], at: usize) -> Option<i64> {
    match bytes.get(at..at + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    }
}

//! Lengths of time, and what they lead to.

use lifeos_kernel::When;

use crate::dates;
use crate::options::{LAST_MOMENT_MS, MINUTE_MS};

/// Returns the date that much later.
pub(super) fn later(start: &When, length_ms: i64) -> Option<When> {
    match start {
        When::Day(day) => {
            let days = i32::try_from(length_ms / (24 * 60 * MINUTE_MS)).ok()?;
            Some(When::Day(day.plus_days(days)))
        }
        When::Floating { day, minute } => {
            let wall_ms = day.epoch_ms() + i64::from(minute.minutes()) * MINUTE_MS;
            Some(dates::floating(wall_ms.checked_add(length_ms)?))
        }
        When::Zoned {
            at_ms,
            zone,
            offset_minutes,
        } => {
            let at_ms = at_ms
                .checked_add(length_ms)
                .filter(|at_ms| *at_ms <= LAST_MOMENT_MS)?;
            Some(When::Zoned {
                at_ms,
                zone: zone.clone(),
                offset_minutes: *offset_minutes,
            })
        }
    }
}

/// Reads `P1DT2H30M` and `P2W` (RFC 5545 §3.3.6).
pub(super) fn ms(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (mut sum, mut is_time, mut has_parts) = (0_i64, false, false);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            (rest, is_time) = (time, true);
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        let unit_ms = match (rest.as_bytes().get(digits)?, is_time) {
            (b'W', false) => 7 * 24 * 60 * MINUTE_MS,
            (b'D', false) => 24 * 60 * MINUTE_MS,
            (b'H', true) => 60 * MINUTE_MS,
            (b'M', true) => MINUTE_MS,
            (b'S', true) => 1_000,
            _ => return None,
        };
        sum = sum.checked_add(number.checked_mul(unit_ms)?)?;
        has_parts = true;
        rest = &rest[digits + 1..];
    }
    (has_parts && sum <= LAST_MOMENT_MS).then_some(sum)
}

//! Zones that a file describes: when which offset holds (RFC 5545 §3.6.5).
//!
//! Of the rules, those are read by which clocks change: each year in a month, on a day of the week
//! counted from its beginning or end, or on a date. A zone with another rule is not known.

use std::collections::HashMap;

use lifeos_kernel::Day;

use crate::dates;
use crate::options::MINUTE_MS;

use super::tree::Component;

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The zones of one calendar, by name.
#[derive(Default)]
pub(super) struct Zones(HashMap<String, Vec<Observance>>);

/// Standard or daylight time.
struct Observance {
    /// Its first beginning on the wall, as if that were universal time.
    start_ms: i64,
    from_ms: i64,
    to_ms: i64,
    rule: Option<Yearly>,
    until_ms: Option<i64>,
    /// Further beginnings.
    dates_ms: Vec<i64>,
}

/// Once a year.
struct Yearly {
    month: u8,
    /// Which of that day of the week, from the end where negative; nothing for the day of `start`.
    weekday: Option<(i32, u8)>,
}

impl Zones {
    pub(super) fn of(calendar: &Component<'_>) -> Self {
        let mut zones = HashMap::new();
        for zone in calendar
            .inner
            .iter()
            .filter(|inner| inner.name == "VTIMEZONE")
        {
            let observances: Option<Vec<_>> = zone.inner.iter().map(Observance::of).collect();
            if let (Some(name), Some(observances)) = (zone.text("TZID"), observances)
                && !observances.is_empty()
            {
                zones.insert(name, observances);
            }
        }
        Self(zones)
    }

    /// Returns the moment of a time on the wall, where the zone is described.
    pub(super) fn moment(&self, name: &str, wall_ms: i64) -> Option<i64> {
        let observances = self.0.get(name)?;
        let begun = observances
            .iter()
            .filter_map(|observance| Some((observance.last_onset(wall_ms)?, observance.to_ms)));
        let offset_ms = match begun.max() {
            Some((_, to_ms)) => to_ms,
            None => observances.iter().min_by_key(|it| it.start_ms)?.from_ms,
        };
        Some(wall_ms - offset_ms)
    }
}

impl Observance {
    fn of(component: &Component<'_>) -> Option<Self> {
        let value = |name: &str| component.get(name).map(|line| line.value());
        let mut observance = Self {
            start_ms: wall(value("DTSTART")?)?,
            from_ms: offset(value("TZOFFSETFROM")?)?,
            to_ms: offset(value("TZOFFSETTO")?)?,
            rule: None,
            until_ms: None,
            dates_ms: Vec::new(),
        };
        for (_, line) in component.lines.iter().filter(|(_, line)| line.is("RDATE")) {
            observance
                .dates_ms
                .extend(line.value().split(',').filter_map(wall));
        }
        if let Some(rule) = value("RRULE") {
            observance.yearly(rule)?;
        }
        Some(observance)
    }

    fn yearly(&mut self, rule: &str) -> Option<()> {
        let mut yearly = Yearly {
            month: Day::from_epoch_ms(self.start_ms).ymd().1,
            weekday: None,
        };
        for part in rule.split(';') {
            match part.split_once('=')? {
                ("FREQ", "YEARLY") | ("INTERVAL", "1") | ("WKST", _) => {}
                ("BYMONTH", month) => yearly.month = month.parse().ok()?,
                ("BYDAY", day) => yearly.weekday = Some(weekday(day)?),
                ("UNTIL", until) => self.until_ms = Some(wall(until)? + DAY_MS),
                _ => return None,
            }
        }
        self.rule = Some(yearly);
        Some(())
    }

    /// Returns the last beginning up to a time on the wall.
    fn last_onset(&self, wall_ms: i64) -> Option<i64> {
        let single = self.dates_ms.iter().copied().chain([self.start_ms]);
        let single = single.filter(|onset| *onset <= wall_ms).max();
        let Some(rule) = &self.rule else {
            return single;
        };
        let (year, ..) = Day::from_epoch_ms(wall_ms).ymd();
        let onsets = [year, year - 1]
            .into_iter()
            .filter_map(|year| self.onset_in(rule, year));
        let held = onsets.filter(|onset| {
            let is_over = self.until_ms.is_some_and(|until| *onset > until);
            *onset <= wall_ms && *onset >= self.start_ms && !is_over
        });
        let last = held
            .max()
            .or_else(|| self.last_by_rule(rule).filter(|last| *last <= wall_ms));
        single.max(last)
    }

    /// Returns the last beginning of a rule that has ended.
    fn last_by_rule(&self, rule: &Yearly) -> Option<i64> {
        let until_ms = self.until_ms?;
        let (year, ..) = Day::from_epoch_ms(until_ms).ymd();
        let onsets = [year, year - 1]
            .into_iter()
            .filter_map(|year| self.onset_in(rule, year));
        onsets
            .filter(|onset| *onset <= until_ms && *onset >= self.start_ms)
            .max()
    }

    fn onset_in(&self, rule: &Yearly, year: i32) -> Option<i64> {
        let start = Day::from_epoch_ms(self.start_ms);
        let clock_ms = self.start_ms - start.epoch_ms();
        let day = match rule.weekday {
            None => Day::from_ymd(year, rule.month, start.ymd().2)?,
            Some((nth, weekday)) if nth > 0 => {
                let first = Day::from_ymd(year, rule.month, 1)?;
                let ahead = (7 + i32::from(weekday) - i32::from(first.weekday())) % 7;
                first.plus_days(ahead + 7 * (nth - 1))
            }
            Some((nth, weekday)) => {
                let next = match rule.month {
                    12 => Day::from_ymd(year + 1, 1, 1)?,
                    month => Day::from_ymd(year, month + 1, 1)?,
                };
                let last = next.plus_days(-1);
                let behind = (7 + i32::from(last.weekday()) - i32::from(weekday)) % 7;
                last.plus_days(-behind + 7 * (nth + 1))
            }
        };
        Some(day.epoch_ms() + clock_ms)
    }
}

/// Reads `-1SU`: which, and the day of the week from Monday.
fn weekday(text: &str) -> Option<(i32, u8)> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = nth
        .parse()
        .ok()
        .filter(|nth| (-5..=5).contains(nth) && *nth != 0)?;
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let number = names.iter().position(|other| *other == name)?;
    Some((nth, u8::try_from(number).ok()?))
}

/// Reads `20261122T130000` as ms since 1970 as if it were universal time, and `20261122` as its
/// midnight.
pub(super) fn wall(text: &str) -> Option<i64> {
    let text = text.trim();
    let day = day(text.get(..8)?)?;
    let clock = match text[8..].trim_end_matches('Z') {
        "" => return Some(day.epoch_ms()),
        clock => clock.strip_prefix('T')?.as_bytes(),
    };
    let hours = dates::pair(clock, 0).filter(|hours| *hours < 24)?;
    let minutes = dates::pair(clock, 2).filter(|minutes| *minutes < 60)?;
    let seconds = match clock.len() {
        4 => 0,
        6 => dates::pair(clock, 4)
            .filter(|seconds| *seconds <= 60)?
            .min(59),
        _ => return None,
    };
    Some(day.epoch_ms() + (hours * 60 + minutes) * MINUTE_MS + seconds * 1_000)
}

/// Reads `20261122`.
pub(super) fn day(text: &str) -> Option<Day> {
    if text.len() != 8 || !text.is_ascii() {
        return None;
    }
    dates::day(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
}

/// Reads `+0100` and `-013000`.
fn offset(text: &str) -> Option<i64> {
    let (sign, digits) = text.split_at_checked(1)?;
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let bytes = digits.as_bytes();
    let hours = dates::pair(bytes, 0).filter(|hours| *hours < 24)?;
    let minutes = dates::pair(bytes, 2).filter(|minutes| *minutes < 60)?;
    let seconds = if bytes.len() == 6 {
        dates::pair(bytes, 4)?
    } else {
        0
    };
    Some(sign * ((hours * 60 + minutes) * MINUTE_MS + seconds * 1_000))
}

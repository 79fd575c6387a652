//! Timestamps: `<2010-08-10 Tue 13:20-14:00 +1w -3d>`, in brackets where they are past.

use lifeos_kernel::{Day, When};

use crate::dates;
use crate::options::MINUTE_MS;

const DAY_MINUTES: i64 = 24 * 60;

/// A timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) day: Day,
    /// Minutes after midnight.
    pub(super) minutes: Option<i64>,
    /// Minutes from its time to its second time on that day.
    pub(super) length_minutes: Option<u32>,
    pub(super) is_repeated: bool,
    pub(super) has_warning: bool,
}

impl Stamp {
    /// Reads the timestamp that a text begins with; returns what follows it.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let (inner, rest) = match text.as_bytes().first()? {
            b'<' => text[1..].split_once('>')?,
            b'[' => text[1..].split_once(']')?,
            _ => return None,
        };
        let mut words = inner.split_whitespace();
        let mut stamp = Self {
            day: dates::day(words.next()?)?,
            minutes: None,
            length_minutes: None,
            is_repeated: false,
            has_warning: false,
        };
        for word in words {
            if let Some((minutes, rest)) = hour(word) {
                stamp.minutes = Some(minutes);
                stamp.length_minutes = length(minutes, rest);
            } else if is_span(word.trim_start_matches(['+', '.'])) && word.starts_with(['+', '.']) {
                stamp.is_repeated = true;
            } else if word.starts_with('-') && is_span(word.trim_start_matches('-')) {
                stamp.has_warning = true;
            }
        }
        Some((stamp, rest))
    }

    /// Returns the day, or the time on the wall.
    pub(super) fn when(self) -> When {
        match self.minutes {
            Some(_) => dates::floating(self.wall_ms()),
            None => When::Day(self.day),
        }
    }

    /// Returns the time on the wall as if that were universal; of a day alone, its noon.
    pub(super) fn wall_ms(self) -> i64 {
        self.day.epoch_ms() + self.minutes.unwrap_or(DAY_MINUTES / 2) * MINUTE_MS
    }
}

/// Reads `9:05` or `13:20`, and returns what follows.
fn hour(text: &str) -> Option<(i64, &str)> {
    let (hours, rest) = text.split_once(':')?;
    let minutes = dates::pair(rest.as_bytes(), 0).filter(|minutes| *minutes < 60)?;
    let hours: i64 = match hours.as_bytes() {
        [digit @ b'0'..=b'9'] => i64::from(digit - b'0'),
        two => dates::pair(two, 0).filter(|_| two.len() == 2)?,
    };
    (hours < 24).then_some((hours * 60 + minutes, &rest[2..]))
}

fn length(from: i64, rest: &str) -> Option<u32> {
    let (to, _) = hour(rest.trim_start_matches('-'))?;
    u32::try_from(to - from).ok().filter(|minutes| *minutes > 0)
}

/// Says whether a text is `3d`, `1w` or the like.
fn is_span(text: &str) -> bool {
    let text = text.split('/').next().unwrap_or_default();
    let digits = text.trim_end_matches(['h', 'd', 'w', 'm', 'y']);
    !digits.is_empty() && digits.len() < text.len() && digits.bytes().all(|b| b.is_ascii_digit())
}

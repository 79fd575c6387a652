//! The values of a row by the names of their columns, and how Things writes days and moments.

use lifeos_kernel::Day;

use crate::findings::Findings;
use crate::options::LAST_MOMENT_MS;
use crate::place::{Place, Spot};
use crate::report::{Notice, Reason};
use crate::sqlite::{Row, Value};

/// A row, and what was found on the way.
pub(super) struct Fields<'f> {
    columns: &'static [&'static str],
    row: Row,
    pub(super) spot: Spot,
    pub(super) findings: &'f mut Findings,
}

impl<'f> Fields<'f> {
    pub(super) fn new(
        table: &'static str,
        columns: &'static [&'static str],
        row: Row,
        findings: &'f mut Findings,
    ) -> Self {
        Self {
            columns,
            spot: Spot::TableRow(table, row.row_id),
            row,
            findings,
        }
    }

    fn take(&mut self, column: &str) -> Value {
        let place = self.columns.iter().position(|name| *name == column);
        let place = place.expect("a column that is taken was asked for");
        std::mem::replace(&mut self.row.values[place], Value::Null)
    }

    pub(super) fn note(&mut self, reason: Reason) {
        self.findings.not_understood(reason, &Place::at(self.spot));
    }

    fn mistyped<T>(&mut self) -> Option<T> {
        self.note(Reason::WrongType);
        None
    }

    /// Returns a text; an empty one is none.
    pub(super) fn text(&mut self, column: &str) -> Option<String> {
        match self.take(column) {
            Value::Null => None,
            Value::Text(text) => {
                if text.contains(char::REPLACEMENT_CHARACTER) {
                    self.findings.warn(Notice::DamagedCharacters);
                }
                Some(text).filter(|text| !text.is_empty())
            }
            _ => self.mistyped(),
        }
    }

    /// Returns a whole number.
    pub(super) fn whole(&mut self, column: &str) -> Option<i64> {
        match self.take(column) {
            Value::Null => None,
            Value::Whole(number) => Some(number),
            _ => self.mistyped(),
        }
    }

    /// Says whether a column holds anything.
    pub(super) fn holds(&mut self, column: &str) -> bool {
        self.take(column) != Value::Null
    }

    /// Returns a day, which is packed into the bits of a number: the year above four for the month,
    /// five for the day, and seven that are not used.
    pub(super) fn day(&mut self, column: &str) -> Option<Day> {
        let packed = self.whole(column)?;
        let day = unpacked(packed);
        if day.is_none() {
            self.note(Reason::NotADay);
        }
        day
    }

    /// Returns a moment in ms since 1970 of one in seconds.
    pub(super) fn moment(&mut self, column: &str) -> Option<i64> {
        let seconds = match self.take(column) {
            Value::Null => return None,
            Value::Number(seconds) => seconds,
            #[expect(clippy::cast_precision_loss, reason = "what is larger is no moment")]
            Value::Whole(seconds) => seconds as f64,
            _ => return self.mistyped(),
        };
        let ms = (seconds * 1_000.0).round();
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        if (0.0..=LAST_MOMENT_MS as f64).contains(&ms) {
            #[expect(clippy::cast_possible_truncation, reason = "in range, checked")]
            return Some(ms as i64);
        }
        self.note(Reason::NotAMoment);
        None
    }
}

fn unpacked(packed: i64) -> Option<Day> {
    let bits = |from: u32, count: u32| (packed >> from) & ((1 << count) - 1);
    if bits(0, 7) != 0 {
        return None;
    }
    let year = i32::try_from(packed >> 16).ok()?;
    let month = u8::try_from(bits(12, 4)).ok()?;
    let day = u8::try_from(bits(7, 5)).ok()?;
    Day::from_ymd(year, month, day).filter(|_| (1..=9_999).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_day_is_read_and_a_wrong_one_is_none() {
        let day = |year, month, day| Day::from_ymd(year, month, day);
        assert_eq!(unpacked(132_464_128), day(2021, 3, 28));
        assert_eq!(unpacked(132_814_976), day(2026, 9, 17));
        // Where a repeating to-do has a deadline, the database says so with a day far off.
        assert_eq!(unpacked(262_213_760), day(4001, 1, 1));
        for wrong in [
            0,
            1,
            -1,
            132_464_129,
            2_021 << 16 | 13 << 12 | 1 << 7,
            2_021 << 16 | 2 << 12 | 30 << 7,
            10_000 << 16 | 1 << 12 | 1 << 7,
            i64::MIN,
            i64::MAX,
        ] {
            assert_eq!(unpacked(wrong), None, "{wrong}");
        }
    }
}

//! Dates as people mean them: a civil day, a time on the wall wherever one is, a moment in a
//! named zone. Rules of time zones are resolved at the edge; here is only arithmetic.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::pack::{Pack, PackError, Packer, Unpacker};

const MS_PER_DAY: i64 = 86_400_000;

/// A civil date (proleptic Gregorian), as days since 1970-01-01. Years 0000 to 9999.
/// Text form, everywhere: `2026-11-21`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A text that is not a date or a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date or a time of day")]
pub struct CivilTextError;

impl Day {
    /// 0000-01-01.
    pub const FIRST: Self = Self(-719_528);
    /// 9999-12-31.
    pub const LAST: Self = Self(2_932_896);

    /// Returns the date, if there is such a day.
    #[must_use]
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(0..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || day == 0
            || day > days_in(year, month)
        {
            return None;
        }
        // Days from civil by eras of 400 years that begin in March.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i32::from(month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// Returns year, month (1–12) and day of the month.
    #[must_use]
    pub fn ymd(self) -> (i32, u8, u8) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        } as u8;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// Returns the day that holds the milliseconds given, kept within the first and last day.
    #[must_use]
    pub fn from_epoch_ms(ms: i64) -> Self {
        let days = ms.div_euclid(MS_PER_DAY);
        Self(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })).kept()
    }

    /// Returns the day that many days after 1970-01-01, kept within the first and last day.
    #[must_use]
    pub fn from_epoch_days(days: i32) -> Self {
        Self(days).kept()
    }

    /// Returns days since 1970-01-01.
    #[must_use]
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// Returns the milliseconds of its first moment, as if local time were UTC.
    #[must_use]
    pub fn epoch_ms(self) -> i64 {
        i64::from(self.0) * MS_PER_DAY
    }

    /// Returns the day that many days later, kept within the first and last day.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days)).kept()
    }

    /// Returns the day of the week, 0 for Monday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }

    fn kept(self) -> Self {
        self.clamp(Self::FIRST, Self::LAST)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = CivilTextError;
    fn from_str(text: &str) -> Result<Self, CivilTextError> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(CivilTextError);
        }
        let year = digits(&bytes[..4])?;
        let month = digits(&bytes[5..7])?;
        let day = digits(&bytes[8..])?;
        Self::from_ymd(year, month as u8, day as u8).ok_or(CivilTextError)
    }
}

/// A time of day in minutes after midnight, 0 to 1439. Text form, everywhere: `09:05`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minute(pub(crate) u16);

impl Minute {
    /// Returns the time of day, if there is such a minute.
    #[must_use]
    pub fn new(minutes: u16) -> Option<Self> {
        (minutes < 1_440).then_some(Self(minutes))
    }

    /// Returns minutes after midnight.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Minute {
    type Err = CivilTextError;
    fn from_str(text: &str) -> Result<Self, CivilTextError> {
        let bytes = text.as_bytes();
        if bytes.len() != 5 || bytes[2] != b':' {
            return Err(CivilTextError);
        }
        let (hours, minutes) = (digits(&bytes[..2])?, digits(&bytes[3..])?);
        if hours > 23 || minutes > 59 {
            return Err(CivilTextError);
        }
        Ok(Self((hours * 60 + minutes) as u16))
    }
}

fn digits(bytes: &[u8]) -> Result<i32, CivilTextError> {
    bytes.iter().try_fold(0, |sum, byte| match byte {
        b'0'..=b'9' => Ok(sum * 10 + i32::from(byte - b'0')),
        _ => Err(CivilTextError),
    })
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

macro_rules! text_form {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a date or a time of day")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
        #[cfg(feature = "ts")]
        impl ts_rs::TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;
            fn name(_: &ts_rs::Config) -> String {
                "string".to_owned()
            }
            fn inline(_: &ts_rs::Config) -> String {
                "string".to_owned()
            }
        }
    };
}
text_form!(Day);
text_form!(Minute);

/// A date in one of the three ways in which people mean it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "kernel.ts"))]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum When {
    /// A day, wherever one is.
    Day(Day),
    /// A time on the wall, wherever one is.
    Floating {
        /// The date on the calendar.
        day: Day,
        /// The time on the clock.
        minute: Minute,
    },
    /// One moment, the same everywhere.
    Zoned {
        /// The moment, in milliseconds since 1970, UTC.
        at_ms: i64,
        /// The IANA name of the zone in which it was meant.
        zone: ZoneName,
        /// Local time minus UTC in that zone at that moment, in minutes, as known when it was set.
        offset_minutes: i16,
    },
}

/// The IANA name of a time zone: letters, digits and `+-_/`, at most 64.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ZoneName(String);

impl ZoneName {
    /// Reads a name; whether there is such a zone is known at the edge only.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let fits = !name.is_empty()
            && name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-_/".contains(&byte));
        fits.then(|| Self(name.to_owned()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ZoneName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| D::Error::custom("not the name of a time zone"))
    }
}

#[cfg(feature = "ts")]
impl ts_rs::TS for ZoneName {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;
    fn name(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
    fn inline(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
}

impl Pack for Day {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        let day = Self(i32::unpack(from)?);
        if day == day.kept() {
            Ok(day)
        } else {
            Err(PackError::OutOfRange)
        }
    }
}

impl Pack for Minute {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Self::new(u16::unpack(from)?).ok_or(PackError::OutOfRange)
    }
}

impl Pack for ZoneName {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Self::new(&String::unpack(from)?).ok_or(PackError::OutOfRange)
    }
}

impl Pack for When {
    fn pack(&self, out: &mut Packer) {
        match self {
            Self::Day(day) => {
                out.byte(0);
                day.pack(out);
            }
            Self::Floating { day, minute } => {
                out.byte(1);
                day.pack(out);
                minute.pack(out);
            }
            Self::Zoned {
                at_ms,
                zone,
                offset_minutes,
            } => {
                out.byte(2);
                at_ms.pack(out);
                zone.pack(out);
                offset_minutes.pack(out);
            }
        }
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        match from.byte()? {
            0 => Day::unpack(from).map(Self::Day),
            1 => Ok(Self::Floating {
                day: Pack::unpack(from)?,
                minute: Pack::unpack(from)?,
            }),
            2 => Ok(Self::Zoned {
                at_ms: Pack::unpack(from)?,
                zone: Pack::unpack(from)?,
                offset_minutes: Pack::unpack(from)?,
            }),
            _ => Err(PackError::OutOfRange),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_reads_back() {
        let mut expected = (0, 1, 1);
        for days in Day::FIRST.0..=Day::LAST.0 {
            let day = Day(days);
            assert_eq!(day.ymd(), expected);
            assert_eq!(Day::from_ymd(expected.0, expected.1, expected.2), Some(day));
            expected = if expected.2 < days_in(expected.0, expected.1) {
                (expected.0, expected.1, expected.2 + 1)
            } else if expected.1 < 12 {
                (expected.0, expected.1 + 1, 1)
            } else {
                (expected.0 + 1, 1, 1)
            };
        }
        assert_eq!(expected, (10_000, 1, 1));
    }

    #[test]
    fn known_days_have_their_numbers_and_weekdays() {
        assert_eq!("1970-01-01".parse::<Day>().unwrap(), Day(0));
        assert_eq!(Day(0).weekday(), 3);
        let day = "2026-11-21".parse::<Day>().unwrap();
        assert_eq!(day.weekday(), 5);
        assert_eq!(day.to_string(), "2026-11-21");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-01",
            "2026/01/01",
            "",
            "+026-01-01",
            "２０２６-01-01",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        for bad in ["24:00", "9:00", "09:60", "0900", "-1:00"] {
            assert!(bad.parse::<Minute>().is_err(), "{bad}");
        }
        assert!(ZoneName::new("Europe/Berlin").is_some());
        assert!(ZoneName::new("Europe/Ber lin").is_none());
    }
}

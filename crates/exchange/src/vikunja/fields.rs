//! The members of an object, by type, and how Vikunja writes moments.

use lifeos_kernel::Day;

use crate::findings::Findings;
use crate::json::{Json, Map};
use crate::options::LAST_MOMENT_MS;
use crate::place::Place;
use crate::report::Reason;

/// An object of the file with the place where it stands.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a, 'j> {
    pub(super) map: &'j Map,
    pub(super) place: Place<'a>,
}

impl<'j> Fields<'_, 'j> {
    fn typed<T: 'j>(
        &self,
        name: &str,
        findings: &mut Findings,
        as_type: impl Fn(&'j Json) -> Option<T>,
    ) -> Option<T> {
        let value = self.map.get(name).filter(|value| **value != Json::Null)?;
        let typed = as_type(value);
        if typed.is_none() {
            findings.not_understood(Reason::WrongType, &self.place.name(name));
        }
        typed
    }

    pub(super) fn text(&self, name: &str, findings: &mut Findings) -> &'j str {
        self.typed(name, findings, Json::as_text)
            .unwrap_or_default()
    }

    pub(super) fn whole(&self, name: &str, findings: &mut Findings) -> Option<i64> {
        self.typed(name, findings, Json::as_whole)
    }

    /// Returns an id; zero and less stand for none.
    pub(super) fn id(&self, name: &str, findings: &mut Findings) -> Option<i64> {
        self.whole(name, findings).filter(|id| *id > 0)
    }

    pub(super) fn is_positive(&self, name: &str, findings: &mut Findings) -> bool {
        let number = |value: &Json| match value {
            Json::Whole(number) => Some(*number > 0),
            Json::Number(number) => Some(*number > 0.0),
            _ => None,
        };
        self.typed(name, findings, number).unwrap_or(false)
    }

    pub(super) fn flag(&self, name: &str, findings: &mut Findings) -> bool {
        let flag = |value: &Json| match value {
            Json::Flag(flag) => Some(*flag),
            _ => None,
        };
        self.typed(name, findings, flag).unwrap_or(false)
    }

    pub(super) fn list(&self, name: &str, findings: &mut Findings) -> &'j [Json] {
        self.typed(name, findings, Json::as_list)
            .unwrap_or_default()
    }

    pub(super) fn map(&self, name: &str, findings: &mut Findings) -> Option<&'j Map> {
        self.typed(name, findings, Json::as_map)
    }

    /// Returns a moment in ms since 1970; the year one stands for none.
    pub(super) fn moment(&self, name: &str, findings: &mut Findings) -> Option<i64> {
        let text = self.text(name, findings);
        if text.is_empty() || text.starts_with("0001-01-01T") {
            return None;
        }
        let found = moment(text).filter(|ms| (0..=LAST_MOMENT_MS).contains(ms));
        if found.is_none() {
            findings.not_understood(Reason::NotAMoment, &self.place.name(name));
        }
        found
    }

    /// Notes members that hold something and are not known, one finding for all of a name.
    pub(super) fn expect_only(&self, known: &[&str], all: &Place<'_>, findings: &mut Findings) {
        for (name, value) in self.map.iter() {
            if !value.is_blank() && !known.contains(&name) {
                findings.alike(Reason::UnknownField, &all.name(name));
            }
        }
    }
}

/// Reads a moment of RFC 3339, with seconds and any fraction of them.
fn moment(text: &str) -> Option<i64> {
    let (day, rest) = text.split_once('T')?;
    let day: Day = day.parse().ok()?;
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (clock, zone) = rest.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock)?;
    let is_clock = hour < 24 && minute < 60 && second < 61;
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit()) && !fraction.is_empty();
    let offset_minutes = match zone.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign @ ("+" | "-"), offset) => {
            let [hours, minutes] = numbers(offset)?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            let minutes = hours * 60 + minutes;
            if sign == "-" { -minutes } else { minutes }
        }
        _ => return None,
    };
    if !is_clock || !is_fraction {
        return None;
    }
    let ms: String = fraction.chars().chain("000".chars()).take(3).collect();
    let minutes = i64::from(day.epoch_days()) * 1_440 + hour * 60 + minute - offset_minutes;
    Some((minutes * 60 + second) * 1_000 + ms.parse::<i64>().ok()?)
}

/// Reads numbers of two digits between colons.
fn numbers<const N: usize>(text: &str) -> Option<[i64; N]> {
    let two = |part: &str| {
        let is_two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| part.parse().ok()).flatten()
    };
    let parts: Option<Vec<i64>> = text.split(':').map(two).collect();
    parts?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_is_read_with_its_fraction_and_its_offset() {
        assert_eq!(moment("2023-01-13T14:59:49Z"), Some(1_673_621_989_000));
        assert_eq!(moment("2023-01-13T15:59:49+01:00"), Some(1_673_621_989_000));
        assert_eq!(
            moment("2023-01-13T09:29:49.25-05:30"),
            Some(1_673_621_989_250)
        );
        assert_eq!(
            moment("2023-01-13T14:59:49.123456789Z"),
            Some(1_673_621_989_123)
        );
        for wrong in [
            "",
            "2023-01-13",
            "2023-01-13T14:59:49",
            "2023-02-30T14:59:49Z",
            "2023-01-13T24:00:00Z",
            "2023-01-13T14:59Z",
            "2023-01-13T14:59:49.Z",
            "2023-01-13T14:59:49Zulu",
            "2023-01-13T14:59:49+0100",
            "2023-01-13T1:59:49Z",
            "2023-01-13T14:59:49+1é",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}

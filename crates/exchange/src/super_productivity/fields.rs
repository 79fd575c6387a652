//! Typed access to an entity's fields; what has the wrong type is noted with its place.

use lifeos_kernel::Day;

use crate::findings::Findings;
use crate::json::{Json, Map};
use crate::options::LAST_MOMENT_MS;
use crate::place::Place;
use crate::report::Reason;

/// A year: no estimate and no day's work is longer.
const LONGEST_MS: i64 = 366 * 86_400_000;

/// The fields of one entity, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a, 'j> {
    pub(super) map: &'j Map,
    pub(super) place: Place<'a>,
}

impl<'j> Fields<'_, 'j> {
    pub(super) fn get(&self, name: &str) -> Option<&'j Json> {
        self.map.get(name).filter(|value| **value != Json::Null)
    }

    pub(super) fn text(&self, name: &str, findings: &mut Findings) -> Option<&'j str> {
        self.typed(name, findings, Json::as_text)
    }

    /// Returns an id; whole numbers, as old releases wrote for issues, are no ids of entities.
    pub(super) fn id(&self, name: &str, findings: &mut Findings) -> Option<&'j str> {
        self.text(name, findings).filter(|id| !id.is_empty())
    }

    pub(super) fn flag(&self, name: &str, findings: &mut Findings) -> bool {
        let as_flag = |value: &'j Json| match value {
            Json::Flag(flag) => Some(*flag),
            _ => None,
        };
        self.typed(name, findings, as_flag).unwrap_or(false)
    }

    /// Returns a moment in ms since 1970; zero stands for none.
    pub(super) fn moment(&self, name: &str, findings: &mut Findings) -> Option<i64> {
        let whole = self.number(name, findings)?;
        match whole {
            Some(0) => None,
            Some(ms @ 1..=LAST_MOMENT_MS) => Some(ms),
            _ => {
                findings.not_understood(Reason::NotAMoment, &self.place.name(name));
                None
            }
        }
    }

    pub(super) fn day(&self, name: &str, findings: &mut Findings) -> Option<Day> {
        let text = self.text(name, findings).filter(|text| !text.is_empty())?;
        let day = day(text);
        if day.is_none() {
            findings.not_understood(Reason::NotADay, &self.place.name(name));
        }
        day
    }

    pub(super) fn duration_ms(&self, name: &str, findings: &mut Findings) -> Option<i64> {
        let whole = self.number(name, findings)?;
        if let Some(ms @ 0..=LONGEST_MS) = whole {
            return Some(ms);
        }
        findings.not_understood(Reason::NotADuration, &self.place.name(name));
        None
    }

    /// Returns the texts of a list, those that are none left out and noted.
    pub(super) fn ids(&self, name: &str, findings: &mut Findings) -> Vec<&'j str> {
        let list = self.typed(name, findings, Json::as_list);
        let mut ids = Vec::new();
        for (index, value) in list.unwrap_or_default().iter().enumerate() {
            match value {
                Json::Text(id) => ids.push(&**id),
                Json::Null => {}
                _ => {
                    let at = self.place.name(name);
                    findings.not_understood(Reason::WrongType, &at.index(index));
                }
            }
        }
        ids
    }

    pub(super) fn typed<T: 'j>(
        &self,
        name: &str,
        findings: &mut Findings,
        as_type: impl Fn(&'j Json) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name)?;
        let typed = as_type(value);
        if typed.is_none() {
            findings.not_understood(Reason::WrongType, &self.place.name(name));
        }
        typed
    }

    /// Notes fields that hold something and are not known, one finding for all of a name.
    pub(super) fn expect_only(&self, known: &[&str], all: &Place<'_>, findings: &mut Findings) {
        for (name, value) in self.map.iter() {
            let holds_something = matches!(value, Json::Whole(_)) || !value.is_blank();
            if holds_something && !name.starts_with('_') && !known.contains(&name) {
                findings.alike(Reason::UnknownField, &all.name(name));
            }
        }
    }

    /// The inner option is empty where the number does not fit.
    fn number(&self, name: &str, findings: &mut Findings) -> Option<Option<i64>> {
        self.typed(name, findings, |value| match value {
            Json::Whole(_) | Json::Number(_) => Some(value.as_whole()),
            _ => None,
        })
    }
}

/// Reads a day of the calendar; there is no year 0.
pub(super) fn day(text: &str) -> Option<Day> {
    text.parse().ok().filter(|day: &Day| day.ymd().0 > 0)
}

/// Reads the ms of one day's work.
pub(super) fn day_ms(value: &Json) -> Option<i64> {
    value.as_whole().filter(|ms| (0..=LONGEST_MS).contains(ms))
}

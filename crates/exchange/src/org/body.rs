//! What stands under a heading: planning, properties, clocks, a checklist, and the text.

use std::collections::BTreeMap;

use lifeos_kernel::Day;

use crate::findings::Findings;
use crate::options::MINUTE_MS;
use crate::place::{Place, Spot};
use crate::record::DAYS;
use crate::report::{Homeless, Notice, Reason};

use super::stamp::Stamp;

const LONGEST_MINUTES: i64 = 366 * 24 * 60;

/// The lines under one heading, taken apart.
#[derive(Default)]
pub(super) struct Body<'t> {
    pub(super) scheduled: Option<Stamp>,
    pub(super) deadline: Option<Stamp>,
    pub(super) closed: Option<Stamp>,
    pub(super) id: Option<&'t str>,
    pub(super) created: Option<Stamp>,
    pub(super) effort_minutes: Option<u32>,
    /// Other properties, as `name: value`.
    pub(super) details: Vec<String>,
    pub(super) spent: BTreeMap<Day, u32>,
    pub(super) checklist: Vec<(&'t str, bool)>,
    pub(super) text: Vec<&'t str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Text,
    Properties,
    Logbook,
    /// A block in which no line means anything but itself.
    Block,
}

impl<'t> Body<'t> {
    /// Reads the lines of a task, the first of which has the number given.
    pub(super) fn read(lines: &[&'t str], first: usize, findings: &mut Findings) -> Self {
        let mut body = Self::default();
        let mut inside = Inside::Text;
        for (number, line) in (first..).zip(lines) {
            let trimmed = line.trim();
            let here = Spot::Line(number);
            match inside {
                Inside::Block => {
                    body.text.push(line);
                    if begins(trimmed, "#+END") {
                        inside = Inside::Text;
                    }
                }
                _ if trimmed.eq_ignore_ascii_case(":END:") => inside = Inside::Text,
                Inside::Properties => body.property(trimmed, here, findings),
                Inside::Logbook if begins(trimmed, "CLOCK:") => body.clock(trimmed, here, findings),
                Inside::Logbook if trimmed.starts_with("- State ") => {
                    findings.left_out(Homeless::History, 1);
                }
                Inside::Logbook => body.text.push(line),
                Inside::Text if trimmed.eq_ignore_ascii_case(":PROPERTIES:") => {
                    inside = Inside::Properties;
                }
                Inside::Text if trimmed.eq_ignore_ascii_case(":LOGBOOK:") => {
                    inside = Inside::Logbook;
                }
                Inside::Text if begins(trimmed, "#+BEGIN") => {
                    inside = Inside::Block;
                    body.text.push(line);
                }
                Inside::Text if begins(trimmed, "CLOCK:") => body.clock(trimmed, here, findings),
                Inside::Text if body.is_planning(trimmed) => body.planning(trimmed, here, findings),
                Inside::Text => match checkbox(trimmed) {
                    Some(entry) => body.checklist.push(entry),
                    None => body.text.push(line),
                },
            }
        }
        body
    }

    /// Planning stands in front of everything else.
    fn is_planning(&self, line: &str) -> bool {
        let is_first = self.text.iter().all(|line| line.trim().is_empty());
        let names = ["SCHEDULED:", "DEADLINE:", "CLOSED:"];
        is_first && names.iter().any(|name| line.starts_with(name))
    }

    fn planning(&mut self, line: &str, here: Spot, findings: &mut Findings) {
        let mut rest = line;
        while !rest.is_empty() {
            let Some((name, behind)) = rest.split_once(':') else {
                break;
            };
            let Some((stamp, mut behind)) = Stamp::read(behind.trim_start()) else {
                findings.not_understood(Reason::NotADay, &Place::at(here));
                break;
            };
            if let Some((_, end)) = behind.strip_prefix("--").and_then(Stamp::read) {
                findings.warn(Notice::EndDropped);
                behind = end;
            }
            findings.left_out(Homeless::Repeats, usize::from(stamp.is_repeated));
            findings.left_out(Homeless::Reminders, usize::from(stamp.has_warning));
            match name.trim() {
                "SCHEDULED" => self.scheduled = Some(stamp),
                "DEADLINE" => self.deadline = Some(stamp),
                "CLOSED" => self.closed = Some(stamp),
                _ => findings.not_understood(Reason::UnknownField, &Place::at(here)),
            }
            rest = behind.trim_start();
        }
    }

    fn property(&mut self, line: &'t str, here: Spot, findings: &mut Findings) {
        let named = line.strip_prefix(':').and_then(|line| line.split_once(':'));
        let Some((name, value)) = named else {
            if !line.is_empty() {
                findings.not_understood(Reason::NotARow, &Place::at(here));
            }
            return;
        };
        let value = value.trim();
        match name.to_uppercase().as_str() {
            "ID" => self.id = Some(value),
            "EFFORT" => {
                self.effort_minutes = duration_minutes(value);
                if self.effort_minutes.is_none() && !value.is_empty() {
                    findings.not_understood(Reason::NotADuration, &Place::at(here));
                }
            }
            "CREATED" => {
                self.created = Stamp::read(value).map(|(stamp, _)| stamp);
                if self.created.is_none() {
                    findings.not_understood(Reason::NotAMoment, &Place::at(here));
                }
            }
            _ if value.is_empty() => {}
            _ => self.details.push(format!("{name}: {value}")),
        }
    }

    /// Reads `CLOCK: [from]--[to] => 0:10`; a clock that still runs has no end.
    fn clock(&mut self, line: &str, here: Spot, findings: &mut Findings) {
        let (_, rest) = line.split_once(':').unwrap_or_default();
        let Some((from, rest)) = Stamp::read(rest.trim_start()) else {
            findings.not_understood(Reason::NotAMoment, &Place::at(here));
            return;
        };
        if rest.trim().is_empty() {
            findings.left_out(Homeless::History, 1);
            return;
        }
        let to = rest.strip_prefix("--").and_then(Stamp::read);
        let minutes = to.map(|(to, _)| (to.wall_ms() - from.wall_ms()) / MINUTE_MS);
        let minutes = minutes.filter(|minutes| (0..=LONGEST_MINUTES).contains(minutes));
        let Some(minutes) = minutes.and_then(|minutes| u32::try_from(minutes).ok()) else {
            findings.not_understood(Reason::NotADuration, &Place::at(here));
            return;
        };
        if self.spent.len() == DAYS && !self.spent.contains_key(&from.day) {
            findings.not_understood(Reason::TooLong, &Place::at(here));
        } else if minutes > 0 {
            let day = self.spent.entry(from.day).or_default();
            *day = day.saturating_add(minutes).min(366 * 24 * 60);
        }
    }
}

/// Reads `- [ ] text` and `- [X] text`.
fn checkbox(line: &str) -> Option<(&str, bool)> {
    let rest = line
        .strip_prefix("- ")
        .or_else(|| line.strip_prefix("+ "))?;
    let rest = rest.strip_prefix('[')?;
    let is_done = match rest.as_bytes().first()? {
        b' ' | b'-' => false,
        b'X' | b'x' => true,
        _ => return None,
    };
    Some((rest[1..].strip_prefix("] ")?.trim(), is_done))
}

/// Reads `1:10` as hours and minutes, and `70` as minutes.
fn duration_minutes(text: &str) -> Option<u32> {
    let minutes: i64 = match text.split_once(':') {
        Some((hours, minutes)) => {
            let minutes: i64 = minutes
                .parse()
                .ok()
                .filter(|minutes| (0..60).contains(minutes))?;
            hours
                .parse::<i64>()
                .ok()?
                .checked_mul(60)?
                .checked_add(minutes)?
        }
        None => text.parse().ok()?,
    };
    let minutes = Some(minutes).filter(|minutes| (1..=LONGEST_MINUTES).contains(minutes));
    minutes.and_then(|minutes| u32::try_from(minutes).ok())
}

fn begins(line: &str, word: &str) -> bool {
    line.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}

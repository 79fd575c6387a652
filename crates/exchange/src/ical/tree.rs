//! From lines to components inside each other; lines unfolded, numbered as they stand.

use std::borrow::Cow;

use crate::findings::Findings;
use crate::place::{Place, Spot};
use crate::report::Reason;
use crate::{Limits, Refused};

use super::line::Line;

/// Components inside each other: a calendar, a task, its alarm, and room.
const DEPTH: usize = 8;

/// A component with its properties and those inside it.
pub(super) struct Component<'t> {
    /// In capitals.
    pub(super) name: String,
    /// Where it begins, counted from one.
    pub(super) line: usize,
    pub(super) lines: Vec<(usize, Line<'t>)>,
    pub(super) inner: Vec<Component<'t>>,
}

impl<'t> Component<'t> {
    pub(super) fn get(&self, name: &str) -> Option<&Line<'t>> {
        let mut lines = self.lines.iter();
        lines.find(|(_, line)| line.is(name)).map(|(_, line)| line)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(Line::text)
    }
}

/// Reads all components of a text. Of those that are only counted, the properties are not kept.
pub(super) fn read<'t>(
    text: &'t str,
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Vec<Component<'t>>, Refused> {
    let mut done = Vec::new();
    let mut open: Vec<Component<'t>> = Vec::new();
    let mut left = limits.values;
    let mut last = 1;
    for (number, raw) in unfolded(text) {
        last = number;
        if raw.trim().is_empty() {
            continue;
        }
        left = left.checked_sub(1).ok_or(Refused::TooManyValues {
            limit: limits.values,
        })?;
        let here = Place::at(Spot::Line(number));
        let Some(line) = Line::read(raw) else {
            findings.not_understood(Reason::NotARow, &here);
            continue;
        };
        match line.name().as_str() {
            "BEGIN" => {
                if open.len() == DEPTH {
                    return Err(Refused::TooDeep { limit: DEPTH });
                }
                open.push(Component {
                    name: line.value().to_ascii_uppercase(),
                    line: number,
                    lines: Vec::new(),
                    inner: Vec::new(),
                });
            }
            "END" => match open.pop() {
                Some(component) if line.value().eq_ignore_ascii_case(&component.name) => {
                    match open.last_mut() {
                        Some(outer) => outer.inner.push(component),
                        None => done.push(component),
                    }
                }
                // An end of something else: where anything belongs from here on is not known.
                _ => {
                    return Err(Refused::Malformed {
                        line: number,
                        column: 1,
                    });
                }
            },
            _ => match open.last_mut() {
                Some(component) if is_counted_only(&component.name) => {}
                Some(component) => component.lines.push((number, line)),
                None => findings.not_understood(Reason::NotARow, &here),
            },
        }
    }
    if open.is_empty() {
        return Ok(done);
    }
    Err(Refused::CutShort {
        line: last,
        column: 1,
    })
}

fn is_counted_only(name: &str) -> bool {
    matches!(name, "VEVENT" | "VJOURNAL" | "VFREEBUSY" | "VALARM")
}

/// Returns lines with those that continue them, numbered by their first.
fn unfolded(text: &str) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    let mut lines = (1..).zip(
        text.split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line)),
    );
    let mut next = lines.next();
    std::iter::from_fn(move || {
        let (number, first) = next.take()?;
        let mut line = Cow::Borrowed(first);
        for (at, more) in lines.by_ref() {
            match more.strip_prefix([' ', '\t']) {
                Some(more) => line.to_mut().push_str(more),
                None => {
                    next = Some((at, more));
                    break;
                }
            }
        }
        Some((number, line))
    })
}

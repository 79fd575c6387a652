//! Comma-separated values (RFC 4180) with their headings, row by row, as views into the text.
//!
//! Semicolons and tabs separate as well, as spreadsheets write them. A quote that is never closed
//! is a file that was cut short, and not a cell that reaches to its end.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::findings::Findings;
use crate::place::{Place, Spot};
use crate::report::Reason;
use crate::{Limits, Refused};

/// Rows among which the headings are looked for; TickTick has three in front of them.
const HEADING_WITHIN: usize = 10;

/// One row.
pub(crate) struct Row<'t> {
    /// Counted from one, as spreadsheets do; a cell of several lines is in one row.
    pub(crate) number: usize,
    cells: Vec<Cow<'t, str>>,
}

/// A table whose headings are known.
pub(crate) struct Table<'t> {
    rows: Rows<'t>,
    headings: Headings,
}

/// Columns by name, in small letters.
#[derive(Default)]
pub(crate) struct Headings {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
    row: usize,
}

impl Headings {
    fn of(row: &Row<'_>) -> Self {
        let names: Vec<String> = row
            .cells
            .iter()
            .map(|cell| cell.trim().to_lowercase())
            .collect();
        let mut numbers = HashMap::new();
        for (number, name) in names.iter().enumerate() {
            numbers.entry(name.clone()).or_insert(number);
        }
        Self {
            names,
            numbers,
            row: row.number,
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.numbers.contains_key(name)
    }

    /// Says whether these are all headings, in this order.
    pub(crate) fn are(&self, names: &[&str]) -> bool {
        self.names == names
    }
}

impl<'t> Table<'t> {
    /// Returns the table whose headings are found wanted, among its first rows.
    pub(crate) fn open(
        text: &'t str,
        limits: &Limits,
        wanted: impl Fn(&Headings) -> bool,
    ) -> Option<Self> {
        for separator in [b',', b';', b'\t'] {
            let mut rows = Rows::new(text, separator, limits.values);
            while let Ok(Some(row)) = rows.next() {
                if row.cells.len() > 1 {
                    let headings = Headings::of(&row);
                    if wanted(&headings) {
                        return Some(Self { rows, headings });
                    }
                }
                if row.number >= HEADING_WITHIN {
                    break;
                }
            }
        }
        None
    }

    /// Returns the next row that is not empty.
    pub(crate) fn next(&mut self, findings: &mut Findings) -> Result<Option<Row<'t>>, Refused> {
        while let Some(row) = self.rows.next()? {
            if row.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            // The last row of a file that was cut between two cells.
            let is_cut = self.rows.is_at_end_of_text && row.cells.len() < self.headings.names.len();
            if is_cut {
                findings.not_understood(Reason::Missing, &Place::at(Spot::Row(row.number)));
            }
            return Ok(Some(row));
        }
        Ok(None)
    }

    /// Returns the cell under that heading without the white space around it.
    pub(crate) fn cell<'r>(&self, row: &'r Row<'t>, name: &str) -> &'r str {
        let number = self.headings.numbers.get(name);
        let cell = number.and_then(|number| row.cells.get(*number));
        cell.map_or("", |cell| cell.trim())
    }

    /// Returns the cell under that heading as it stands.
    pub(crate) fn whole<'r>(&self, row: &'r Row<'t>, name: &str) -> &'r str {
        let number = self.headings.numbers.get(name);
        let cell = number.and_then(|number| row.cells.get(*number));
        cell.map_or("", |cell| cell)
    }

    /// Returns where the cell under that heading stands.
    pub(crate) fn column(&self, name: &str) -> usize {
        self.headings.numbers.get(name).map_or(0, |at| at + 1)
    }

    /// Returns the cells that hold something under headings that are not among the known.
    pub(crate) fn others<'r>(
        &'r self,
        row: &'r Row<'t>,
        known: &'r [&str],
    ) -> impl Iterator<Item = (&'r str, &'r str)> {
        let cells = self.headings.names.iter().zip(&row.cells);
        cells
            .map(|(name, cell)| (name.as_str(), cell.trim()))
            .filter(move |(name, cell)| !cell.is_empty() && !known.contains(name))
    }

    /// Notes columns that hold something and are not known, one finding for all of a column.
    pub(crate) fn expect_only(&self, row: &Row<'t>, known: &[&str], findings: &mut Findings) {
        let heading = Place::at(Spot::Row(self.headings.row));
        for (number, cell) in row.cells.iter().enumerate() {
            let name = self.headings.names.get(number).map(String::as_str);
            let is_known = name.is_some_and(|name| known.contains(&name));
            if !is_known && !cell.trim().is_empty() {
                findings.alike(Reason::UnknownField, &heading.column(number + 1));
            }
        }
    }
}

struct Rows<'t> {
    text: &'t str,
    separator: u8,
    at: usize,
    row: usize,
    cells_left: usize,
    limit: usize,
    /// Whether the last row ended with the text, and not with a line end.
    is_at_end_of_text: bool,
}

impl<'t> Rows<'t> {
    fn new(text: &'t str, separator: u8, limit: usize) -> Self {
        Self {
            text,
            separator,
            at: 0,
            row: 0,
            cells_left: limit,
            limit,
            is_at_end_of_text: false,
        }
    }

    fn next(&mut self) -> Result<Option<Row<'t>>, Refused> {
        if self.at >= self.text.len() {
            return Ok(None);
        }
        self.row += 1;
        let mut cells = Vec::new();
        loop {
            if self.cells_left == 0 {
                return Err(Refused::TooManyValues { limit: self.limit });
            }
            self.cells_left -= 1;
            cells.push(self.cell()?);
            match self.text.as_bytes().get(self.at) {
                Some(byte) if *byte == self.separator => self.at += 1,
                Some(b'\r') => {
                    self.at += 1;
                    if self.text.as_bytes().get(self.at) == Some(&b'\n') {
                        self.at += 1;
                    }
                    break;
                }
                Some(_) => {
                    self.at += 1;
                    break;
                }
                None => {
                    self.is_at_end_of_text = true;
                    break;
                }
            }
        }
        Ok(Some(Row {
            number: self.row,
            cells,
        }))
    }

    /// Reads a cell up to its separator or line end.
    fn cell(&mut self) -> Result<Cow<'t, str>, Refused> {
        if self.text.as_bytes().get(self.at) != Some(&b'"') {
            return Ok(Cow::Borrowed(self.plain()));
        }
        let start = self.at;
        self.at += 1;
        let mut cell = Cow::Borrowed("");
        loop {
            let rest = &self.text[self.at..];
            let Some(quote) = rest.find('"') else {
                return Err(self.cut(start));
            };
            add(&mut cell, &rest[..quote]);
            self.at += quote + 1;
            if self.text.as_bytes().get(self.at) != Some(&b'"') {
                break;
            }
            add(&mut cell, "\"");
            self.at += 1;
        }
        // What follows the closing quote belongs to the cell, as most readers have it.
        let rest = self.plain();
        add(&mut cell, rest);
        Ok(cell)
    }

    fn plain(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let separator = self.separator;
        let ends = |byte: &u8| *byte == separator || matches!(byte, b'\n' | b'\r');
        let end = rest.bytes().position(|byte| ends(&byte));
        let plain = &rest[..end.unwrap_or(rest.len())];
        self.at += plain.len();
        plain
    }

    /// The place of a quote that is never closed.
    fn cut(&self, at: usize) -> Refused {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Refused::CutShort {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

fn add<'t>(cell: &mut Cow<'t, str>, more: &'t str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(more);
    } else if !more.is_empty() {
        cell.to_mut().push_str(more);
    }
}

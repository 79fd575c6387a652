//! Where in a file something stands, without its content: a JSON pointer (RFC 6901), `line 12`,
//! `row 12, column 3`, or one of these in a part of a container, as `data.json /0/tasks/3` and
//! `TMTask row 7`.

use std::fmt;

/// A chain of steps from the file's root; costs nothing until it is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Name(&'a str),
    Names(&'a [&'static str]),
    Index(usize),
    Any,
    Spot(Spot),
    Column(usize),
}

/// A place that can be kept beside a record until all of them are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// A line of a text, counted from one.
    Line(usize),
    /// A row of a table of comma-separated values, its headings included, counted from one.
    Row(usize),
    /// A row of a table of a database, by its number there.
    TableRow(&'static str, i64),
    /// A file inside a container; the steps into it follow.
    Part(&'static str),
    /// An entry of a list in a file of JSON inside a container: the file, and the steps to it.
    Entry(&'static str, usize, &'static str, usize),
}

impl fmt::Display for Spot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(out, "line {line}"),
            Self::Row(row) => write!(out, "row {row}"),
            Self::TableRow(table, row) => write!(out, "{table} row {row}"),
            Self::Part(file) => write!(out, "{file} "),
            Self::Entry(file, above, list, index) => {
                write!(out, "{file} /{above}/{list}/{index}")
            }
        }
    }
}

impl<'a> Place<'a> {
    pub(crate) const ROOT: Place<'static> = Place {
        above: None,
        step: Step::Root,
    };

    pub(crate) fn name(&'a self, name: &'a str) -> Place<'a> {
        self.below(Step::Name(name))
    }

    /// A place of its own, and not below another.
    pub(crate) fn at(spot: Spot) -> Place<'static> {
        Place {
            above: None,
            step: Step::Spot(spot),
        }
    }

    /// A column of a row, counted from one.
    pub(crate) fn column(&'a self, column: usize) -> Place<'a> {
        self.below(Step::Column(column))
    }

    /// Several steps at once.
    pub(crate) fn names(names: &'a [&'static str]) -> Place<'a> {
        Place {
            above: None,
            step: Step::Names(names),
        }
    }

    pub(crate) fn index(&'a self, index: usize) -> Place<'a> {
        self.below(Step::Index(index))
    }

    /// A step that stands for all of its kind.
    pub(crate) fn any(&'a self) -> Place<'a> {
        self.below(Step::Any)
    }

    fn below(&'a self, step: Step<'a>) -> Place<'a> {
        Place {
            above: Some(self),
            step,
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(out)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Index(index) => write!(out, "/{index}"),
            Step::Spot(spot) => spot.fmt(out),
            Step::Column(column) => write!(out, ", column {column}"),
            Step::Names(names) => names.iter().try_for_each(|name| write!(out, "/{name}")),
            Step::Name(name) if is_plain(name) => write!(out, "/{name}"),
            Step::Name(_) | Step::Any => out.write_str("/*"),
        }
    }
}

/// Says whether a name can be shown: the ids and fields of a sound file are; a sentence is not.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

//! Where in a file something stands, as a JSON pointer (RFC 6901) that carries no content.

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
}

impl<'a> Place<'a> {
    pub(crate) const ROOT: Place<'static> = Place {
        above: None,
        step: Step::Root,
    };

    pub(crate) fn name(&'a self, name: &'a str) -> Place<'a> {
        self.below(Step::Name(name))
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

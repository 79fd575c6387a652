//! By what a thing is the same thing in a later file.
//!
//! Ids are the source's own where it has some. Where it has none, what a person calls a thing is
//! its identity: a task is known by its title and those above it, and told from one of the same
//! name by their order in the file. So the same file brings nothing twice, a task that was ticked
//! or moved to another day is the same task, and one that was renamed is a new one.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::record::ID_BYTES;

/// Returns the external id of a thing that has nothing but its name, under those above it.
pub(crate) fn named(kind: &str, names: &[&str]) -> String {
    format!("{kind}:#{}", Path::of(names))
}

/// Names from the outermost down, as a hash: a name counts once, however much stands below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Path([u8; 16]);

impl Path {
    pub(crate) const ROOT: Self = Self([0; 16]);

    pub(crate) fn of(names: &[&str]) -> Self {
        names.iter().fold(Self::ROOT, |path, name| path.below(name))
    }

    pub(crate) fn below(self, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(name.as_bytes());
        let mut first = [0; 16];
        first.copy_from_slice(&hash.finalize()[..16]);
        Self(first)
    }
}

/// Returns the external id of a thing by its id in the source, where that can be one.
pub(crate) fn by_id(kind: &str, id: &str) -> Option<String> {
    let fits = (1..=ID_BYTES).contains(&id.len()) && !id.contains(char::is_control);
    fits.then(|| format!("{kind}:{id}"))
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

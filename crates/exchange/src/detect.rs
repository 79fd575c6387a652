//! Which format a file is in. Its contents decide; the ending of its name only settles what they
//! leave open.

use crate::{Refused, super_productivity};

/// A file that holds others, or tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Zip,
    Sqlite,
}

/// A text whose reader is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFormat {
    Json,
}

/// Returns the container that the bytes begin like.
pub(crate) fn container(bytes: &[u8]) -> Option<Container> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(Container::Zip);
    }
    bytes
        .starts_with(b"SQLite format 3\0")
        .then_some(Container::Sqlite)
}

/// Returns the format of a text.
pub(crate) fn text_format(text: &str, name: Option<&str>) -> Result<TextFormat, Refused> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Refused::Empty);
    }
    if super_productivity::is_sync_file(start) {
        return Err(Refused::SyncFile);
    }
    if start.starts_with(['{', '[']) || ends_with(name, "json") {
        return Ok(TextFormat::Json);
    }
    Err(Refused::UnknownFormat)
}

fn ends_with(name: Option<&str>, ending: &str) -> bool {
    let found = name.and_then(|name| name.rsplit_once('.'));
    found.is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending))
}

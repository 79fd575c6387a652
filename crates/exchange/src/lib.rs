//! Other products' formats in and out; pure.
//!
//! [`read`] takes the bytes of a file and returns what a person had in the other product, as
//! records with typed values, with a [`Report`] of what came in, what did not, and why. It takes
//! any bytes: it does not panic, and what it allocates is bounded by [`Limits`].
//!
//! [`Import::items`] turns them into what the tasks of a space take in, under ids derived from the
//! space and the source; [`Import::compare`] brings their answer into the report.
//!
//! Deliberately absent: files, sockets and clocks; stamps, and the decision of what an import
//! writes (the domain knows what is there already).
#![forbid(unsafe_code)]

mod apply;
mod bytes;
mod findings;
mod json;
mod options;
mod place;
mod record;
mod refused;
pub mod report;
pub mod sqlite;
mod super_productivity;
pub mod zip;

pub use options::{Limits, LocalTime, Options};
pub use record::{
    Import, ImportRecord, Label, Project, ProjectStatus, Scheduled, Section, Task, TaskList,
    TaskStatus, Values,
};
pub use refused::Refused;
pub use report::Report;

/// Reads a file of a product that is known here.
///
/// Known so far: backups of Super Productivity (JSON, as exported by every release since 10, also
/// packed by gzip or in UTF-16).
///
/// # Errors
///
/// Refuses what is too large, damaged, cut short or of an unknown format. What can be read in part
/// is no error: its report says what is missing.
pub fn read(bytes: &[u8], options: &Options<'_>) -> Result<Import, Refused> {
    let text = bytes::text(bytes, &options.limits)?;
    if super_productivity::is_sync_file(&text) {
        return Err(Refused::SyncFile);
    }
    let read = json::read(&text, options.limits.values)?;
    drop(text);
    super_productivity::read(&read.json, read.replaced, options)
}

//! Other products' formats in and out; pure.
//!
//! [`read`] takes the bytes of a file and returns what a person had in the other product, as
//! records with typed values, with a [`Report`] of what came in, what did not, and why. It takes
//! any bytes: it does not panic, and what it allocates is bounded by [`Limits`].
//!
//! What was read can cross to another process or worker ([`Import::encode`]); whoever takes it
//! from there trusts nothing of it ([`Import::decode`]).
//!
//! The other way round, [`export`] writes what a person takes along, and reads it back.
//!
//! [`Import::items`] turns the records into what the tasks of a space take in, under ids derived
//! from the space and the source; [`Import::compare`] brings their answer into the report.
//!
//! Deliberately absent: files, sockets and clocks; stamps, and the decision of what an import
//! writes (the domain knows what is there already).
#![forbid(unsafe_code)]

mod apply;
mod bytes;
mod clickup;
mod collect;
mod csv;
mod dates;
mod detect;
pub mod export;
mod findings;
mod ical;
mod identity;
mod json;
mod options;
mod org;
mod place;
mod record;
mod records;
mod refused;
pub mod report;
mod sound;
pub mod sqlite;
mod super_productivity;
mod things;
mod ticktick;
mod todo_txt;
mod todoist;
mod tree;
mod vikunja;
mod words;
pub mod zip;

pub use options::{File, Limits, LocalTime, Options};
pub use record::{
    ChecklistItem, Import, ImportRecord, Label, Project, ProjectStatus, Scheduled, Section, Task,
    TaskList, TaskPriority, TaskStatus, Values,
};
pub use records::{RECORDS_BYTES, RecordsError};
pub use refused::Refused;
pub use report::Report;
pub use sound::Unsound;

use detect::{Container, TextFormat};
use sha2::{Digest, Sha256};

/// Reads a file of a product that is known here.
///
/// Known are backups of Super Productivity (JSON, as exported by every release since 10) and of
/// TickTick, exports of Todoist, ClickUp and Vikunja, the database of Things 3, and files of
/// todo.txt, Org mode and iCalendar. A text may be packed by gzip, and be in UTF-16 if it begins
/// with its mark.
///
/// # Errors
///
/// Refuses what is too large, damaged, cut short or of an unknown format. What can be read in part
/// is no error: its report says what is missing.
pub fn read(file: File<'_>, options: &Options<'_>) -> Result<Import, Refused> {
    let limits = &options.limits;
    if file.bytes.len() > limits.file_bytes {
        return Err(Refused::TooLarge {
            limit_bytes: limits.file_bytes,
        });
    }
    match detect::container(file.bytes) {
        Some(Container::Sqlite) => {
            let database = sqlite::Database::open(file.bytes)?;
            if !things::is_things(&database) {
                return Err(Refused::UnknownFormat);
            }
            return things::read(&database, options);
        }
        Some(Container::Zip) => {
            let mut archive = zip::Archive::open(file.bytes, limits.file_bytes)?;
            if !vikunja::is_vikunja(&archive) {
                return Err(Refused::UnknownFormat);
            }
            return vikunja::read(&mut archive, options);
        }
        None => {}
    }
    let text = bytes::text(file.bytes, limits)?;
    match detect::text_format(&text, file.name, limits)? {
        TextFormat::Json => {
            let read = json::read(&text, limits.values)?;
            drop(text);
            super_productivity::read(&read.json, read.replaced, options)
        }
        TextFormat::TickTick(table) => ticktick::read(table, &text, options),
        TextFormat::Todoist(table) => todoist::read(table, options),
        TextFormat::ClickUp(table) => clickup::read(table, options),
        TextFormat::TodoTxt => todo_txt::read(&text, options),
        TextFormat::Org => org::read(&text, options),
        TextFormat::ICalendar => ical::read(&text, options),
    }
}

/// Returns the SHA-256 of a file: the same file again is the same batch.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

//! Things 3: its database (`main.sqlite`), from release 3.15.16 on.
//!
//! What a column means is known from the project things.py and from the database itself.
//!
//! | there | here |
//! | --- | --- |
//! | area | the area of its projects; a project as well where to-dos stand in it alone |
//! | project; for someday, done, cancelled | project; paused, completed, cancelled |
//! | heading of a project | section |
//! | tag, also one inside another | label |
//! | tag of a project or an area | label of all that stands in it, as Things itself takes it |
//! | to-do in the inbox, anytime, someday | task on the list inbox, next, someday |
//! | to-do for a day ("when") | task on the list next that is not shown before that day |
//! | deadline | hard deadline |
//! | done, cancelled | completed, cancelled, with their dates |
//! | checklist | checklist; an entry that was cancelled is ticked |
//!
//! What lies in the trash, what a repeating to-do is made from, reminders and "this evening" have
//! no place here and are counted.

mod assemble;
mod raw;
mod tables;
mod values;

use crate::findings::About;
use crate::report::{Notice, Source};
use crate::sqlite::Database;
use crate::{Import, Options, Refused, collect::Collection};

/// The newest version of the database that is known here.
const NEWEST: i64 = 24;

/// Says whether a database is this product's.
pub(crate) fn is_things(database: &Database<'_>) -> bool {
    ["TMTask", "TMArea", "TMTag"]
        .iter()
        .all(|name| database.table(name).is_some())
}

/// Reads a database.
pub(crate) fn read(database: &Database<'_>, options: &Options<'_>) -> Result<Import, Refused> {
    let mut collection = Collection::new(options);
    let tables = tables::read(database, options.limits.records, &mut collection.findings)?;
    match tables.version {
        None => collection.findings.warn(Notice::NoVersion),
        Some(version) if version > NEWEST => collection.findings.warn(Notice::NewerVersion),
        Some(_) => {}
    }
    if database.has_log() {
        collection.findings.warn(Notice::LogBeside);
    }
    let about = About {
        source: Source::Things3,
        layout: None,
        version: tables.version.map(|version| version.to_string()),
        written_at_ms: None,
    };
    assemble::import(&tables, collection, about)
}

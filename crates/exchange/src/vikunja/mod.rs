//! Vikunja: the archive that it exports (`data.json` and more in a ZIP), from release 0.21 on.
//!
//! What a field means is known from Vikunja's own models (`pkg/models`) and from exports.
//!
//! | there | here |
//! | --- | --- |
//! | project; archived | project; paused |
//! | project inside a project | project beside it, with the names above it as its area |
//! | bucket of a board | section |
//! | label | label |
//! | task, subtask | task, subtask |
//! | done, `done_at`; begun by its percentage | completed with its date; in progress |
//! | `due_date` | due, at that time |
//! | `start_date` | not shown before |
//! | priority 1, 2, 3, and 4 or 5 | low, medium, high, and high and urgent |
//! | favourite | important |
//! | HTML of descriptions and comments | Markdown |
//! | comments, people | stand in the task's notes |
//!
//! `0001-01-01T00:00:00Z` means that there is no date. Attached files, reminders, rules by which
//! tasks repeat, and relations other than parent and subtask have no place here and are counted.

mod assemble;
mod fields;
mod html;
mod projects;
mod tasks;

use crate::findings::About;
use crate::json;
use crate::report::{Notice, SettingKind, Source};
use crate::zip::Archive;
use crate::{Import, Options, Refused, collect::Collection};

const DATA: &str = "data.json";
const FILTERS: &str = "filters.json";
const VERSION: &str = "VERSION";

/// Says whether an archive is this product's.
pub(crate) fn is_vikunja(archive: &Archive<'_>) -> bool {
    let has = |wanted| archive.names().any(|name| name == wanted);
    has(DATA) && has(VERSION)
}

/// Reads an export.
pub(crate) fn read(archive: &mut Archive<'_>, options: &Options<'_>) -> Result<Import, Refused> {
    let mut collection = Collection::new(options);
    let version = version(&unpacked(archive, VERSION)?);
    if version.is_none() {
        collection.findings.warn(Notice::NoVersion);
    }
    let values = options.limits.values;
    let data = unpacked(archive, DATA)?;
    let data = json::read(&data, values)?;
    let filters = json::read(&unpacked(archive, FILTERS)?, values);
    // An export without filters says `null`, or has no such file.
    let filters = match &filters {
        Ok(filters) => filters.json.as_list().map_or(0, <[_]>::len),
        Err(_) => 0,
    };
    collection.findings.setting(SettingKind::Views, filters);
    collection
        .findings
        .warn_times(Notice::DamagedCharacters, data.replaced);
    let about = About {
        source: Source::Vikunja,
        layout: None,
        version,
        written_at_ms: None,
    };
    assemble::import(&data.json, collection, about)
}

/// Returns the text of an entry; nothing where it is not there.
fn unpacked(archive: &mut Archive<'_>, name: &str) -> Result<String, Refused> {
    let bytes = archive.unpack(name)?.unwrap_or_default();
    String::from_utf8(bytes).map_err(|wrong| Refused::NotText {
        offset_bytes: wrong.utf8_error().valid_up_to(),
    })
}

fn version(text: &str) -> Option<String> {
    let version = text.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-+_".contains(c);
    let fits = (1..=64).contains(&version.len()) && version.chars().all(is_plain);
    fits.then(|| version.to_owned())
}

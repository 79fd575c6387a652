//! Reads an export back with this crate's own readers, trusting nothing of it: the seal over every
//! byte, the checksum of every file, each format by its reader, and one against the other.
//!
//! The tables hold every value; what the others hold is what their format can, and is compared with
//! that. With what the export was made from at hand, all are compared with it.

use lifeos_tasks::Portion;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::archive::{SEAL, SEAL_BYTES, hex, named};
use super::events::Lines;
use super::fault::{Difference, Unverified, What};
use super::item::Items;
use super::manifest::{self, ListedFile, Manifest};
use super::moment::Moment;
use super::{ical, markdown, pack, table, todo_txt};
use crate::Limits;
use crate::zip::Archive;

/// An export is as large as a life: its readers are held to what memory has, not to what an import
/// may bring.
pub(super) const LIMITS: Limits = Limits {
    file_bytes: TEXT_BYTES,
    values: 40_000_000,
    records: 4_000_000,
    text_bytes: 1 << 20,
};
/// Unpacked bytes of a file that is read as a whole.
const TEXT_BYTES: usize = 256 << 20;
/// Unpacked bytes of all files.
const BUDGET_BYTES: usize = if usize::BITS > 32 {
    8 << 30
} else {
    usize::MAX
};
/// Of the manifest.
const MANIFEST_BYTES: usize = 16 << 20;

/// What was read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(export_to = "exchange.ts", rename = "ExportVerified")
)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// When it was made, as in RFC 3339.
    pub made_at: String,
    /// The version of the program that wrote it.
    pub product: String,
    /// The space, in hexadecimal digits.
    pub space: String,
    /// How much of it.
    pub portion: Portion,
    /// Files, the manifest included.
    pub files: u32,
    /// Tasks in each of the formats.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub tasks: u64,
    /// Events that happened.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub events: u64,
    /// Events that were erased for good, and changes that could not be read.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub not_shown: u64,
}

/// Reads an export back; `items` is what it was made from, where that is at hand.
///
/// # Errors
/// The first thing that is not as it should be, with its file and place.
pub fn verify(bytes: &[u8], items: Option<&Items>) -> Result<Verified, Unverified> {
    check_seal(bytes)?;
    let mut archive = Archive::open(bytes, BUDGET_BYTES)?.without_ratio();
    let text = unpacked(&mut archive, manifest::NAME, MANIFEST_BYTES)?;
    let text = text.ok_or(Unverified::Manifest)?;
    match Manifest::is_named(&text) {
        None => return Err(Unverified::Manifest),
        Some(version) if version > manifest::VERSION => return Err(Unverified::Newer),
        Some(_) => {}
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| Unverified::Manifest)?;
    if Moment::parse(&manifest.made_at).is_none() {
        return Err(Unverified::Manifest);
    }
    check_names(&archive, &manifest)?;

    let mut reading = Reading {
        archive,
        manifest: &manifest,
    };
    let tables = reading.tables()?;
    if let (Some(tables), Some(items)) = (&tables, items) {
        same_tables(tables, items)?;
    }
    let items = items.or(tables.as_ref());
    let mut tasks = items.map(|items| items.tasks.len() as u64);
    let todo_txt = reading.text(pack::TODO_TXT, |text| todo_txt::check(text, items))?;
    let markdown = reading.text(pack::MARKDOWN, |text| markdown::check(text, items))?;
    let calendars = reading.calendars(items)?;
    for (name, count) in [
        (pack::TODO_TXT, todo_txt),
        (pack::MARKDOWN, markdown),
        (pack::CALENDAR, calendars),
    ] {
        let Some(count) = count else { continue };
        if *tasks.get_or_insert(count) != count {
            return Err(at(&named(name, 1), None, What::Count).into());
        }
    }
    let lines = reading.events()?;
    Ok(Verified {
        made_at: manifest.made_at.clone(),
        product: manifest.product.clone(),
        space: manifest.space.clone(),
        portion: manifest.portion,
        files: u32::try_from(manifest.files.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1),
        tasks: tasks.unwrap_or(0),
        events: lines.as_ref().map_or(0, |lines| lines.events),
        not_shown: lines.as_ref().map_or(0, |lines| lines.not_shown),
    })
}

/// Says whether a file alone reads: for whoever tries what lies behind seal and checksums, as a
/// fuzzer does.
#[doc(hidden)]
#[must_use]
pub fn reads(name: &str, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    match name {
        pack::EVENTS => {
            let mut lines = Lines::new(true);
            // In pieces, as they come out of an archive.
            let mut pieces = bytes.chunks(97);
            pieces.all(|piece| lines.take(piece).is_ok()) && lines.end().is_ok()
        }
        pack::TASKS => table::read_tasks(text, &LIMITS).is_ok(),
        pack::PROJECTS => table::read_projects(text, &LIMITS).is_ok(),
        pack::SECTIONS => table::read_sections(text, &LIMITS).is_ok(),
        pack::LABELS => table::read_labels(text, &LIMITS).is_ok(),
        pack::TODO_TXT => todo_txt::check(text, None).is_ok(),
        pack::MARKDOWN => markdown::check(text, None).is_ok(),
        manifest::NAME => serde_json::from_slice::<Manifest>(bytes).is_ok(),
        _ => ical::check(text, None).is_ok(),
    }
}

fn at(file: &str, place: Option<u64>, what: What) -> Difference {
    Difference {
        file: file.to_owned(),
        place,
        what,
    }
}

/// The seal is the archive's comment: what it says of all bytes before it is true.
fn check_seal(bytes: &[u8]) -> Result<(), Unverified> {
    let start = bytes
        .len()
        .checked_sub(SEAL_BYTES)
        .ok_or(Unverified::NoSeal)?;
    let (before, seal) = bytes.split_at(start);
    let digits = seal
        .strip_prefix(SEAL.as_bytes())
        .ok_or(Unverified::NoSeal)?;
    if digits == hex(&Sha256::digest(before)).as_bytes() {
        Ok(())
    } else {
        Err(Unverified::Changed)
    }
}

/// Every file is named once, in the archive and in the manifest, by a name that this program gives.
fn check_names(archive: &Archive<'_>, manifest: &Manifest) -> Result<(), Unverified> {
    let known = [
        pack::EVENTS,
        pack::TASKS,
        pack::PROJECTS,
        pack::SECTIONS,
        pack::LABELS,
        pack::TODO_TXT,
        pack::MARKDOWN,
    ];
    let mut calendars = 0;
    for file in &manifest.files {
        let is_calendar = file.name == named(pack::CALENDAR, calendars + 1);
        calendars += u32::from(is_calendar);
        if !is_calendar && !known.contains(&file.name.as_str()) {
            return Err(Unverified::Manifest);
        }
    }
    let mut listed: Vec<&str> = manifest
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    listed.push(manifest::NAME);
    listed.sort_unstable();
    if listed.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Unverified::Manifest);
    }
    let mut there: Vec<&str> = archive.names().collect();
    there.sort_unstable();
    if let Some(missing) = listed
        .iter()
        .find(|name| there.binary_search(name).is_err())
    {
        return Err(at(missing, None, What::Missing).into());
    }
    // The name of a file that nobody listed is not repeated: anybody may have given it.
    if there.len() > listed.len() {
        return Err(at(manifest::NAME, None, What::Unlisted).into());
    }
    Ok(())
}

fn unpacked(
    archive: &mut Archive<'_>,
    name: &str,
    most_bytes: usize,
) -> Result<Option<Vec<u8>>, Unverified> {
    let mut bytes = Vec::new();
    let mut is_too_large = false;
    let found = archive.unpack_to(name, &mut |piece| {
        is_too_large |= bytes.len() + piece.len() > most_bytes;
        if !is_too_large {
            bytes.extend_from_slice(piece);
        }
        !is_too_large
    })?;
    if is_too_large {
        return Err(at(name, None, What::TooMany).into());
    }
    Ok(found.then_some(bytes))
}

struct Reading<'a, 'm> {
    archive: Archive<'a>,
    manifest: &'m Manifest,
}

impl<'m> Reading<'_, 'm> {
    fn listed(&self, name: &str) -> Option<&'m ListedFile> {
        self.manifest.files.iter().find(|file| file.name == name)
    }

    /// Reads a text, if the export has it, and checks what the manifest says of it.
    fn text<T: Counted>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, (u64, What)>,
    ) -> Result<Option<T>, Unverified> {
        let Some(listed) = self.listed(name) else {
            return Ok(None);
        };
        let wrong = |what| at(name, None, what);
        let bytes = unpacked(&mut self.archive, name, TEXT_BYTES)?.ok_or(wrong(What::Missing))?;
        let is_same =
            bytes.len() as u64 == listed.bytes && hex(&Sha256::digest(&bytes)) == listed.sha256;
        if !is_same {
            return Err(wrong(What::Checksum).into());
        }
        let text = String::from_utf8(bytes).map_err(|_| wrong(What::Form))?;
        let read = read(&text).map_err(|(place, what)| at(name, Some(place), what))?;
        if read.count() != listed.records {
            return Err(wrong(What::Count).into());
        }
        Ok(Some(read))
    }

    /// Reads the four tables; they are there together or not at all.
    fn tables(&mut self) -> Result<Option<Items>, Unverified> {
        let tasks = self.text(pack::TASKS, |text| table::read_tasks(text, &LIMITS))?;
        let projects = self.text(pack::PROJECTS, |text| table::read_projects(text, &LIMITS))?;
        let sections = self.text(pack::SECTIONS, |text| table::read_sections(text, &LIMITS))?;
        let labels = self.text(pack::LABELS, |text| table::read_labels(text, &LIMITS))?;
        match (tasks, projects, sections, labels) {
            (None, None, None, None) => Ok(None),
            (Some(tasks), Some(projects), Some(sections), Some(labels)) => Ok(Some(Items {
                projects,
                sections,
                labels,
                tasks,
            })),
            _ => Err(Unverified::Manifest),
        }
    }

    /// Reads the calendars. Returns how many tasks they hold together.
    fn calendars(&mut self, items: Option<&Items>) -> Result<Option<u64>, Unverified> {
        let calendars = items.map(ical::calendars);
        let mut tasks = None;
        for number in 1.. {
            let name = named(pack::CALENDAR, number);
            let calendar = calendars.as_ref().map(|all| all.get(number as usize - 1));
            let expected = match calendar {
                Some(None) if self.listed(&name).is_some() => {
                    return Err(at(&name, None, What::TooMany).into());
                }
                Some(calendar) => items.zip(calendar),
                None => None,
            };
            let Some(count) = self.text(&name, |text| ical::check(text, expected))? else {
                break;
            };
            *tasks.get_or_insert(0) += count;
        }
        Ok(tasks)
    }

    /// Reads the lines of events as they are unpacked: there may be more than memory holds.
    fn events(&mut self) -> Result<Option<Lines>, Unverified> {
        let name = pack::EVENTS;
        let Some(listed) = self.listed(name) else {
            return Ok(None);
        };
        let mut lines = Lines::new(self.manifest.portion == Portion::All);
        let (mut hash, mut bytes, mut wrong) = (Sha256::new(), 0, None);
        let found = self.archive.unpack_to(name, &mut |piece| {
            hash.update(piece);
            bytes += piece.len() as u64;
            wrong = lines.take(piece).err();
            wrong.is_none()
        })?;
        if !found {
            return Err(at(name, None, What::Missing).into());
        }
        if let Some((place, what)) = wrong.or(lines.end().err()) {
            return Err(at(name, Some(place), what).into());
        }
        if bytes != listed.bytes || hex(&hash.finalize()) != listed.sha256 {
            return Err(at(name, None, What::Checksum).into());
        }
        if lines.count != listed.records {
            return Err(at(name, None, What::Count).into());
        }
        Ok(Some(lines))
    }
}

/// What has a number of records.
trait Counted {
    fn count(&self) -> u64;
}

impl Counted for u64 {
    fn count(&self) -> u64 {
        *self
    }
}

impl<T> Counted for Vec<T> {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}

/// The tables say what they were made from.
fn same_tables(tables: &Items, items: &Items) -> Result<(), Difference> {
    same(pack::TASKS, &tables.tasks, &items.tasks)?;
    same(pack::PROJECTS, &tables.projects, &items.projects)?;
    same(pack::SECTIONS, &tables.sections, &items.sections)?;
    same(pack::LABELS, &tables.labels, &items.labels)
}

fn same<I: PartialEq>(name: &str, told: &[I], meant: &[I]) -> Result<(), Difference> {
    if told.len() != meant.len() {
        return Err(at(name, None, What::Count));
    }
    let place = told
        .iter()
        .zip(meant)
        .position(|(told, meant)| told != meant);
    // The first record stands in the second row, below the headings.
    place.map_or(Ok(()), |place| {
        Err(at(name, Some(place as u64 + 2), What::Differs))
    })
}

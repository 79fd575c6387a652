//! What holds of every import, whatever the file: checked of what comes from elsewhere, where the
//! reader of the file is not trusted.

use std::collections::HashMap;

use lifeos_kernel::When;
use thiserror::Error;

use crate::Limits;
use crate::findings::all_new;
use crate::options::LAST_MOMENT_MS;
use crate::record::{
    CHECKLIST, DAYS, ID_BYTES, Import, ImportRecord, LABELS, TITLE_BYTES, Task, TaskStatus, Values,
};
use crate::report::{
    ComparedWith, LISTED, NotUnderstood, Notice, Outcome, RecordKind, Report, SCHEMA, Shape, Source,
};

/// UTF-8 bytes of an external id: a kind and an id of the source.
const EXTERNAL_ID_BYTES: usize = ID_BYTES + 56;
/// Bytes of a place in a file; JSON nests 100 levels at the most.
const PLACE_BYTES: usize = 8_192;
/// Bytes of what a file calls its version.
const VERSION_BYTES: usize = 64;
const DAY_MS: i64 = 86_400_000;
/// The year 0, with a day of room for zones.
const FIRST_MOMENT_MS: i64 = -62_167_219_200_000 - DAY_MS;
/// A leap year: no estimate and no day's work is longer.
const LONGEST_MINUTES: u32 = 366 * 24 * 60;

/// What an import promises and does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unsound {
    /// More records than are read of one file.
    #[error("there are too many records")]
    TooManyRecords,
    /// An external id that is empty, too long or holds control characters.
    #[error("an external id is none")]
    ExternalId,
    /// The same external id twice.
    #[error("an external id stands twice")]
    DuplicateId,
    /// Records not in the order of their kinds.
    #[error("the records are not in order")]
    Order,
    /// A title or line that is empty, too long or of several lines.
    #[error("a title is none")]
    Title,
    /// A text beyond its bound.
    #[error("a text is too long")]
    TooLong,
    /// A record that is named and does not stand before, or is of another kind.
    #[error("a record names one that is not there")]
    Dangling,
    /// A list beyond its bound, or with the same entry twice.
    #[error("a list is too long or names one twice")]
    List,
    /// A moment or length of time that no file yields.
    #[error("a time is out of range")]
    Time,
    /// A report that does not say what the records are.
    #[error("the report does not agree with the records")]
    Report,
}

impl Import {
    /// Checks all that an import promises.
    ///
    /// # Errors
    ///
    /// Names the first promise that is not kept.
    pub fn check(&self, limits: &Limits) -> Result<(), Unsound> {
        records(&self.records, limits)?;
        ensure(self.report.source == self.source, Unsound::Report)?;
        report(&self.report, &self.records)
    }
}

fn ensure(holds: bool, flaw: Unsound) -> Result<(), Unsound> {
    if holds { Ok(()) } else { Err(flaw) }
}

/// Kinds of the records that stand before, by external id.
type Known<'a> = HashMap<&'a str, RecordKind>;

fn records(records: &[ImportRecord], limits: &Limits) -> Result<(), Unsound> {
    ensure(records.len() <= limits.records, Unsound::TooManyRecords)?;
    let mut known = Known::with_capacity(records.len());
    let mut last = RecordKind::Project;
    for record in records {
        let kind = record.kind();
        ensure(last <= kind, Unsound::Order)?;
        last = kind;
        let id = record.external_id.as_str();
        let is_id = (1..=EXTERNAL_ID_BYTES).contains(&id.len()) && !id.contains(char::is_control);
        ensure(is_id, Unsound::ExternalId)?;
        record.created_ms.map_or(Ok(()), moment)?;
        match &record.values {
            Values::Project(project) => {
                line(&project.title)?;
                ensure(project.notes.len() <= limits.text_bytes, Unsound::TooLong)?;
                project.area.as_deref().map_or(Ok(()), line)?;
                if let crate::ProjectStatus::Completed { at_ms } = project.status {
                    at_ms.map_or(Ok(()), moment)?;
                }
            }
            Values::Section(section) => {
                line(&section.title)?;
                names(&known, &section.project, RecordKind::Project)?;
            }
            Values::Label(label) => line(&label.title)?,
            Values::Task(value) => task(value, &known, limits)?,
        }
        ensure(known.insert(id, kind).is_none(), Unsound::DuplicateId)?;
    }
    Ok(())
}

fn task(task: &Task, known: &Known<'_>, limits: &Limits) -> Result<(), Unsound> {
    line(&task.title)?;
    ensure(task.notes.len() <= limits.text_bytes, Unsound::TooLong)?;
    ensure(task.labels.len() <= LABELS, Unsound::List)?;
    for (at, label) in task.labels.iter().enumerate() {
        names(known, label, RecordKind::Label)?;
        ensure(!task.labels[..at].contains(label), Unsound::List)?;
    }
    ensure(task.checklist.len() <= CHECKLIST, Unsound::List)?;
    task.checklist
        .iter()
        .try_for_each(|item| line(&item.text))?;
    for (id, kind) in [
        (&task.project, RecordKind::Project),
        (&task.section, RecordKind::Section),
        (&task.parent, RecordKind::Task),
    ] {
        id.as_deref().map_or(Ok(()), |id| names(known, id, kind))?;
    }
    let start = task.scheduled.as_ref().map(|block| &block.start);
    let dates = [
        task.defer.as_ref(),
        task.due.as_ref(),
        task.deadline.as_ref(),
        start,
    ];
    dates.into_iter().flatten().try_for_each(when)?;
    let block = task.scheduled.as_ref().and_then(|block| block.minutes);
    let lengths = task.spent_minutes.values().copied();
    let mut lengths = lengths.chain(task.estimate_minutes).chain(block);
    ensure(
        lengths.all(|length| length <= LONGEST_MINUTES),
        Unsound::Time,
    )?;
    ensure(task.spent_minutes.len() <= DAYS, Unsound::List)?;
    match task.status {
        TaskStatus::Completed { at_ms } | TaskStatus::Cancelled { at_ms } => {
            at_ms.map_or(Ok(()), moment)
        }
        TaskStatus::Pending | TaskStatus::InProgress => Ok(()),
    }
}

/// Checks a title: one line, something in it, within its bound.
fn line(text: &str) -> Result<(), Unsound> {
    let is_line = !text.trim().is_empty()
        && text.len() <= TITLE_BYTES
        && !text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    ensure(is_line, Unsound::Title)
}

fn names(known: &Known<'_>, id: &str, kind: RecordKind) -> Result<(), Unsound> {
    ensure(known.get(id) == Some(&kind), Unsound::Dangling)
}

fn moment(at_ms: i64) -> Result<(), Unsound> {
    let is_moment = (FIRST_MOMENT_MS..=LAST_MOMENT_MS + DAY_MS).contains(&at_ms);
    ensure(is_moment, Unsound::Time)
}

fn when(when: &When) -> Result<(), Unsound> {
    match when {
        When::Day(_) | When::Floating { .. } => Ok(()),
        When::Zoned {
            at_ms,
            offset_minutes,
            ..
        } => {
            moment(*at_ms)?;
            ensure(offset_minutes.unsigned_abs() <= 24 * 60, Unsound::Time)
        }
    }
}

fn report(report: &Report, records: &[ImportRecord]) -> Result<(), Unsound> {
    let agrees = report.schema == SCHEMA
        && report.compared_with == ComparedWith::Nothing
        && report.layout.is_some() == (report.source == Source::SuperProductivity)
        && report.version.as_deref().is_none_or(is_version)
        && report
            .written_at_ms
            .is_none_or(|at_ms| moment(at_ms).is_ok())
        && report.records == all_new(records)
        && counts_agree(report, records)
        && ascends(report.reshaped.iter().map(|it| (it.shape, it.count)))
        && ascends(report.left_out.iter().map(|it| (it.what, it.count)))
        && ascends(report.settings.iter().map(|it| (it.what, it.count)))
        && ascends(report.warnings.iter().map(|it| (it.what, it.count)))
        && findings_agree(report)
        && (report.outcome == Outcome::Whole) == is_whole(report);
    ensure(agrees, Unsound::Report)
}

/// Says whether what stands in the file is what became of it.
fn counts_agree(report: &Report, records: &[ImportRecord]) -> bool {
    let found = report.found;
    let notes = report
        .reshaped
        .iter()
        .find(|it| it.shape == Shape::NoteToTask)
        .map_or(0, |it| u64::from(it.count));
    let (mut tasks, mut items) = (0_u64, 0_u64);
    for record in records {
        if let Values::Task(task) = &record.values {
            tasks += 1;
            items += task.checklist.len() as u64;
        }
    }
    let live = u64::from(found.tasks);
    live + u64::from(found.archived) + notes == tasks
        && u64::from(found.checklist_items) == items
        && u64::from(found.subtasks) <= live
        && u64::from(found.done) + u64::from(found.cancelled) <= live
}

fn findings_agree(report: &Report) -> bool {
    let listed = &report.not_understood;
    if listed.len() > LISTED
        || report
            .not_understood_total
            .values()
            .any(|total| *total == 0)
    {
        return false;
    }
    let is_plain = |one: &NotUnderstood| one.count > 0 && is_place(&one.at);
    if !listed.iter().all(is_plain) {
        return false;
    }
    let mut sums = std::collections::BTreeMap::new();
    for one in listed {
        *sums.entry(one.reason).or_insert(0_u64) += u64::from(one.count);
    }
    if listed.len() < LISTED {
        return sums == report.not_understood_total;
    }
    let total = |reason| {
        report
            .not_understood_total
            .get(reason)
            .copied()
            .unwrap_or(0)
    };
    sums.iter().all(|(reason, sum)| *sum <= total(reason))
}

fn is_whole(report: &Report) -> bool {
    let is_newer = report
        .warnings
        .iter()
        .any(|it| it.what == Notice::NewerVersion);
    report.not_understood_total.is_empty() && report.left_out.is_empty() && !is_newer
}

/// Says whether each kind stands once, in order, with a count.
fn ascends<K: Ord>(entries: impl Iterator<Item = (K, u32)>) -> bool {
    let mut last = None;
    for (kind, count) in entries {
        if count == 0 || last.as_ref().is_some_and(|last| *last >= kind) {
            return false;
        }
        last = Some(kind);
    }
    true
}

fn is_version(version: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-+_".contains(&byte);
    (1..=VERSION_BYTES).contains(&version.len()) && version.bytes().all(plain)
}

/// Says whether a text can be a place: no sentence, and nothing that a page or terminal obeys.
fn is_place(place: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./*, ".contains(&byte);
    place.len() <= PLACE_BYTES && place.bytes().all(plain)
}

//! From the models of a backup to records and the report.

use crate::Options;
use crate::findings::{About, Findings};
use crate::json::Json;
use crate::record::{Import, ImportRecord, Values};
use crate::report::{Found, Source};

use super::family::Family;
use super::projects::{self, Draft, Known};
use super::settle::{Plans, Settling};
use super::tasks::{self, Named, Raw};
use super::{Backup, notes, rest, tags};

pub(super) fn import(backup: &Backup<'_>, options: &Options<'_>, mut findings: Findings) -> Import {
    let findings_of = &mut findings;
    let place = backup.place();
    let data = backup.data;
    let nothing = Json::Null;
    let model = |name: &str| data.get(name).unwrap_or(&nothing);
    let text_bytes = options.limits.text_bytes;

    let tags = tags::read(model("tag"), &place.name("tag"), findings_of);
    let mut drafts = projects::read(data, &place, findings_of);
    let known = Known::new(&drafts);
    let (note_count, note_tasks) = notes::read(
        model("note"),
        &place.name("note"),
        &mut drafts,
        &known,
        text_bytes,
        findings_of,
    );
    let sections = rest::sections(
        model("section"),
        &place.name("section"),
        &known,
        findings_of,
    );
    let named = Named {
        tags: &tags,
        projects: &known,
        text_bytes,
    };
    let gathered = tasks::gather(&backup.shelves(), findings_of);
    let mut raws: Vec<Raw<'_>> = gathered
        .into_iter()
        .map(|(shelf, entity)| tasks::read(shelf, entity, &named, findings_of))
        .collect();
    rest::count(data, &place, findings_of);

    let family = Family::new(&raws, findings_of);
    let plans = Plans::read(backup, &tags.today, &place, findings_of);
    let mut settling = Settling {
        local: options.local,
        plans,
        backlog: drafts
            .iter()
            .flat_map(|draft| draft.backlog_ids.iter().copied())
            .collect(),
        sections: sections.of_task,
        findings: findings_of,
    };
    let task_records = settling.tasks(&mut raws, &family, &drafts);

    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let live = || {
        raws.iter()
            .enumerate()
            .filter(|(_, raw)| !raw.shelf.is_archive)
    };
    let found = Found {
        projects: count(drafts.len()),
        sections: sections.count,
        tags: tags.count,
        tasks: count(live().count()),
        subtasks: count(
            live()
                .filter(|(number, _)| family.parent(*number).is_some())
                .count(),
        ),
        done: count(live().filter(|(_, raw)| raw.is_done).count()),
        archived: count(raws.iter().filter(|raw| raw.shelf.is_archive).count()),
        notes: note_count,
        ..Found::default()
    };
    let mut records = project_records(drafts);
    records.extend(sections.records);
    records.extend(tags.records);
    records.extend(task_records);
    records.extend(note_tasks);
    let about = About {
        source: Source::SuperProductivity,
        layout: Some(backup.layout),
        version: backup.version.map(|version| version.to_string()),
        written_at_ms: backup.written_at_ms,
    };
    findings.import(about, found, records)
}

/// The inbox is no record, but what a person wrote there stays: its notes became tasks already.
fn project_records(drafts: Vec<Draft<'_>>) -> Vec<ImportRecord> {
    let own = drafts.into_iter().filter(|draft| !draft.is_inbox);
    own.map(|draft| ImportRecord {
        external_id: projects::external_id(draft.id),
        created_ms: draft.created_ms,
        values: Values::Project(draft.project),
    })
    .collect()
}

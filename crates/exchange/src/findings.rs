//! What is gathered for the report while a file is read.

use std::collections::{BTreeMap, HashMap};

use crate::place::Place;
use crate::record::{Import, ImportRecord};
use crate::report::{
    ComparedWith, Effect, Found, Homeless, LISTED, Layout, LeftOut, NotUnderstood, Notice, Outcome,
    Reason, RecordKind, Report, Reshaped, SCHEMA, Setting, SettingKind, Shape, Source, Warning,
};

/// Counts by kind, and the first places of what was not understood.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    not_understood: Vec<NotUnderstood>,
    /// Numbers of those in `not_understood` that stand for all of a kind.
    kinds: HashMap<(Reason, String), usize>,
    total: BTreeMap<Reason, u64>,
    reshaped: BTreeMap<Shape, u32>,
    left_out: BTreeMap<Homeless, u32>,
    settings: BTreeMap<SettingKind, u32>,
    warnings: BTreeMap<Notice, u32>,
}

/// What a file says about itself.
pub(crate) struct About {
    pub(crate) source: Source,
    pub(crate) layout: Option<Layout>,
    pub(crate) version: Option<String>,
    pub(crate) written_at_ms: Option<i64>,
}

impl Findings {
    pub(crate) fn not_understood(&mut self, reason: Reason, at: &Place<'_>) {
        *self.total.entry(reason).or_default() += 1;
        if self.not_understood.len() < LISTED {
            self.not_understood.push(NotUnderstood {
                reason,
                at: at.to_string(),
                count: 1,
            });
        }
    }

    /// Counts a finding with those at the same place (a place that stands for all of its kind).
    pub(crate) fn alike(&mut self, reason: Reason, at: &Place<'_>) {
        let kind = (reason, at.to_string());
        if let Some(number) = self.kinds.get(&kind) {
            self.not_understood[*number].count += 1;
            *self.total.entry(reason).or_default() += 1;
            return;
        }
        if self.not_understood.len() < LISTED {
            self.kinds.insert(kind, self.not_understood.len());
        }
        self.not_understood(reason, at);
    }

    pub(crate) fn reshaped(&mut self, shape: Shape) {
        self.reshaped_times(shape, 1);
    }

    pub(crate) fn left_out(&mut self, what: Homeless, count: usize) {
        if count > 0 {
            let entry = self.left_out.entry(what).or_default();
            *entry = entry.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }

    pub(crate) fn setting(&mut self, what: SettingKind, count: usize) {
        if count > 0 {
            let entry = self.settings.entry(what).or_default();
            *entry = entry.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }

    pub(crate) fn warn(&mut self, what: Notice) {
        self.warn_times(what, 1);
    }

    pub(crate) fn warn_times(&mut self, what: Notice, count: u64) {
        if count > 0 {
            let entry = self.warnings.entry(what).or_default();
            *entry = entry.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }

    pub(crate) fn reshaped_times(&mut self, shape: Shape, count: usize) {
        if count > 0 {
            let entry = self.reshaped.entry(shape).or_default();
            *entry = entry.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }

    /// Returns the import with its report, in which every record counts as new.
    pub(crate) fn import(self, about: About, found: Found, records: Vec<ImportRecord>) -> Import {
        let report = Report {
            schema: SCHEMA,
            source: about.source,
            layout: about.layout,
            version: about.version,
            written_at_ms: about.written_at_ms,
            outcome: self.outcome(),
            found,
            records: all_new(&records),
            compared_with: ComparedWith::Nothing,
            reshaped: listed(self.reshaped, |shape, count| Reshaped { shape, count }),
            left_out: listed(self.left_out, |what, count| LeftOut { what, count }),
            settings: listed(self.settings, |what, count| Setting { what, count }),
            not_understood: self.not_understood,
            not_understood_total: self.total,
            warnings: listed(self.warnings, |what, count| Warning { what, count }),
        };
        Import {
            source: about.source,
            records,
            report,
        }
    }

    fn outcome(&self) -> Outcome {
        let is_newer = self.warnings.contains_key(&Notice::NewerVersion);
        if self.total.is_empty() && self.left_out.is_empty() && !is_newer {
            Outcome::Whole
        } else {
            Outcome::Part
        }
    }
}

/// Returns the effects of records of which none is compared with anything.
pub(crate) fn all_new(records: &[ImportRecord]) -> BTreeMap<RecordKind, Effect> {
    let mut effects: BTreeMap<RecordKind, Effect> = BTreeMap::new();
    for record in records {
        effects.entry(record.kind()).or_default().new += 1;
    }
    effects
}

fn listed<K: Copy, T>(counts: BTreeMap<K, u32>, entry: fn(K, u32) -> T) -> Vec<T> {
    counts
        .into_iter()
        .map(|(key, count)| entry(key, count))
        .collect()
}

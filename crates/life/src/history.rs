//! What became of a record, line by line, and the way back to any earlier state.

use lifeos_kernel::{
    Context, Decoded, DeviceId, Draft, EventError, RawEvent, RecordId, Source, Stamp,
};
use serde::Serialize;

use crate::domains::{self, Change, Event, States};
use crate::state::Life;

/// An event of a record as the log has it, with what its change says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoricEvent {
    /// Who or what caused the change.
    pub source: Source,
    /// The encoded event.
    pub bytes: Vec<u8>,
}

/// One event of a record's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The stamp: what to name to come back to the state after this event.
    pub stamp: Stamp,
    /// When it happened in life, in milliseconds since 1970.
    pub at_ms: i64,
    /// When it was written, in milliseconds since 1970.
    pub written_ms: u64,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Who or what caused it.
    pub source: Source,
    /// What it changed; nothing where a later write had come before it.
    pub changes: Vec<Change>,
    /// Whether only a newer version understands it.
    pub unknown: bool,
}

impl Life {
    /// Describes the events of a record, oldest first. The events come from the log, as
    /// [`Life::record_stamps`] names them; those of other records are ignored.
    ///
    /// # Errors
    /// [`EventError`] where an event cannot be read.
    pub fn history(
        record: RecordId,
        events: &[HistoricEvent],
    ) -> Result<Vec<HistoryEntry>, EventError> {
        let mut state = States::default();
        let mut entries = Vec::new();
        for (raw, source) in in_order(record, events)? {
            let (changes, unknown) = match domains::decode(&raw)? {
                Decoded::Known(event) => {
                    let before = state.clone();
                    state.apply(event);
                    (before.describe(&state, record), false)
                }
                Decoded::Unknown => (Vec::new(), true),
            };
            entries.push(HistoryEntry {
                stamp: raw.stamp,
                at_ms: raw.at_ms,
                written_ms: raw.stamp.wall_ms(),
                device: raw.stamp.device(),
                source,
                changes,
                unknown,
            });
        }
        Ok(entries)
    }

    /// Returns the events that bring a record to what it was right after the event with the stamp
    /// given.
    ///
    /// # Errors
    /// [`EventError`] where an event cannot be read.
    pub fn restore(
        &self,
        record: RecordId,
        until: Stamp,
        events: &[HistoricEvent],
        context: &Context,
    ) -> Result<Vec<Draft<Event>>, EventError> {
        let mut then = States::default();
        for (raw, _) in in_order(record, events)? {
            if raw.stamp > until {
                break;
            }
            if let Decoded::Known(event) = domains::decode(&raw)? {
                then.apply(event);
            }
        }
        Ok(self.states.extract(record).restore(&then, record, context))
    }
}

fn in_order(
    record: RecordId,
    events: &[HistoricEvent],
) -> Result<Vec<(RawEvent<'_>, Source)>, EventError> {
    let mut raws = Vec::with_capacity(events.len());
    for event in events {
        let raw = RawEvent::read(&event.bytes)?;
        if raw.record == record {
            raws.push((raw, event.source));
        }
    }
    raws.sort_by_key(|(raw, _)| raw.stamp);
    raws.dedup_by_key(|(raw, _)| raw.stamp);
    Ok(raws)
}

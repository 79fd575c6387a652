//! The log as it leaves: page by page, every change that counts or not in its place, so that whoever
//! reads the pages sees that none is missing.

use lifeos_exchange::export::{About, Bytes, ChangeOut};
use lifeos_protocol::{DeviceId, SpaceId};

use super::undo::{ReadBytes, bodies_of};
use super::{Core, Engine, EngineError};
use crate::chain::Body;
use crate::files::ReadNeeded;
use crate::journal::Place;
use crate::space::{Reason, Space};

/// Changes of one page.
const PAGE_CHANGES: usize = 512;
/// Stored bytes that one page reads, but for its first change.
const PAGE_BYTES: u64 = 4 << 20;
/// Why a change that was verified is not shown: its author had lost the right to write it.
const DOES_NOT_COUNT: &str = "doesNotCount";

/// A page that is to be read.
#[derive(Debug, Clone)]
pub(crate) struct EventsPlan {
    changes: Vec<(DeviceId, u64, Place)>,
    /// Whether more follows.
    pub(crate) has_more: bool,
    /// Changes of the space, in all.
    pub(crate) of: u64,
}

impl EventsPlan {
    /// The last change of the page.
    pub(crate) fn last(&self) -> Option<(DeviceId, u64)> {
        let last = self.changes.last();
        last.map(|(device, counter, _)| (*device, *counter))
    }

    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    pub(crate) fn reads(&self) -> Vec<ReadNeeded> {
        let mut reads: Vec<ReadNeeded> = self
            .changes
            .iter()
            .map(|(_, _, place)| place.read_needed())
            .collect();
        reads.sort_unstable();
        reads.dedup();
        reads
    }
}

impl Engine {
    /// Plans the page of verified changes behind one: device by device, in the order of their ids.
    pub(crate) fn plan_events(
        &self,
        space: SpaceId,
        after: Option<(DeviceId, u64)>,
    ) -> Result<EventsPlan, EngineError> {
        let held = self.spaces.get(&space).ok_or(EngineError::NoSuchSpace)?;
        let mut plan = EventsPlan {
            changes: Vec::new(),
            has_more: false,
            of: held.chains.values().map(|chain| chain.covered).sum(),
        };
        let mut bytes = 0;
        for (device, chain) in &held.chains {
            let from = match after {
                Some((last, _)) if *device < last => continue,
                Some((last, counter)) if *device == last => counter.saturating_add(1),
                _ => 1,
            };
            for counter in from..=chain.covered {
                let place = chain.place(counter).ok_or(EngineError::Damaged)?;
                let last = plan.changes.last();
                let is_next = last.is_none_or(|(_, _, last)| {
                    (last.file, last.frame) != (place.file, place.frame)
                });
                bytes += if is_next { u64::from(place.length) } else { 0 };
                let is_full = bytes > PAGE_BYTES && !plan.changes.is_empty();
                if is_full || plan.changes.len() == PAGE_CHANGES {
                    plan.has_more = true;
                    return Ok(plan);
                }
                plan.changes.push((*device, counter, place));
            }
        }
        Ok(plan)
    }

    /// Opens what was read of a page.
    pub(crate) fn events_out(
        &mut self,
        space: SpaceId,
        plan: &EventsPlan,
        bytes: &[ReadBytes],
    ) -> Result<Vec<ChangeOut>, EngineError> {
        let (core, held) = self.split(space)?;
        let changes = plan.changes.iter();
        changes
            .map(|(device, counter, place)| {
                held.change_out(core, *device, *counter, *place, bytes)
                    .ok_or(EngineError::Damaged)
            })
            .collect()
    }
}

impl Space {
    fn change_out(
        &self,
        core: &mut Core,
        device: DeviceId,
        counter: u64,
        place: Place,
        bytes: &[ReadBytes],
    ) -> Option<ChangeOut> {
        let mut out = ChangeOut {
            device: lifeos_kernel::DeviceId(*device.as_bytes()),
            counter,
            about: None,
            erased: 0,
            unreadable: None,
            events: Vec::new(),
        };
        let wanted = place.read_needed();
        let (_, frame) = bytes.iter().find(|(read, _)| *read == wanted)?;
        let bodies = bodies_of(core.journal.reopen(place, frame)?)?;
        let body = bodies.into_iter().nth(place.part.into())?;
        // The chain, not the place, says whether it is the one that was meant.
        let chain = self.chains.get(&device)?;
        let before = chain.point(counter.checked_sub(1)?)?;
        let point = body.statement().chain(self.id, device, before);
        if chain.h(counter) != Some(point.h) {
            return None;
        }
        let change = match &body {
            Body::Here(change) => change,
            Body::Gone(_, why) => {
                let reason = if *why == 1 {
                    Reason::InSegment
                } else {
                    Reason::Erased
                };
                out.unreadable = Some(reason.code().to_owned());
                return Some(out);
            }
        };
        if !self.counts(core, device, counter, &change.statement) {
            out.unreadable = Some(DOES_NOT_COUNT.to_owned());
            return Some(out);
        }
        match self.read_change(device, counter, change) {
            Err(reason) => out.unreadable = Some(reason.code().to_owned()),
            Ok(readable) => {
                let meta = readable.change.meta;
                out.about = Some(About {
                    source: meta.source,
                    intent: meta.intent,
                    batch: meta.batch,
                });
                out.erased = readable.erased;
                out.events = readable.change.events.into_iter().map(Bytes).collect();
            }
        }
        Some(out)
    }
}

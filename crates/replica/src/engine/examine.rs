//! Everything that this device holds, replayed from its files and compared with what it shows: each
//! chain from its beginning to the head that covers it, and a fold of its own of what counts. It
//! changes nothing. The state of one space is in memory a second time meanwhile; of its history, a
//! page.

use std::collections::{BTreeMap, VecDeque};

use lifeos_kernel::RecordId;
use lifeos_life::Life;
use lifeos_protocol::judge::{self, Known};
use lifeos_protocol::log::Accounts;
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::{AccountId, DeviceId, Hash, SpaceId, hash};

use super::undo::{ReadBytes, bodies_of};
use super::{Core, Engine, EngineError};
use crate::api::{BreakKind, BreakView, Examined, ExaminedSpace};
use crate::chain::Body;
use crate::files::ReadNeeded;
use crate::journal::Place;
use crate::space::Space;

/// Changes of one page.
const PAGE_CHANGES: usize = 256;
/// Stored bytes that one page reads, but for its first change.
const PAGE_BYTES: u64 = 1 << 20;
/// Records that are folded again at once.
const RECORDS_AT_ONCE: usize = 64;
/// How often the end of a space is put off while the state shown is itself being folded again.
const MOST_WAITS: u32 = 400;

/// An examination under way.
pub(crate) struct Examining {
    pub(crate) run: u32,
    /// The spaces that are left, the one under way first.
    left: VecDeque<SpaceId>,
    replay: Option<Replay>,
    /// How many replays were begun: a page that was read for another is dropped.
    turn: u32,
    waits: u32,
    found: Vec<ExaminedSpace>,
}

/// What was read for it, and what for.
#[derive(Debug, Clone)]
pub(crate) struct ExaminePage {
    pub(crate) run: u32,
    turn: u32,
    part: Part,
}

#[derive(Debug, Clone)]
enum Part {
    /// The next changes, device by device.
    Changes(Vec<(DeviceId, u64, Place)>),
    /// Records that were told twice, to be folded again.
    Records(BTreeMap<RecordId, Vec<(DeviceId, u64, Place)>>),
    /// Nothing is left to read.
    End,
}

/// One space, replayed so far.
struct Replay {
    basis: Basis,
    life: Life,
    taken: BTreeMap<DeviceId, Taken>,
    found: ExaminedSpace,
}

/// How far a chain was replayed, with the positions of its last statement.
#[derive(Clone, Copy, Default)]
struct Taken {
    counter: u64,
    positions: (u32, u32),
}

/// By what a change counts and opens. When that moves, the space is replayed from its beginning.
#[derive(PartialEq, Eq)]
struct Basis {
    log: Hash,
    accounts: BTreeMap<AccountId, u32>,
    turns: u64,
    keys: usize,
}

impl ExaminePage {
    pub(crate) fn reads(&self) -> Vec<ReadNeeded> {
        let places: Vec<Place> = match &self.part {
            Part::Changes(changes) => changes.iter().map(|(_, _, place)| *place).collect(),
            Part::Records(records) => {
                let places = records.values().flatten();
                places.map(|(_, _, place)| *place).collect()
            }
            Part::End => Vec::new(),
        };
        let mut reads: Vec<ReadNeeded> = places.into_iter().map(Place::read_needed).collect();
        reads.sort_unstable();
        reads.dedup();
        reads
    }
}

impl Engine {
    /// Begins an examination of every space that is here.
    pub(crate) fn begin_examining(&self, run: u32) -> Examining {
        Examining {
            run,
            left: self.spaces.keys().copied().collect(),
            replay: None,
            turn: 0,
            waits: 0,
            found: Vec::new(),
        }
    }

    /// What is to be read next.
    pub(crate) fn plan_examining(&self, examining: &mut Examining) -> ExaminePage {
        let mut part = Part::End;
        while let Some(id) = examining.left.front() {
            let Some(held) = self.spaces.get(id) else {
                // It left this device meanwhile.
                examining.left.pop_front();
                examining.replay = None;
                continue;
            };
            let basis = held.basis(&self.core);
            let replay = match &mut examining.replay {
                Some(replay) if replay.basis == basis => replay,
                stale => {
                    examining.turn += 1;
                    stale.insert(Replay::new(*id, basis))
                }
            };
            part = held.next_part(replay);
            break;
        }
        ExaminePage {
            run: examining.run,
            turn: examining.turn,
            part,
        }
    }

    /// Takes what was read. Bytes that are missing are a finding, as wrong ones are.
    /// `is_settling` says that the state shown is itself being folded again.
    pub(crate) fn examine(
        &mut self,
        examining: &mut Examining,
        page: ExaminePage,
        bytes: &[ReadBytes],
        is_settling: bool,
    ) -> Examined {
        let by_read: BTreeMap<ReadNeeded, &[u8]> = bytes
            .iter()
            .map(|(read, bytes)| (*read, bytes.as_slice()))
            .collect();
        if page.run == examining.run
            && page.turn == examining.turn
            && let Some(id) = examining.left.front()
            && let Some(held) = self.spaces.get(id)
            && let Some(replay) = &mut examining.replay
        {
            let core = &mut self.core;
            let ended = match page.part {
                Part::Changes(changes) => held.replay_page(core, replay, &changes, &by_read),
                Part::Records(records) => held.replay_records(core, replay, &records, bytes),
                Part::End
                    if (is_settling || held.is_unsettled()) && examining.waits < MOST_WAITS =>
                {
                    examining.waits += 1;
                    Ok(false)
                }
                Part::End => held.compare(core, replay).map(|()| true),
            };
            let breaks = ended.as_ref().err().cloned();
            if ended != Ok(false) {
                examining.left.pop_front();
                if let Some(mut replay) = examining.replay.take() {
                    replay.found.needs_newer = small(replay.life.needs_newer_version() as u64);
                    replay.found.agrees = breaks.is_none();
                    replay.found.breaks = breaks;
                    examining.found.push(replay.found);
                }
            }
        }
        self.examined(examining)
    }

    /// What was folded of a space counts no more: maintenance folds it anew from its history.
    pub(crate) fn fold_anew(&mut self, space: SpaceId) -> Result<(), EngineError> {
        let (_, held) = self.split(space)?;
        held.stale = true;
        Ok(())
    }

    fn examined(&self, examining: &Examining) -> Examined {
        let of_chains = |held: &Space| held.chains.values().map(|chain| chain.covered).sum::<u64>();
        let of: u64 = self.spaces.values().map(of_chains).sum();
        let left = examining.left.iter().filter_map(|id| self.spaces.get(id));
        let left: u64 = left.map(of_chains).sum();
        let taken = examining.replay.iter().flat_map(|it| it.taken.values());
        let taken: u64 = taken.map(|taken| taken.counter).sum();
        Examined {
            run: examining.run,
            done: small((of - left + taken).min(of)),
            of: small(of),
            spaces: examining.found.clone(),
            ended: examining.left.is_empty(),
        }
    }
}

impl Replay {
    fn new(space: SpaceId, basis: Basis) -> Self {
        Self {
            basis,
            life: Life::default(),
            taken: BTreeMap::new(),
            found: ExaminedSpace {
                space: space.to_hex(),
                replayed: 0,
                erased: 0,
                set_aside: 0,
                left_out: 0,
                held: 0,
                needs_newer: 0,
                agrees: false,
                breaks: None,
            },
        }
    }
}

impl Space {
    fn basis(&self, core: &Core) -> Basis {
        Basis {
            log: self.log.head(),
            accounts: self.accounts_known(core),
            turns: core.turns,
            keys: self.keys.len() + self.former.len(),
        }
    }

    /// What was written since a chain was replayed to its end is taken with the rest.
    fn next_part(&self, replay: &Replay) -> Part {
        let mut changes: Vec<(DeviceId, u64, Place)> = Vec::new();
        let mut size_bytes = 0;
        for (device, chain) in &self.chains {
            let taken = replay.taken.get(device).copied().unwrap_or_default();
            for counter in taken.counter + 1..=chain.covered {
                let Some(place) = chain.place(counter) else {
                    break;
                };
                let is_next = changes.last().is_none_or(|(_, _, last)| {
                    (last.file, last.frame) != (place.file, place.frame)
                });
                size_bytes += if is_next { u64::from(place.length) } else { 0 };
                let is_full = size_bytes > PAGE_BYTES && !changes.is_empty();
                if is_full || changes.len() == PAGE_CHANGES {
                    return Part::Changes(changes);
                }
                changes.push((*device, counter, place));
            }
        }
        if !changes.is_empty() {
            return Part::Changes(changes);
        }
        let due = replay.life.rebuilding().take(RECORDS_AT_ONCE);
        let records: BTreeMap<_, _> = due
            .map(|record| (record, self.places_in(&replay.life, record)))
            .collect();
        if records.is_empty() {
            Part::End
        } else {
            Part::Records(records)
        }
    }

    /// Takes a page of changes. Returns whether the space has ended, which it has not.
    fn replay_page(
        &self,
        core: &mut Core,
        replay: &mut Replay,
        changes: &[(DeviceId, u64, Place)],
        by_read: &BTreeMap<ReadNeeded, &[u8]>,
    ) -> Result<bool, BreakView> {
        let mut frame: Option<((u32, u32), Vec<Body>)> = None;
        for (device, counter, place) in changes {
            let at = (*device, *counter);
            let taken = replay.taken.entry(*device).or_default();
            // Asked for twice, it is taken once.
            if taken.counter + 1 != *counter {
                continue;
            }
            let here = (place.file, place.frame);
            if frame.as_ref().is_none_or(|(of, _)| *of != here) {
                let bodies = by_read
                    .get(&place.read_needed())
                    .and_then(|bytes| core.journal.reopen(*place, bytes))
                    .and_then(bodies_of);
                let bodies = bodies.ok_or_else(|| broken(BreakKind::Damaged, at))?;
                frame = Some((here, bodies));
            }
            let body = frame.as_ref();
            let body = body.and_then(|(_, bodies)| bodies.get(usize::from(place.part)));
            let body = body.ok_or_else(|| broken(BreakKind::Damaged, at))?;
            taken.positions = self.link(at, body, *taken)?;
            taken.counter = *counter;
            self.replay_change(core, replay, at, body)?;
        }
        Ok(false)
    }

    /// Judges a statement as it was judged when it was received, and compares the link.
    fn link(
        &self,
        (device, counter): (DeviceId, u64),
        body: &Body,
        taken: Taken,
    ) -> Result<(u32, u32), BreakView> {
        let chain = self.chains.get(&device);
        let point = |counter| chain.and_then(|chain| chain.point(counter));
        let linked = point(taken.counter).and_then(|last: ChainPoint| {
            let known = Known {
                last,
                positions: taken.positions,
                earlier: &[],
            };
            judge::link(self.id, device, counter, [body.statement()], &known).ok()
        });
        let linked = linked.filter(|linked| linked.points.last().copied() == point(counter));
        let linked = linked.ok_or_else(|| broken(BreakKind::Chain, (device, counter)))?;
        Ok(linked.positions)
    }

    fn replay_change(
        &self,
        core: &Core,
        replay: &mut Replay,
        at: (DeviceId, u64),
        body: &Body,
    ) -> Result<(), BreakView> {
        let found = &mut replay.found;
        if !self.counts(core, at.0, at.1, body.statement()) {
            found.left_out += 1;
            return Ok(());
        }
        if self
            .held
            .iter()
            .any(|held| (held.device, held.counter) == at)
        {
            found.held += 1;
            return Ok(());
        }
        let read = match body {
            Body::Here(change) => self.read_change(at.0, at.1, change).ok(),
            Body::Gone(..) => None,
        };
        let folded = read.filter(|read| replay.life.fold(&read.change).is_ok());
        match (folded, self.quarantine.get(&at)) {
            (Some(read), _) if read.erased > 0 => found.erased += 1,
            (Some(_), _) => found.replayed += 1,
            (None, Some(aside)) if aside.reason == crate::Reason::Erased => found.erased += 1,
            (None, Some(_)) => found.set_aside += 1,
            (None, None) => return Err(broken(BreakKind::Unaccounted, at)),
        }
        Ok(())
    }

    /// Folds records again of which an intent was told twice.
    fn replay_records(
        &self,
        core: &mut Core,
        replay: &mut Replay,
        records: &BTreeMap<RecordId, Vec<(DeviceId, u64, Place)>>,
        bytes: &[ReadBytes],
    ) -> Result<bool, BreakView> {
        for (record, places) in records {
            let folded = self
                .events_at(core, places, bytes)
                .ok()
                .and_then(|events| replay.life.refold(*record, &events).ok());
            if folded.is_none() {
                let first = places
                    .first()
                    .map(|(device, counter, _)| (*device, *counter));
                return Err(first.map_or_else(nowhere, |at| broken(BreakKind::Damaged, at)));
            }
        }
        Ok(false)
    }

    /// Whether the state shown waits to be folded again.
    fn is_unsettled(&self) -> bool {
        self.is_stale() || self.life.rebuilding().next().is_some()
    }

    /// Compares the ends of the chains with what was signed, and the replay with what is shown.
    fn compare(&self, core: &Core, replay: &mut Replay) -> Result<(), BreakView> {
        for (device, chain) in &self.chains {
            let is_covered = chain.covered == 0 || *device == core.device || {
                let head = chain.head.as_ref();
                head.is_some_and(|head| {
                    let author = core.account(head.body.account);
                    let signer = author.and_then(|author| author.device(*device));
                    // Of whom no log says anything, nothing counts either.
                    let signed =
                        signer.is_none_or(|signer| head.verify(&signer.keys.signing).is_ok());
                    let end = (chain.covered, chain.h(chain.covered));
                    signed && end == (head.body.counter, Some(head.body.h))
                })
            };
            if !is_covered {
                return Err(broken(BreakKind::Head, (*device, chain.covered)));
            }
        }
        let anew = hash::sha256(&replay.life.to_snapshot());
        if anew == hash::sha256(&self.life.to_snapshot()) {
            return Ok(());
        }
        let first = self.life.differs_at(&replay.life).and_then(|stamp| {
            let device = DeviceId::new(stamp.device().0);
            let counter = self.chains.get(&device)?.counter_of(&stamp)?;
            Some(broken(BreakKind::State, (device, counter)))
        });
        Err(first.unwrap_or_else(nowhere))
    }
}

fn broken(kind: BreakKind, (device, counter): (DeviceId, u64)) -> BreakView {
    BreakView {
        kind,
        device: Some(device.to_hex()),
        counter: counter as f64,
    }
}

/// The state differs in what no chain names.
fn nowhere() -> BreakView {
    BreakView {
        kind: BreakKind::State,
        device: None,
        counter: 0.0,
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

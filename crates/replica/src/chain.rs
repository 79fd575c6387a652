//! One device's chain in one space, as this device has verified it.

use std::collections::VecDeque;

use lifeos_kernel::Stamp;
use lifeos_protocol::change::Change;
use lifeos_protocol::head::Head;
use lifeos_protocol::judge::{self, Known};
use lifeos_protocol::refusal::Code;
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::{Statement, chain_start};
use lifeos_protocol::{DeviceId, Hash, SeenDigest, SpaceId};

use crate::journal::Place;
use crate::sight::Sight;

/// What was received at one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// The change as served.
    Here(Box<Change>),
    /// Only its statement; the box no longer has the body (1 in a segment, 2 erased).
    Gone(Statement, u8),
}

impl Body {
    pub(crate) fn change(&self) -> Option<&Change> {
        match self {
            Self::Here(change) => Some(change),
            Self::Gone(..) => None,
        }
    }

    pub(crate) fn statement(&self) -> &Statement {
        match self {
            Self::Here(change) => &change.statement,
            Self::Gone(statement, _) => statement,
        }
    }
}

/// A change that no verified head covers yet. It is kept, and not folded.
#[derive(Debug, Clone)]
pub(crate) struct Uncovered {
    pub(crate) body: Body,
    pub(crate) sequence: u64,
}

/// The chain of one device.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    start: Hash,
    /// `h(1) … h(n)`, the uncovered ones included.
    hashes: Vec<Hash>,
    /// Where each change's bytes lie in the journal.
    places: Vec<Place>,
    /// Positions (space log, account log) of the last statement received.
    pub(crate) positions: (u32, u32),
    /// The same of the last covered one.
    pub(crate) covered_positions: (u32, u32),
    /// Up to where a verified head covers it.
    pub(crate) covered: u64,
    /// The newest verified head.
    pub(crate) head: Option<Head>,
    /// A verified head beyond what was received yet.
    pub(crate) promised: Option<Head>,
    /// What waits for a head; the last `uncovered.len()` counters.
    pub(crate) uncovered: VecDeque<Uncovered>,
    /// What the author had seen of the others at each change, up to `covered`.
    pub(crate) seen: Sight,
    /// The digest of the last covered statement.
    pub(crate) seen_digest: Option<SeenDigest>,
    /// Up to where what it had seen was judged.
    pub(crate) judged: u64,
    /// Each covered change's stamp (wall clock, then its counter in 16 bits); that of the change
    /// before where it could not be opened.
    pub(crate) marks: Vec<u64>,
}

/// How served changes fit a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// They follow: the first `known` were known, the rest are new.
    Follows {
        /// How many at the front were known already.
        known: usize,
    },
    /// There is a gap before the first.
    Gap,
    /// Another statement is known at this counter.
    Differs {
        /// The counter.
        counter: u64,
    },
    /// They contradict themselves.
    Inconsistent,
}

impl Chain {
    pub(crate) fn new(space: SpaceId, device: DeviceId) -> Self {
        Self {
            start: chain_start(space, device).h,
            hashes: Vec::new(),
            places: Vec::new(),
            positions: (0, 0),
            covered_positions: (0, 0),
            covered: 0,
            head: None,
            promised: None,
            uncovered: VecDeque::new(),
            seen: Sight::default(),
            seen_digest: None,
            judged: 0,
            marks: Vec::new(),
        }
    }

    /// The last counter received.
    pub(crate) fn last(&self) -> u64 {
        self.hashes.len() as u64
    }

    /// `h` at a counter, 0 included.
    pub(crate) fn h(&self, counter: u64) -> Option<Hash> {
        match counter.checked_sub(1) {
            None => Some(self.start),
            Some(at) => self.hashes.get(usize::try_from(at).ok()?).copied(),
        }
    }

    pub(crate) fn point(&self, counter: u64) -> Option<ChainPoint> {
        self.h(counter).map(|h| ChainPoint { counter, h })
    }

    /// The end of what a verified head covers.
    pub(crate) fn covered_point(&self) -> ChainPoint {
        self.point(self.covered)
            .expect("what is covered was received")
    }

    pub(crate) fn last_point(&self) -> ChainPoint {
        self.point(self.last())
            .expect("the last counter has its hash")
    }

    pub(crate) fn place(&self, counter: u64) -> Option<Place> {
        let at = usize::try_from(counter.checked_sub(1)?).ok()?;
        self.places.get(at).copied()
    }

    pub(crate) fn set_place(&mut self, counter: u64, place: Place) {
        let at = usize::try_from(counter - 1).expect("a counter that was received fits memory");
        if let Some(slot) = self.places.get_mut(at) {
            *slot = place;
        }
    }

    /// Judges how statements served from `first` on fit what is known, by the judgement that the
    /// box uses too.
    pub(crate) fn fit<'a>(
        &self,
        space: SpaceId,
        device: DeviceId,
        first: u64,
        statements: impl Iterator<Item = &'a Statement>,
    ) -> Fit {
        let earlier: Vec<ChainPoint> = judge::earlier_needed(first, self.last())
            .into_iter()
            .flatten()
            .filter_map(|counter| self.point(counter))
            .collect();
        let known = Known {
            last: self.last_point(),
            positions: self.positions,
            earlier: &earlier,
        };
        match judge::link(space, device, first, statements, &known) {
            Ok(linked) => Fit::Follows {
                known: linked.known,
            },
            Err(refusal) => match (refusal.code, refusal.at) {
                (Code::Equivocation, Some(counter)) => Fit::Differs { counter },
                (Code::Gap, _) => Fit::Gap,
                _ => Fit::Inconsistent,
            },
        }
    }

    /// Appends the next change.
    pub(crate) fn push(
        &mut self,
        space: SpaceId,
        device: DeviceId,
        statement: &Statement,
        place: Place,
    ) -> ChainPoint {
        let point = statement.chain(space, device, self.last_point());
        self.positions = (statement.space_position, statement.account_position);
        self.hashes.push(point.h);
        self.places.push(place);
        point
    }

    /// Drops what no head covers. Returns the sequence of the first that was dropped.
    pub(crate) fn drop_uncovered(&mut self) -> Option<u64> {
        let first = self.uncovered.front().map(|uncovered| uncovered.sequence);
        let keep = usize::try_from(self.covered).expect("what was received fits memory");
        self.hashes.truncate(keep);
        self.places.truncate(keep);
        self.uncovered.clear();
        self.positions = self.covered_positions;
        first
    }

    /// Takes over what the statement that was just covered says about the others.
    pub(crate) fn note_seen(&mut self, statement: &Statement) {
        self.seen.note(self.covered, &statement.seen);
        self.seen_digest = Some(statement.seen.digest());
        self.covered_positions = (statement.space_position, statement.account_position);
    }

    /// The largest counter whose change was written at or before a wall clock.
    pub(crate) fn written_by(&self, wall_ms: u64) -> u64 {
        self.marks.partition_point(|mark| mark >> 16 <= wall_ms) as u64
    }

    /// The counter of the change with a stamp.
    pub(crate) fn counter_of(&self, stamp: &Stamp) -> Option<u64> {
        let mark = mark_of(stamp);
        let at = self.marks.partition_point(|known| *known < mark);
        let at = if self.marks.get(at) == Some(&mark) {
            at
        } else {
            // A device whose clock ran backwards: rare, and worth no index.
            self.marks.iter().position(|known| *known == mark)?
        };
        Some(at as u64 + 1)
    }

    /// The stamp of a covered change's first event; that of the change before where it could not
    /// be opened.
    pub(crate) fn stamp_at(&self, device: DeviceId, counter: u64) -> Option<Stamp> {
        let at = usize::try_from(counter.checked_sub(1)?).ok()?;
        let mark = self.marks.get(at).filter(|mark| **mark > 0)?;
        let device = lifeos_kernel::DeviceId(*device.as_bytes());
        let counter = u16::try_from(mark & 0xFFFF).expect("16 bits");
        Some(Stamp::new(mark >> 16, counter, device, 0))
    }

    /// Notes the stamp of a covered change.
    pub(crate) fn note_mark(&mut self, counter: u64, stamp: &Stamp) {
        let at = usize::try_from(counter - 1).expect("what was received fits memory");
        if let Some(mark) = self.marks.get_mut(at) {
            *mark = mark_of(stamp);
        }
    }

    /// Moves what is covered on by one change.
    pub(crate) fn cover_next(&mut self) -> u64 {
        self.covered += 1;
        self.marks.push(self.marks.last().copied().unwrap_or(0));
        self.covered
    }

    pub(crate) fn raw(&self) -> (&[Hash], &[Place]) {
        (&self.hashes, &self.places)
    }

    pub(crate) fn restore(&mut self, hashes: Vec<Hash>, places: Vec<Place>) {
        self.hashes = hashes;
        self.places = places;
    }
}

/// A stamp as it orders the changes of one device.
fn mark_of(stamp: &Stamp) -> u64 {
    (stamp.wall_ms() << 16) | u64::from(stamp.counter())
}

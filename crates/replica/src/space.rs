//! One space as this device holds it: its log, keys, chains, folded state, outbox and stacks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lifeos_crypto::{SpaceKey, SpaceSecret};
use lifeos_kernel::{BatchId, IntentId, RecordId};
use lifeos_life::Life;
use lifeos_protocol::change::Change;
use lifeos_protocol::log::SpaceLog;
use lifeos_protocol::seen::Frontier;
use lifeos_protocol::{DeviceId, Hash, IncarnationId, SpaceId};

use crate::chain::Chain;
use crate::conflict::Conflict;
use crate::engine::Erasing;
use crate::pull::Pull;

/// Why a change was set aside. The code is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The key of its seal's epoch is not here.
    NoKey,
    /// It did not open: a wrong key, damage, a forgery or an erasure that nobody authorised.
    Unopenable,
    /// Its events are not what this version can read as events.
    Unreadable,
    /// An event's stamp is not its author's.
    ForeignStamp,
    /// The box no longer has its body: it is in a segment.
    InSegment,
    /// The box no longer has its body: it was erased.
    Erased,
}

impl Reason {
    /// The stable code that the page puts into words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoKey => "noKey",
            Self::Unopenable => "unopenable",
            Self::Unreadable => "unreadable",
            Self::ForeignStamp => "foreignStamp",
            Self::InSegment => "inSegment",
            Self::Erased => "erased",
        }
    }

    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        [
            Self::NoKey,
            Self::Unopenable,
            Self::Unreadable,
            Self::ForeignStamp,
            Self::InSegment,
            Self::Erased,
        ]
        .into_iter()
        .find(|reason| reason.number() == number)
    }
}

/// A change that was set aside.
#[derive(Debug, Clone)]
pub(crate) struct Quarantined {
    pub(crate) reason: Reason,
    /// The change as served; none where the box had no body.
    pub(crate) change: Option<Box<Change>>,
}

/// A change that waits for its stamp to be reached.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) wall_ms: u64,
    pub(crate) device: DeviceId,
    pub(crate) counter: u64,
    pub(crate) change: Box<Change>,
}

/// A change of this device that the box has not acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) counter: u64,
    pub(crate) change: Change,
    /// The write batch that makes it durable.
    pub(crate) token: u64,
}

/// What the box refused, from which counter on, and why (its stable code).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedAt {
    /// The first counter concerned.
    pub counter: u64,
    /// The box's code.
    pub code: String,
}

/// One act on a stack: how to take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) intent: IntentId,
    pub(crate) batch: Option<BatchId>,
    pub(crate) reversal: Vec<u8>,
}

/// A space.
pub(crate) struct Space {
    pub(crate) id: SpaceId,
    pub(crate) log: SpaceLog,
    pub(crate) secrets: BTreeMap<u32, SpaceSecret>,
    pub(crate) keys: BTreeMap<u32, SpaceKey>,
    /// Keys of epochs that only a refused branch had: what waited under them is sealed anew.
    pub(crate) former: Vec<SpaceKey>,
    pub(crate) life: Life,
    pub(crate) chains: BTreeMap<DeviceId, Chain>,
    /// What was told as seen by the own last change.
    pub(crate) told: Frontier,
    pub(crate) outbox: VecDeque<Waiting>,
    /// The box has the own chain up to here.
    pub(crate) accepted: u64,
    /// The span of the batch that is under way.
    pub(crate) in_flight: Option<(u64, u64)>,
    pub(crate) refused: Option<RefusedAt>,
    pub(crate) undo: Vec<Act>,
    pub(crate) redo: Vec<Act>,
    pub(crate) held: Vec<Held>,
    pub(crate) quarantine: BTreeMap<(DeviceId, u64), Quarantined>,
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) incarnation: Option<IncarnationId>,
    /// The last sequence taken.
    pub(crate) cursor: u64,
    /// The sequence of the last complete mark.
    pub(crate) completed: u64,
    /// Whether known changes may be served again: after a restart, or after some were dropped.
    pub(crate) catching_up: bool,
    /// The highest sequence ever taken in this incarnation.
    pub(crate) high: u64,
    pub(crate) pull: Option<Pull>,
    /// Every cut by which changes were folded, to notice one that is new.
    pub(crate) cuts: BTreeSet<(DeviceId, u64, Hash)>,
    /// How often account logs had left a branch when the statements here were last judged.
    pub(crate) turns: u64,
    /// Whether folded changes lie beyond a cut: the state must be folded anew.
    pub(crate) stale: bool,
    /// The first statement beyond a revoked device's cut, as the logs stand.
    pub(crate) beyond: Option<u32>,
    /// Records that are still to be compared with their events since the start.
    pub(crate) sample: BTreeSet<RecordId>,
    /// The own chain at the box and here differ.
    pub(crate) diverged: Option<u64>,
    pub(crate) erasing: Erasing,
}

/// How many acts can be taken back.
pub(crate) const UNDO_LIMIT: usize = 500;

impl Space {
    pub(crate) fn new(id: SpaceId, log: SpaceLog) -> Self {
        Self {
            id,
            log,
            secrets: BTreeMap::new(),
            keys: BTreeMap::new(),
            former: Vec::new(),
            life: Life::default(),
            chains: BTreeMap::new(),
            told: Frontier::new(),
            outbox: VecDeque::new(),
            accepted: 0,
            in_flight: None,
            refused: None,
            undo: Vec::new(),
            redo: Vec::new(),
            held: Vec::new(),
            quarantine: BTreeMap::new(),
            conflicts: Vec::new(),
            incarnation: None,
            cursor: 0,
            completed: 0,
            catching_up: false,
            high: 0,
            pull: None,
            cuts: BTreeSet::new(),
            turns: 0,
            stale: false,
            beyond: None,
            sample: BTreeSet::new(),
            diverged: None,
            erasing: Erasing::default(),
        }
    }

    pub(crate) fn chain_mut(&mut self, device: DeviceId) -> &mut Chain {
        let id = self.id;
        self.chains
            .entry(device)
            .or_insert_with(|| Chain::new(id, device))
    }

    /// The verified heads of all devices but one.
    pub(crate) fn frontier_without(&self, own: DeviceId) -> Frontier {
        let mut frontier = Frontier::new();
        for (device, chain) in &self.chains {
            if *device != own && chain.covered > 0 {
                frontier.observe(*device, chain.covered_point());
            }
        }
        frontier
    }
}

//! The engine: one account on one device.

mod complete;
mod erase;
mod examine;
mod execute;
mod export;
mod fold;
mod forks;
mod heads;
mod keyring;
mod logs;
mod members;
mod opening;
mod outbox;
mod pages;
mod people;
mod queries;
mod receive;
mod refold;
mod sample;
mod snapshot;
mod successor;
mod tell;
mod undo;
mod writing;

use std::collections::{BTreeMap, VecDeque};

use lifeos_crypto::{AccountSecret, DeviceKeys};
use lifeos_protocol::log::AccountLog;
use lifeos_protocol::{AccountId, DeviceId, SpaceId};
use rand_core::CryptoRng;

use crate::alarm::{Alarm, Cause};
use crate::clock::{Clock, ClockState};
use crate::files::Writes;
use crate::journal::{Journal, Place};
use crate::record::Record;
use crate::space::Space;

pub(crate) use erase::Erasing;
pub use erase::{ErasureDue, NewBodies};
pub(crate) use examine::{ExaminePage, Examining};
pub use execute::{Committed, Locale, WriteAs};
pub(crate) use export::EventsPlan;
pub(crate) use forks::stayers;
pub use forks::{BranchSecret, Resolution};
pub use keyring::WrapWanted;
pub(crate) use keyring::named_place;
pub use logs::LogOutcome;
pub use opening::{Identity, OpenProblem, Opened};
pub use outbox::Push;
pub(crate) use people::Strangers;
pub(crate) use queries::Subscription;
pub use queries::ViewChanged;
pub use refold::Repush;
pub use tell::{QuarantinedChange, Standing};
pub use undo::ReadBytes;
pub(crate) use writing::Writing;

/// What the outside lends for one call: the present and randomness.
pub struct Outside<'a> {
    /// The wall clock, in milliseconds since 1970.
    pub now_ms: u64,
    /// Randomness fit for keys.
    pub rng: &'a mut dyn CryptoRng,
}

/// Why the engine did not do what was asked. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// There is no such space here.
    #[error("find the space")]
    NoSuchSpace,
    /// The command was refused by its domain.
    #[error("decide")]
    Rejected(#[source] lifeos_kernel::Rejected),
    /// The clock is unsure: nothing is stamped until it is confirmed.
    #[error("stamp while the clock is unsure")]
    ClockUnsure,
    /// The key of the newest epoch is not here (yet).
    #[error("seal without the newest key")]
    NoKey,
    /// A log is frozen by a fork, or is of a newer version.
    #[error("write while a log is frozen")]
    Frozen,
    /// This device was revoked.
    #[error("write with a revoked device")]
    Revoked,
    /// The chain at the box is not the one here: the id is retired.
    #[error("write with a retired device id")]
    Diverged,
    /// The account does not write in this space: it only reads there, or is no member any more.
    #[error("write in a space that is only read")]
    ReadOnly,
    /// There is nothing to undo or redo.
    #[error("find something to undo")]
    NothingToUndo,
    /// There is no such record, entry or batch.
    #[error("find what was named")]
    NotFound,
    /// An event is beyond what a change may hold.
    #[error("seal what is too large")]
    TooLarge,
    /// Bytes that were read back are not what was stored.
    #[error("read a stored change back")]
    Damaged,
    /// A log statement did not apply.
    #[error("apply a log statement")]
    Statement(#[source] lifeos_protocol::log::LogRefusal),
    /// A sealed object did not open, or is not named by a log.
    #[error("open a sealed key")]
    Sealed,
}

/// What all spaces share.
pub(crate) struct Core {
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) keys: DeviceKeys,
    pub(crate) log: AccountLog,
    /// The verified logs of other accounts: those that a space here names, or a person.
    pub(crate) others: BTreeMap<AccountId, AccountLog>,
    /// How often an account's log has left the branch that it was on.
    pub(crate) turns: u64,
    pub(crate) secrets: BTreeMap<u32, AccountSecret>,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    /// Number of the next batch of writes.
    pub(crate) next_token: u64,
    /// Number of the last batch of writes that is durable; 0 is what was read back.
    pub(crate) durable: u64,
    /// While the journal is read back: the place of the record under way.
    pub(crate) replaying: Option<Place>,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) changed: bool,
    /// What kept questions are to be asked again for.
    pub(crate) touched: queries::Touched,
    #[cfg(feature = "testkit")]
    pub(crate) sabotage: crate::Sabotage,
}

/// One account on one device, with its spaces. See the crate's documentation.
pub struct Engine {
    pub(crate) core: Core,
    pub(crate) spaces: BTreeMap<SpaceId, Space>,
    pub(crate) locale: Locale,
    pub(crate) subscriptions: BTreeMap<u32, Subscription>,
    pub(crate) views: VecDeque<ViewChanged>,
    #[cfg(feature = "testkit")]
    pub(crate) asked_again: u64,
}

impl Core {
    /// Appends a record to the journal; while the journal is read back, gives the place from
    /// which it came.
    pub(crate) fn note(&mut self, record: &Record, out: &mut Outside<'_>) -> Place {
        match self.replaying {
            Some(place) => place,
            None => self.journal.append(record, &mut out.rng),
        }
    }

    /// Raises an alarm, or counts one that is already raised and unseen.
    pub(crate) fn alarm(&mut self, raise: Raise, out: &mut Outside<'_>) {
        if self.replaying.is_some() {
            return;
        }
        let number = self.alarms.last().map_or(0, |alarm| alarm.number) + 1;
        let mut alarm = Alarm {
            number,
            cause: raise.cause,
            at_ms: out.now_ms,
            space: raise.space,
            device: raise.device,
            counter: raise.counter,
            count: 1,
            evidence: raise.evidence,
            seen: false,
        };
        let raised = self
            .alarms
            .iter_mut()
            .rev()
            .find(|raised| !raised.seen && raised.is_about(&alarm));
        if let Some(raised) = raised {
            raised.count = raised.count.saturating_add(1);
            return;
        }
        alarm.evidence.truncate(EVIDENCE_LIMIT);
        self.note(&Record::Alarm(alarm.clone()), out);
        self.alarms.push(alarm);
    }
}

/// The most bytes of evidence that one alarm keeps.
const EVIDENCE_LIMIT: usize = 128 << 10;

/// An alarm about to be raised.
pub(crate) struct Raise {
    pub(crate) cause: Cause,
    pub(crate) space: SpaceId,
    pub(crate) device: DeviceId,
    pub(crate) counter: u64,
    pub(crate) evidence: Vec<u8>,
}

impl Raise {
    pub(crate) fn new(cause: Cause, space: SpaceId) -> Self {
        Self {
            cause,
            space,
            device: DeviceId::ZERO,
            counter: 0,
            evidence: Vec::new(),
        }
    }

    pub(crate) fn about(mut self, device: DeviceId, counter: u64) -> Self {
        self.device = device;
        self.counter = counter;
        self
    }

    pub(crate) fn counter(mut self, counter: u64) -> Self {
        self.counter = counter;
        self
    }

    pub(crate) fn evidence(mut self, parts: &[&[u8]]) -> Self {
        self.evidence = parts.concat();
        self
    }
}

impl Core {
    /// Whether changes are pushed before they are durable: never, but under sabotage.
    pub(crate) fn pushes_before_durable(&self) -> bool {
        #[cfg(feature = "testkit")]
        return self.sabotage.push_before_durable;
        #[cfg(not(feature = "testkit"))]
        false
    }

    /// Whether what no head covers is folded: never, but under sabotage.
    pub(crate) fn folds_uncovered(&self) -> bool {
        #[cfg(feature = "testkit")]
        return self.sabotage.fold_beyond_head;
        #[cfg(not(feature = "testkit"))]
        false
    }

    /// Whether cuts are respected: always, but under sabotage.
    pub(crate) fn respects_cuts(&self) -> bool {
        #[cfg(feature = "testkit")]
        return !self.sabotage.ignore_cuts;
        #[cfg(not(feature = "testkit"))]
        true
    }

    /// Whether what cannot be opened is dropped: never, but under sabotage.
    pub(crate) fn drops_unopenable(&self) -> bool {
        #[cfg(feature = "testkit")]
        return self.sabotage.drop_unopenable;
        #[cfg(not(feature = "testkit"))]
        false
    }
}

#[cfg(feature = "testkit")]
impl Engine {
    /// Breaks rules on purpose, for a negative control.
    pub fn sabotage(&mut self, sabotage: crate::Sabotage) {
        self.core.sabotage = sabotage;
    }

    /// The newest key of a space, for a test that plays a dishonest holder of it.
    #[must_use]
    pub fn space_key(&self, space: SpaceId) -> Option<&lifeos_crypto::SpaceKey> {
        self.spaces.get(&space)?.keys.values().next_back()
    }

    /// The bytes of one event of a record, for a test that alters them.
    #[must_use]
    pub fn event_bytes(
        &mut self,
        space: SpaceId,
        record: lifeos_kernel::RecordId,
        stamp: lifeos_kernel::Stamp,
        bytes: &[ReadBytes],
    ) -> Option<Vec<u8>> {
        let events = self.historic(space, record, bytes).ok()?;
        let is_it = |bytes: &Vec<u8>| {
            lifeos_kernel::RawEvent::read(bytes).is_ok_and(|raw| raw.stamp == stamp)
        };
        events.into_iter().map(|event| event.bytes).find(is_it)
    }
}

impl Engine {
    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.core.account
    }

    /// This device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.core.device
    }

    /// This device's keys, for sessions and log statements.
    #[must_use]
    pub fn device_keys(&self) -> &DeviceKeys {
        &self.core.keys
    }

    /// The verified account log.
    #[must_use]
    pub fn account_log(&self) -> &AccountLog {
        &self.core.log
    }

    /// The spaces that are here.
    pub fn spaces(&self) -> impl Iterator<Item = SpaceId> {
        self.spaces.keys().copied()
    }

    /// The verified log of a space.
    #[must_use]
    pub fn space_log(&self, space: SpaceId) -> Option<&lifeos_protocol::log::SpaceLog> {
        self.spaces.get(&space).map(|space| &space.log)
    }

    /// Whether this device may stamp.
    #[must_use]
    pub fn clock(&self) -> ClockState {
        self.core.clock.state()
    }

    /// The box's Date, heard at contact.
    pub fn heard_server_time(&mut self, server_ms: u64, out: &mut Outside<'_>) {
        let before = self.core.clock.state();
        self.core.clock.heard_server(server_ms, out.now_ms);
        if before == ClockState::Sure && self.core.clock.state() != ClockState::Sure {
            let raise = Raise::new(Cause::OwnClock, SpaceId::ZERO);
            self.core.alarm(raise, out);
        }
    }

    /// The person says that this device's clock is right.
    pub fn confirm_clock(&mut self) {
        self.core.clock.confirm();
    }

    /// Takes the writes that have gathered, to be carried out in order. When all of them are
    /// durable the host calls [`Self::durable`]; nothing that they hold is pushed or acknowledged
    /// before.
    pub fn take_writes(&mut self) -> Option<Writes> {
        let writes = self.core.journal.take_writes();
        if writes.is_empty() {
            return None;
        }
        let token = self.core.next_token;
        self.core.next_token += 1;
        Some(Writes { token, writes })
    }

    /// The writes up to this token are durable.
    pub fn durable(&mut self, token: u64) {
        self.core.durable = self.core.durable.max(token);
    }

    pub(crate) fn split(&mut self, space: SpaceId) -> Result<(&mut Core, &mut Space), EngineError> {
        let space = self
            .spaces
            .get_mut(&space)
            .ok_or(EngineError::NoSuchSpace)?;
        Ok((&mut self.core, space))
    }
}

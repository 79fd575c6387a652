//! The box in memory: it judges by the functions that the real box uses, keeps what it took, and
//! serves it as frames.

use std::collections::BTreeMap;

use lifeos_protocol::batch::Batch;
use lifeos_protocol::change::Change;
use lifeos_protocol::cursor::Cursor;
use lifeos_protocol::head::Head;
use lifeos_protocol::judge::{Known, Room, earlier_needed, judge_batch, judge_space_append};
use lifeos_protocol::log::{AccountBody, AccountLog, Applied, LogKind, LogStatement, SpaceLog};
use lifeos_protocol::refusal::Code;
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::stream::{AccountHead, Complete, Frame, Run};
use lifeos_protocol::wrap::{SealedPrevious, Wrap};
use lifeos_protocol::{AccountId, DeviceId, Hash, IncarnationId, LogId, SpaceId, Wire, Writer};
use lifeos_replica::acts::Act;

/// A change in the box's order of arrival; its sequence is its place, from 1.
#[derive(Debug, Clone)]
struct Stored {
    device: DeviceId,
    counter: u64,
    change: Change,
}

#[derive(Debug, Clone, Default)]
struct Chain {
    points: Vec<ChainPoint>,
    positions: (u32, u32),
    heads: Vec<Head>,
}

/// The box in memory, for the accounts of one space. A clone is a backup.
#[derive(Debug, Clone)]
pub struct Relay {
    /// The accounts' logs.
    pub accounts: BTreeMap<AccountId, AccountLog>,
    /// The space's log.
    pub space: SpaceLog,
    /// The life of its store.
    pub incarnation: IncarnationId,
    /// What its clock is ahead of true time, in milliseconds.
    pub clock_offset_ms: i64,
    stored: Vec<Stored>,
    chains: BTreeMap<DeviceId, Chain>,
    wraps: Vec<Wrap>,
    previous: BTreeMap<Hash, SealedPrevious>,
}

impl Relay {
    /// A box with an account and a space.
    ///
    /// # Panics
    /// Where the first statements do not verify.
    #[must_use]
    pub fn new(account: &Act, space: &Act) -> Self {
        let account_log =
            AccountLog::start(account.statement.clone(), ()).expect("a founded account verifies");
        let space_log = SpaceLog::start(space.statement.clone(), &account_log)
            .expect("a founded space verifies");
        Self {
            accounts: BTreeMap::from([(account_log.id().into(), account_log)]),
            space: space_log,
            incarnation: IncarnationId::new([1; 16]),
            clock_offset_ms: 0,
            stored: Vec::new(),
            chains: BTreeMap::new(),
            wraps: account.wraps.iter().chain(&space.wraps).cloned().collect(),
            previous: BTreeMap::new(),
        }
    }

    /// Takes an account that was founded elsewhere.
    ///
    /// # Panics
    /// Where its first statement does not verify.
    pub fn admit(&mut self, account: &Act) {
        let log = AccountLog::start(account.statement.clone(), ()).expect("it verifies");
        self.accounts.insert(log.id().into(), log);
        self.wraps.extend(account.wraps.iter().cloned());
    }

    /// The log of an account that it has.
    ///
    /// # Panics
    /// Where it has no such account.
    #[must_use]
    pub fn account(&self, id: AccountId) -> &AccountLog {
        &self.accounts[&id]
    }

    /// Compares and swaps: takes an act only as the next statement of its log.
    pub fn append(&mut self, act: &Act) -> bool {
        let taken = match act.kind {
            LogKind::Account => {
                let lacks_nothing = self.lacks_nothing(act);
                let log = self.accounts.get_mut(&act.statement.log.into());
                log.is_some_and(|log| {
                    lacks_nothing
                        && log.head() == act.statement.previous
                        && log.apply(act.statement.clone(), ()) == Ok(Applied::Added)
                })
            }
            LogKind::Space => {
                let mut log = self.space.clone();
                let taken = log.head() == act.statement.previous
                    && judge_space_append(&act.statement, &self.accounts).is_ok()
                    && log.apply(act.statement.clone(), &self.accounts) == Ok(Applied::Added);
                self.space = if taken { log } else { self.space.clone() };
                taken
            }
        };
        if taken {
            self.wraps.extend(act.wraps.iter().cloned());
            if let Some(previous) = &act.previous {
                self.previous.insert(previous.hash(), previous.clone());
            }
        }
        taken
    }

    /// Whom a revocation revokes has signed nothing beyond where it says that the space's log stood.
    fn lacks_nothing(&self, act: &Act) -> bool {
        let body = AccountBody::from_bytes(&act.statement.body);
        let revocation = body.as_ref().ok().and_then(AccountBody::revocation);
        revocation.is_none_or(|(targets, cuts)| {
            let lacked = self.space.lacked_by(targets, cuts);
            lacked.is_ok_and(<[LogStatement]>::is_empty)
        })
    }

    /// Takes a batch or refuses it. Returns the counter that it has now.
    ///
    /// # Errors
    /// The stable code of the refusal.
    pub fn push(&mut self, bytes: &[u8]) -> Result<u64, Code> {
        let batch = Batch::from_bytes(bytes).map_err(|_| Code::Malformed)?;
        let space: SpaceId = self.space.id().into();
        let device = batch.device();
        let chain = self.chains.get(&device).cloned().unwrap_or_default();
        let last = chain
            .points
            .last()
            .copied()
            .unwrap_or(chain_start(space, device));
        let earlier: Vec<ChainPoint> = earlier_needed(batch.first(), last.counter)
            .into_iter()
            .flatten()
            .map(|counter| match counter.checked_sub(1) {
                None => chain_start(space, device),
                Some(at) => chain.points[usize::try_from(at).expect("a chain in memory")],
            })
            .collect();
        let known = Known {
            last,
            positions: chain.positions,
            earlier: &earlier,
        };
        let room = Room::new(&self.space, batch.head().body.account, &self.accounts)
            .map_err(|refusal| refusal.code)?;
        let accepted = judge_batch(&batch, &room, &known).map_err(|refusal| refusal.code)?;
        let first = batch.first();
        let (changes, head) = batch.into_parts();
        let chain = self.chains.entry(device).or_default();
        for (at, change) in changes.into_iter().enumerate().skip(accepted.known) {
            chain.points.push(accepted.points[at]);
            chain.positions = accepted.positions;
            self.stored.push(Stored {
                device,
                counter: first + at as u64,
                change,
            });
        }
        chain.heads.push(head);
        Ok(chain.points.last().map_or(0, |point| point.counter))
    }

    /// What is served after a cursor, frame by frame.
    #[must_use]
    pub fn frames(&self, after: Option<Cursor>, now_ms: u64) -> Vec<Frame> {
        let mut frames: Vec<Frame> = Vec::new();
        let statements = |kind, statements: &[LogStatement]| -> Vec<Frame> {
            statements
                .iter()
                .map(|statement| Frame::Log(kind, statement.clone()))
                .collect()
        };
        for account in self.space.accounts() {
            let log = &self.accounts[&account];
            frames.extend(statements(LogKind::Account, log.statements()));
        }
        frames.extend(statements(LogKind::Space, self.space.statements()));
        let from = after.map_or(0, |cursor| cursor.sequence);
        let mut served: Vec<DeviceId> = Vec::new();
        for (sequence, stored) in (1..)
            .zip(&self.stored)
            .filter(|(sequence, _)| *sequence > from)
        {
            if !served.contains(&stored.device) {
                served.push(stored.device);
            }
            if let Some(Frame::Run(run)) = frames.last_mut()
                && run.device == stored.device
                && run.changes.len() < 64
            {
                run.changes.push(stored.change.clone());
                continue;
            }
            frames.push(Frame::Run(Run {
                sequence,
                device: stored.device,
                first: stored.counter,
                changes: vec![stored.change.clone()],
            }));
        }
        for device in served {
            if let Some(head) = self.chains[&device]
                .heads
                .iter()
                .max_by_key(|head| head.body.counter)
            {
                frames.push(Frame::Head(*head));
            }
        }
        frames.push(Frame::Complete(Complete {
            incarnation: self.incarnation,
            sequence: self.stored.len() as u64,
            server_time_ms: now_ms.saturating_add_signed(self.clock_offset_ms),
            accounts: self
                .space
                .members()
                .map(|(account, _)| AccountHead {
                    account,
                    head: self.accounts[&account].head(),
                })
                .collect(),
            space_log_head: self.space.head(),
        }));
        frames
    }

    /// Every head that a device ever pushed, oldest first.
    #[must_use]
    pub fn heads_of(&self, device: DeviceId) -> Vec<Head> {
        self.chains
            .get(&device)
            .map(|chain| chain.heads.clone())
            .unwrap_or_default()
    }

    /// The wraps of a log's epoch.
    #[must_use]
    pub fn wraps(&self, log: LogId, epoch: u32) -> Vec<Wrap> {
        let of = |wrap: &&Wrap| {
            let named = self
                .space
                .named_wrap(&wrap.hash())
                .filter(|_| log == self.space.id());
            let account = || self.accounts.get(&log.into())?.named_wrap(&wrap.hash());
            let named = named.or_else(account);
            named.is_some_and(|(_, of)| of == epoch)
        };
        self.wraps.iter().filter(of).cloned().collect()
    }

    /// The sealed secret of the epoch before one.
    #[must_use]
    pub fn previous(&self, log: LogId, epoch: u32) -> Option<SealedPrevious> {
        let hash = match self.accounts.get(&log.into()) {
            Some(account) => account.epoch_at(epoch)?.previous,
            None => self.space.epoch_at(epoch)?.previous,
        };
        self.previous.get(&hash).cloned()
    }

    /// Puts a body sealed anew in place of the one that it has.
    ///
    /// # Panics
    /// Where the statement is another: the box would refuse it.
    pub fn replace_body(&mut self, device: DeviceId, counter: u64, change: &Change) {
        let mut stored = self.stored.iter_mut();
        let is_it = |stored: &&mut Stored| (stored.device, stored.counter) == (device, counter);
        let stored = stored.find(is_it).expect("the box has this change");
        assert_eq!(stored.change.statement, change.statement);
        stored.change = change.clone();
    }

    /// How many changes it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.stored.len()
    }

    /// The changes as stored, for tests that alter or replay them.
    pub fn changes(&self) -> impl Iterator<Item = (DeviceId, u64, &Change)> {
        self.stored
            .iter()
            .map(|stored| (stored.device, stored.counter, &stored.change))
    }
}

/// Frames as they travel.
#[must_use]
pub fn encode(frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new();
    for frame in frames {
        frame.write(&mut writer);
    }
    writer.finish()
}

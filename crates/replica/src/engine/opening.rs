//! The start: from the files of a device to its engine, and the first files of a new one.

use std::collections::{BTreeMap, VecDeque};

use lifeos_crypto::{DeviceKeys, LocalKey, SpaceSecret};
use lifeos_protocol::change::Change;
use lifeos_protocol::log::{AccountLog, LogStatement, SpaceLog};
use lifeos_protocol::statement::Statement;
use lifeos_protocol::{AccountId, DecodeError, Reader, SpaceId, Wire, Writer};
use zeroize::Zeroizing;

use super::{Core, Engine, EngineError, Locale, Outside};
use crate::chain::Body;
use crate::clock::Clock;
use crate::files::{FileKind, FileName, StoredFile, Write};
use crate::journal::{End, Journal, Place, read_back};
use crate::record::Record;
use crate::space::{RefusedAt, Space};

/// What a device is made of.
pub struct Identity {
    /// Under which everything rests on this device.
    pub local: LocalKey,
    /// The device's own keys.
    pub keys: DeviceKeys,
    /// The verified account log, in which the device is enrolled.
    pub log: AccountLog,
}

/// An engine that was opened from its files.
pub struct Opened {
    /// The engine.
    pub engine: Engine,
    /// How many records of the journal were replayed.
    pub replayed: usize,
    /// Bytes of a torn last write that were cut off. Nothing in them was ever acknowledged.
    pub torn_bytes: u64,
}

/// Why files do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenProblem {
    /// A file is missing.
    #[error("find {0}")]
    Missing(FileName),
    /// A file is damaged, or sealed under another key.
    #[error("open {0}")]
    Damaged(FileName),
    /// A file was written by a newer version.
    #[error("read {0}, which a newer version wrote")]
    Newer(FileName),
    /// A snapshot was written by an earlier version: without it, everything is in the journals.
    #[error("read {0}, which an earlier version wrote")]
    Older(FileName),
}

const KEYS_VERSION: u16 = 1;

impl Engine {
    /// Makes the engine of a device that holds nothing yet. Its first writes are ready to be
    /// taken; add the account secret and the spaces next.
    #[must_use]
    pub fn create(identity: Identity, out: &mut Outside<'_>) -> Self {
        Self::create_from(identity, 0, out)
    }

    /// As [`Self::create`], with files whose numbers begin at `first`, beside those of the device
    /// whose place this one takes.
    pub(crate) fn create_from(identity: Identity, first: u32, out: &mut Outside<'_>) -> Self {
        let mut w = Writer::new();
        let account = AccountId::from(identity.log.id());
        w.u16(KEYS_VERSION)
            .put(&account)
            .raw(identity.keys.expose_seeds());
        let plain = Zeroizing::new(w.finish());
        let file = FileName::keys(first.into());
        let key = identity
            .local
            .file_key(FileKind::Keys.sealed_as(), file.number);
        let bytes = key.seal_frame(0, &plain, &mut out.rng);
        let mut journal = Journal::new(identity.local, first, 0, 0);
        journal.push_write(Write::Append {
            file,
            offset: 0,
            bytes,
        });
        let mut engine = Self::bare(account, identity.keys, identity.log, journal);
        for statement in engine.core.log.statements().to_vec() {
            engine
                .core
                .note(&Record::AccountStatement(statement.to_bytes()), out);
        }
        engine
    }

    /// Opens an engine from what [`crate::files_to_open`] names. The snapshot stays in memory,
    /// sealed but for what was asked of it. The present decides what is still held as being from
    /// the future.
    ///
    /// # Errors
    /// [`OpenProblem`], and nothing was changed. If a snapshot is to blame, try again without it
    /// and with all journals.
    pub fn open(
        local: LocalKey,
        mut files: Vec<StoredFile>,
        out: &mut Outside<'_>,
    ) -> Result<Opened, OpenProblem> {
        let Kept {
            first,
            account,
            keys,
        } = read_keys(&local, &files)?;
        let snapshot = files
            .iter()
            .position(|file| file.name.kind == FileKind::Snapshot)
            .map(|at| files.swap_remove(at));
        let mut journals: Vec<&StoredFile> = files
            .iter()
            .filter(|file| file.name.kind == FileKind::Journal)
            .collect();
        journals.sort_unstable_by_key(|file| file.name);
        let start = snapshot.as_ref().map_or(first, |file| file.name.number);
        let is_from_snapshot = snapshot.is_some();
        let read = read_journals(&local, start, &journals)?;
        let end = read.end;
        let mut journal = Journal::new(local, end.file, end.frames, end.offset);
        for (file, length) in read.ended {
            journal.note_ended(file, length);
        }
        let mut records = read.records.into_iter();
        let mut engine = match snapshot {
            Some(file) => Self::from_snapshot(file, account, keys, journal)?,
            None => {
                let problem = OpenProblem::Damaged(FileName::journal(first));
                let Some((_, Record::AccountStatement(bytes))) = records.next() else {
                    return Err(problem);
                };
                let first = LogStatement::from_bytes(&bytes).map_err(|_| problem)?;
                let log = AccountLog::start(first, ()).map_err(|_| problem)?;
                if log.id() != account.into() {
                    return Err(problem);
                }
                Self::bare(account, keys, log, journal)
            }
        };
        let mut replayed = 0;
        for (place, record) in records {
            let problem = OpenProblem::Damaged(FileName::journal(place.file.into()));
            engine.core.replaying = Some(place);
            engine.replay(place, record, out).ok_or(problem)?;
            replayed += 1;
        }
        for space in engine.spaces.values_mut() {
            space.release_held(&mut engine.core, out);
            space.look_beyond_cuts(&mut engine.core, out);
            if is_from_snapshot {
                space.draw_sample(out);
            }
        }
        engine.core.replaying = None;
        engine.core.changed = false;
        engine.core.touched = super::queries::Touched::default();
        if read.torn_bytes > 0 {
            let file = FileName::journal(end.file.into());
            let length = end.offset.into();
            engine
                .core
                .journal
                .push_write(Write::Truncate { file, length });
        }
        // A write that was cut between a new key and the new seals of what waits.
        for space in engine.spaces.values_mut() {
            space.reseal_outbox(&mut engine.core, out);
        }
        Ok(Opened {
            engine,
            replayed,
            torn_bytes: read.torn_bytes,
        })
    }

    /// Adds a space from the statements of its log.
    ///
    /// # Errors
    /// [`EngineError::Statement`] where they do not verify or are of another space.
    pub fn add_space(
        &mut self,
        space: SpaceId,
        statements: &[LogStatement],
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        if self.spaces.contains_key(&space) {
            for statement in statements {
                self.apply_statement(lifeos_protocol::log::LogKind::Space, statement, out)?;
            }
            return Ok(());
        }
        let log = SpaceLog::read(space.into(), statements.iter().cloned(), &self.core)
            .map_err(EngineError::Statement)?;
        for statement in statements {
            self.core
                .note(&Record::SpaceStatement(space, statement.to_bytes()), out);
        }
        let mut held = Space::new(space, log);
        held.look_beyond_cuts(&mut self.core, out);
        self.spaces.insert(space, held);
        Ok(())
    }

    pub(crate) fn bare(
        account: AccountId,
        keys: DeviceKeys,
        log: AccountLog,
        journal: Journal,
    ) -> Self {
        let device = keys.id();
        Self {
            core: Core {
                account,
                device,
                keys,
                log,
                others: BTreeMap::new(),
                turns: 0,
                secrets: BTreeMap::new(),
                clock: Clock::new(lifeos_kernel::DeviceId(*device.as_bytes())),
                journal,
                next_token: 1,
                durable: 0,
                replaying: None,
                alarms: Vec::new(),
                changed: false,
                touched: super::queries::Touched::default(),
                #[cfg(feature = "testkit")]
                sabotage: crate::Sabotage::default(),
            },
            spaces: BTreeMap::new(),
            locale: Locale::default(),
            subscriptions: BTreeMap::new(),
            views: VecDeque::new(),
            #[cfg(feature = "testkit")]
            asked_again: 0,
        }
    }

    /// Takes one record of the journal as it was taken when it was written.
    fn replay(&mut self, place: Place, record: Record, out: &mut Outside<'_>) -> Option<()> {
        match record {
            Record::AccountStatement(bytes) => {
                let statement = LogStatement::from_bytes(&bytes).ok()?;
                self.core.replay_account(statement, out)?;
                self.logs_changed(out);
            }
            Record::SpaceStatement(id, bytes) => {
                let statement = LogStatement::from_bytes(&bytes).ok()?;
                if let Some(space) = self.spaces.get_mut(&id) {
                    space
                        .apply_statement(&mut self.core, &statement, out)
                        .ok()?;
                    self.logs_changed(out);
                } else {
                    let log = SpaceLog::start(statement, &self.core).ok()?;
                    self.spaces.insert(id, Space::new(id, log));
                }
            }
            Record::AccountSecret { epoch, secret } => {
                let secret = lifeos_crypto::AccountSecret::from_bytes(epoch, &secret);
                self.core.take_secret(secret, out)?;
            }
            Record::Alarm(alarm) => self.core.alarms.push(alarm),
            Record::AlarmSeen(number) => self.core.mark_seen(number),
            Record::SpaceKey { space, epoch, key } => {
                let (core, space) = self.split(space).ok()?;
                space.take_secret(core, SpaceSecret::from_bytes(epoch, &key), out)?;
            }
            Record::Wrote { space, .. }
            | Record::Resealed { space, .. }
            | Record::Run { space, .. }
            | Record::Gone { space, .. }
            | Record::Head { space, .. }
            | Record::Complete { space, .. }
            | Record::Dropped { space, .. }
            | Record::Restarted { space, .. }
            | Record::Accepted { space, .. }
            | Record::Refused { space, .. }
            | Record::Passed { space, .. }
            | Record::Diverged { space, .. }
            | Record::Scrubbed { space }
            | Record::BodiesTaken { space, .. } => {
                let (core, space) = self.split(space).ok()?;
                space.replay(core, place, record, out)?;
            }
        }
        Some(())
    }
}

impl Space {
    fn replay(
        &mut self,
        core: &mut Core,
        place: Place,
        record: Record,
        out: &mut Outside<'_>,
    ) -> Option<()> {
        match record {
            Record::Wrote {
                stack,
                reversal,
                changes,
                ..
            } => {
                self.replay_wrote(core, place, stack, reversal, &changes)?;
            }
            Record::Resealed { first, changes, .. } => {
                for (part, bytes) in changes.iter().enumerate() {
                    let counter = first + part as u64;
                    let change = Change::from_bytes(bytes).ok()?;
                    let mut waiting = self.outbox.iter_mut();
                    if let Some(waiting) = waiting.find(|waiting| waiting.counter == counter) {
                        waiting.change = change;
                    }
                    self.move_place(core.device, counter, place.with_part(part));
                }
            }
            Record::Run {
                sequence,
                device,
                counter,
                changes,
                ..
            } => {
                let bodies: Result<Vec<Body>, DecodeError> = changes
                    .iter()
                    .map(|bytes| {
                        Change::from_bytes(bytes).map(|change| Body::Here(Box::new(change)))
                    })
                    .collect();
                self.replay_bodies(core, sequence, device, counter, bodies.ok()?, out);
            }
            Record::Gone {
                sequence,
                device,
                counter,
                statement,
                why,
                ..
            } => {
                let statement = Statement::from_bytes(&statement).ok()?;
                let bodies = vec![Body::Gone(statement, why)];
                self.replay_bodies(core, sequence, device, counter, bodies, out);
            }
            Record::Head { head, .. } => {
                let head = lifeos_protocol::head::Head::from_bytes(&head).ok()?;
                self.cover(core, head, out);
            }
            Record::Complete {
                incarnation,
                sequence,
                ..
            } => {
                self.incarnation = Some(incarnation);
                self.cursor = sequence;
                self.high = self.high.max(sequence);
                self.completed = sequence;
                self.catching_up = false;
            }
            Record::Dropped { device, cursor, .. } => {
                self.chain_mut(device).drop_uncovered();
                self.cursor = cursor;
                self.catching_up = true;
            }
            Record::Restarted { incarnation, .. } => self.restart(incarnation),
            Record::Accepted { counter, .. } => self.accept(core, counter, out),
            Record::Refused { counter, code, .. } => {
                self.refused = Some(RefusedAt { counter, code });
            }
            Record::Passed { stack, .. } => self.drop_act(stack),
            Record::Diverged { served, .. } => self.retire_from(served),
            Record::Scrubbed { .. } => self.scrubbed(),
            Record::BodiesTaken { sequence, .. } => {
                self.erasing.unsent.remove(&sequence);
            }
            _ => return None,
        }
        Some(())
    }
}

/// What the file of a device's keys holds.
struct Kept {
    /// The number at which the device's files begin.
    first: u64,
    account: AccountId,
    keys: DeviceKeys,
}

fn read_keys(local: &LocalKey, files: &[StoredFile]) -> Result<Kept, OpenProblem> {
    let file = files
        .iter()
        .find(|file| file.name.kind == FileKind::Keys)
        .ok_or(OpenProblem::Missing(FileName::keys(0)))?;
    let name = file.name;
    let key = local.file_key(FileKind::Keys.sealed_as(), name.number);
    let plain = key
        .open_frame(0, &file.bytes)
        .map_err(|_| OpenProblem::Damaged(name))?;
    let mut reader = Reader::new(&plain);
    let version = reader.u16().map_err(|_| OpenProblem::Damaged(name))?;
    if version != KEYS_VERSION {
        return Err(OpenProblem::Newer(name));
    }
    let mut read = || -> Result<_, DecodeError> {
        let account = AccountId::read(&mut reader)?;
        let seeds = Zeroizing::new(reader.array::<64>()?);
        Ok(Kept {
            first: name.number,
            account,
            keys: DeviceKeys::from_seeds(&seeds),
        })
    };
    read().map_err(|_| OpenProblem::Damaged(name))
}

struct JournalEnd {
    file: u32,
    frames: u32,
    offset: u32,
}

struct Journals {
    /// How long each file but the last is.
    ended: Vec<(u32, u32)>,
    records: Vec<(Place, Record)>,
    end: JournalEnd,
    torn_bytes: u64,
}

/// Reads the journals from a number on, without a gap; only the last may end in a torn frame.
fn read_journals(
    local: &LocalKey,
    first: u64,
    files: &[&StoredFile],
) -> Result<Journals, OpenProblem> {
    let damaged = |number| OpenProblem::Damaged(FileName::journal(number));
    let start = u32::try_from(first).map_err(|_| damaged(first))?;
    let mut read = Journals {
        ended: Vec::new(),
        records: Vec::new(),
        end: JournalEnd {
            file: start,
            frames: 0,
            offset: 0,
        },
        torn_bytes: 0,
    };
    let files: Vec<_> = files
        .iter()
        .filter(|file| file.name.number >= first)
        .collect();
    for (at, file) in files.iter().enumerate() {
        let number = start + u32::try_from(at).map_err(|_| damaged(first))?;
        if file.name.number != u64::from(number) {
            return Err(OpenProblem::Missing(FileName::journal(number.into())));
        }
        let back = read_back(local, number, &file.bytes);
        let is_last = at + 1 == files.len();
        match back.end {
            End::Clean => {}
            End::Torn if is_last => {
                read.torn_bytes = file.bytes.len() as u64 - u64::from(back.whole)
            }
            End::Torn | End::Damaged => return Err(damaged(number.into())),
        }
        read.records.extend(back.records);
        if !is_last {
            read.ended.push((number, back.whole));
        }
        read.end = JournalEnd {
            file: number,
            frames: back.frames,
            offset: back.whole,
        };
    }
    Ok(read)
}

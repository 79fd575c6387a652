//! A profile that was copied or restored: its chain at the box is no longer the one here, so its
//! id is another's too. It takes an id of its own, and what waited is written again under it.
//!
//! Each step follows from what is on the disk and in the account log, never from a remembered one,
//! so that a kill between any two of them is followed by the next: the keys and the journal of the
//! successor are durable before it is enrolled; it is enrolled once; it writes what waited after it
//! has pulled; the vault names it when that is durable; only then do the files before it go.
//!
//! Who enrols it is the method that unlocked this device, or else this device after a fresh user
//! verification. The id that it had is not revoked: who has it would erase its copy and what waits
//! there (docs/decisions/2026-11-21-a-copied-profile.md).

use lifeos_crypto::{DeviceKeys, LocalKey};
use lifeos_kernel::RecordId;
use lifeos_protocol::keys::Class;
use lifeos_protocol::{DeviceId, SpaceId};

use super::effect::{Effect, StoreFailure};
use super::files::Storing;
use super::sync::{Book, Step};
use super::{Client, State};
use crate::api::{Problem, ProblemCode};
use crate::{Cause, Engine, FileKind, FileName, Outside, StoredFile, Write};

/// The files of each device in a folder are numbered from a multiple of this.
const NUMBERS: u64 = 1 << 20;

/// A succession under way.
pub(crate) struct Succession {
    first: u32,
    at: At,
}

enum At {
    /// The files of a successor that was made before are being read.
    Reading,
    /// Its first files are on their way to the disk.
    Founding(Box<Engine>),
    /// It waits to be enrolled and to take over.
    Founded(Box<Engine>),
    /// It is the open engine; what waits in the one before is not yet written again.
    CatchingUp { before: Box<Engine> },
    /// What waited is written again, and on its way to the disk.
    Written,
    /// The vault is on its way to the disk.
    Naming,
}

impl Succession {
    /// The successor, until it takes over.
    fn successor(&self) -> Option<&Engine> {
        match &self.at {
            At::Founding(engine) | At::Founded(engine) => Some(engine),
            _ => None,
        }
    }
}

impl Client {
    /// Whether the successor has taken over and is not yet whole.
    pub(crate) fn is_taking_over(&self) -> bool {
        let State::Open(open) = &self.state else {
            return false;
        };
        open.succession.as_ref().is_some_and(|succession| {
            matches!(
                succession.at,
                At::CatchingUp { .. } | At::Written | At::Naming
            )
        })
    }

    /// The names of the files of the device that the vault is of.
    pub(crate) fn own_files(&self) -> Vec<FileName> {
        let first = self.vault.as_ref().map_or(0, |vault| vault.first);
        self.files_from(first)
    }

    fn files_from(&self, first: u32) -> Vec<FileName> {
        let numbers = u64::from(first)..u64::from(first) + NUMBERS;
        let own = self.files.iter().copied();
        own.filter(|name| numbers.contains(&name.number)).collect()
    }

    /// Everything was fetched: the chain here is the one at the box, and the method that unlocked
    /// this device has nothing more to do.
    pub(crate) fn met_the_box(&mut self) {
        if let State::Open(open) = &mut self.state
            && open.succession.is_none()
            && !open.engine.has_diverged()
        {
            open.method = None;
        }
    }

    /// Does the next step of a succession, if one is due.
    pub(crate) fn succeed(&mut self) {
        let State::Open(open) = &self.state else {
            return;
        };
        match open.succession.as_ref().map(|succession| &succession.at) {
            None if open.engine.has_diverged() => self.begin_succession(),
            Some(At::Founded(_)) if self.successor_is_enrolled() => self.take_over(),
            Some(At::CatchingUp { before }) if open.engine.has_pulled_all_of(before) => {
                self.write_after();
            }
            Some(At::Written) if !self.writes_engine() => self.name_successor(),
            _ => {}
        }
    }

    /// Whether writes of the open engine are on their way to the disk.
    fn writes_engine(&self) -> bool {
        self.storing
            .values()
            .any(|storing| matches!(storing, Storing::Engine { .. }))
    }

    /// Makes the successor, or reads back the one that was made before.
    fn begin_succession(&mut self) {
        self.flush_writes();
        let (State::Open(open), Some(vault)) = (&mut self.state, &self.vault) else {
            return;
        };
        let engine = &open.engine;
        let log = engine.account_log();
        let full = log
            .device(engine.device())
            .is_some_and(|device| device.class == Class::Full);
        let spaces: Vec<SpaceId> = engine.spaces().collect();
        let is_whole = |space: &SpaceId| engine.maintenance_reads(*space).is_empty();
        let ready = full
            && vault.has_method()
            && !log.is_frozen()
            && !engine.is_revoked()
            && engine.account_secret().is_some()
            && open.maintaining.is_none()
            && spaces.iter().all(is_whole);
        if !ready {
            return;
        }
        let own = u64::from(vault.first);
        let made = self
            .files
            .iter()
            .filter(|name| name.kind == FileKind::Keys && name.number > own)
            .map(|name| name.number)
            .min();
        if let Some(first) = made.and_then(|first| u32::try_from(first).ok()) {
            open.succession = Some(Succession {
                first,
                at: At::Reading,
            });
            let files = crate::files_to_open(&self.files_from(first));
            let token = self.token();
            self.storing.insert(token, Storing::ReadingSuccessor);
            self.effects.push(Effect::Read { token, files });
            return;
        }
        self.make_successor();
    }

    fn make_successor(&mut self) {
        let highest = self.files.iter().map(|name| name.number).max();
        let first = (highest.unwrap_or(0) / NUMBERS + 1) * NUMBERS;
        let Ok(first) = u32::try_from(first) else {
            return; // after four thousand of them
        };
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return;
        };
        let keys = DeviceKeys::make(&mut self.rng);
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let local = LocalKey::from_bytes(open.local_key.expose());
        let mut successor = open.engine.make_successor(local, keys, first, &mut out);
        let Some(writes) = successor.take_writes() else {
            return;
        };
        open.succession = Some(Succession {
            first,
            at: At::Founding(Box::new(successor)),
        });
        self.note_files(&writes.writes);
        let token = self.token();
        let storing = Storing::Successor {
            token: writes.token,
        };
        self.storing.insert(token, storing);
        self.effects.push(Effect::Write {
            token,
            writes: writes.writes,
        });
    }

    /// The first files of the successor are durable, so that it may be enrolled.
    pub(crate) fn successor_stored(&mut self, token: u64) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        if let Some(Succession {
            first,
            at: At::Founding(mut engine),
        }) = open.succession.take()
        {
            engine.durable(token);
            open.succession = Some(Succession {
                first,
                at: At::Founded(engine),
            });
        }
    }

    /// The files of a successor that was made before were read.
    pub(crate) fn successor_read(&mut self, files: Vec<StoredFile>) {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return;
        };
        let Some(Succession {
            first,
            at: At::Reading,
        }) = open.succession.take()
        else {
            return;
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let local = LocalKey::from_bytes(open.local_key.expose());
        match Engine::open(local, files, &mut out) {
            Ok(opened) => {
                open.succession = Some(Succession {
                    first,
                    at: At::Founded(Box::new(opened.engine)),
                });
            }
            // Cut while its first files were written: nobody has heard of it.
            Err(_) => {
                let torn = self.files_from(first);
                self.remove_files(&torn);
                self.make_successor();
            }
        }
    }

    /// Whether the account log names the successor.
    pub(crate) fn successor_is_enrolled(&self) -> bool {
        let State::Open(open) = &self.state else {
            return false;
        };
        let successor = open.succession.as_ref().and_then(Succession::successor);
        successor.is_some_and(|successor| {
            let id = successor.device();
            let named = |engine: &Engine| engine.account_log().device(id).is_some();
            named(&open.engine) || named(successor)
        })
    }

    /// Whether the successor waits to be enrolled, and somebody is there who may.
    pub(crate) fn may_enrol_successor(&self) -> bool {
        let State::Open(open) = &self.state else {
            return false;
        };
        let founded = open
            .succession
            .as_ref()
            .is_some_and(|succession| matches!(succession.at, At::Founded(_)));
        let verified = self
            .link
            .stepped_up_until_ms
            .is_some_and(|until| until > self.now.wall_ms);
        founded
            && !self.link.opens_session()
            && !self.successor_is_enrolled()
            && (open.method.is_some() || verified)
    }

    pub(crate) fn enrol_successor(&mut self) -> Result<(), Problem> {
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let keys = open
            .succession
            .as_ref()
            .and_then(Succession::successor)
            .map(|successor| successor.device_keys().public().clone())
            .ok_or(ProblemCode::WrongPhase)?;
        open.as_method = open.method.is_some();
        if open.as_method {
            self.end_session();
        }
        let asked = self.append_successor(keys);
        if asked.is_err()
            && let State::Open(open) = &mut self.state
        {
            open.as_method = false;
        }
        asked
    }

    /// The box has answered, well or not.
    pub(crate) fn successor_asked(&mut self, taken: bool) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        open.book.ended(Step::Enrol);
        if std::mem::take(&mut open.as_method) {
            self.end_session();
        } else if !taken {
            // Without a method's keys it takes another fresh verification.
            self.link.stepped_up_until_ms = None;
        }
        if !taken {
            self.back_off();
        }
    }

    pub(crate) fn end_session(&mut self) {
        self.link.drop_session();
        self.effects.push(Effect::TailClose);
    }

    /// The successor becomes the open engine, once nothing of the one before is under way.
    fn take_over(&mut self) {
        self.flush_writes();
        let writes = self.writes_engine();
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return;
        };
        let rests = open.book.rests()
            && open.unanswered.is_empty()
            && open.reading.is_empty()
            && open.maintaining.is_none();
        if writes || !rests {
            return;
        }
        let Some(Succession {
            first,
            at: At::Founded(mut successor),
        }) = open.succession.take()
        else {
            return;
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        let handed = open.engine.hand_over(&mut successor, &mut out);
        if handed.is_err() {
            // The alarm of the engine tells; the next pull of the account log may heal it.
            open.succession = Some(Succession {
                first,
                at: At::Founded(successor),
            });
            return;
        }
        let before = std::mem::replace(&mut open.engine, *successor);
        open.succession = Some(Succession {
            first,
            at: At::CatchingUp {
                before: Box::new(before),
            },
        });
        open.book = Book::default();
        open.import = None;
        open.new_method = None;
        open.method = None;
        self.approving = None;
        self.link.halted = false;
        self.end_session();
        self.set_locale();
    }

    /// Writes what waited in the device before again, and tells the person once.
    fn write_after(&mut self) {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return;
        };
        let Some(Succession {
            first,
            at: At::CatchingUp { before },
        }) = open.succession.take()
        else {
            return;
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        if open.engine.write_after(&before, &mut out).is_err() {
            // A key is not here yet, or the clock is unsure: with the next step, or tick.
            let at = At::CatchingUp { before };
            open.succession = Some(Succession { first, at });
            return;
        }
        let told = |alarm: &crate::Alarm| alarm.cause == Cause::Diverged;
        if !open.engine.alarms().iter().any(told) {
            open.engine.raise(Cause::Diverged, SpaceId::ZERO, &mut out);
        }
        let name = name_of(&before, before.device()).unwrap_or_default();
        open.to_name = Some((None, name));
        open.write_names(&mut out);
        open.succession = Some(Succession {
            first,
            at: At::Written,
        });
        self.flush_writes();
    }

    /// From now on this folder is the successor's.
    fn name_successor(&mut self) {
        let State::Open(open) = &mut self.state else {
            return;
        };
        let (Some(succession), Some(vault)) = (&mut open.succession, &mut self.vault) else {
            return;
        };
        succession.at = At::Naming;
        vault.pass_to(open.engine.device(), succession.first);
        self.write_vault_for_successor();
    }

    /// The vault names the successor, or could not be written.
    pub(crate) fn successor_named(&mut self, result: Result<(), StoreFailure>) {
        match result {
            Ok(()) => {
                if let State::Open(open) = &mut self.state {
                    open.succession = None;
                }
                self.remove_files_before_own();
            }
            Err(failure) => self.storage_failed(failure),
        }
    }

    /// Removes what devices before this one left in the folder.
    pub(crate) fn remove_files_before_own(&mut self) {
        let first = self.vault.as_ref().map_or(0, |vault| vault.first);
        let before: Vec<FileName> = self
            .files
            .iter()
            .copied()
            .filter(|name| name.number < u64::from(first))
            .collect();
        self.remove_files(&before);
    }

    fn remove_files(&mut self, names: &[FileName]) {
        if names.is_empty() {
            return;
        }
        let writes: Vec<Write> = names
            .iter()
            .map(|file| Write::Remove { file: *file })
            .collect();
        self.note_files(&writes);
        let token = self.token();
        // What could not be removed now goes at the next start.
        self.storing.insert(token, Storing::Vault);
        self.effects.push(Effect::Write { token, writes });
    }
}

/// What a device is called, as an engine knows it.
fn name_of(engine: &Engine, device: DeviceId) -> Option<String> {
    let life = engine.life(engine.spaces().next()?)?;
    life.device_name(RecordId(*device.as_bytes()))
        .map(str::to_owned)
}

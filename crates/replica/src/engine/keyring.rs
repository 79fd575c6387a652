//! Secrets of account and space epochs: taken in only where a verified log names them.

use lifeos_crypto::wrap::{self, WrapPlace};
use lifeos_crypto::{AccountSecret, SpaceSecret};
use lifeos_protocol::log::{Accounts, Judge, Log, SpaceState};
use lifeos_protocol::wrap::{SealedPrevious, Wrap, WrapKind};
use lifeos_protocol::{AccountId, Hash, LogId, RecipientId, SealingPublic, SpaceId, Wire};

use super::{Core, Engine, EngineError, Outside, Raise};
use crate::acts::{Act, Sealed};
use crate::alarm::Cause;
use crate::record::Record;
use crate::space::Space;

/// A secret that is named by a log and is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapWanted {
    /// The log.
    pub log: LogId,
    /// The epoch.
    pub epoch: u32,
    /// Whether the secret of the epoch after it is here, so that its sealed predecessor is asked
    /// for and not a wrap.
    pub as_previous: bool,
}

impl Engine {
    /// The secrets to ask the box for: newest epochs by their wraps, older ones by what the epoch
    /// after them sealed.
    #[must_use]
    pub fn wraps_wanted(&self) -> Vec<WrapWanted> {
        let mut wanted = Vec::new();
        want(
            &mut wanted,
            self.core.account.into(),
            self.core.log.epoch(),
            |epoch| self.core.secrets.contains_key(&epoch),
        );
        let member = |space: &&Space| space.log.role(self.core.account).is_some();
        for space in self.spaces.values().filter(member) {
            want(&mut wanted, space.id.into(), space.log.epoch(), |epoch| {
                space.secrets.contains_key(&epoch)
            });
        }
        wanted
    }

    /// Opens a wrap that a verified statement names, and takes its secret. What was set aside for
    /// want of it is tried again.
    ///
    /// # Errors
    /// [`EngineError::Sealed`] where no statement names it, it is not for this device or account,
    /// or it does not open to what the log says; an alarm is raised.
    pub fn receive_wrap(&mut self, wrap: &Wrap, out: &mut Outside<'_>) -> Result<(), EngineError> {
        let taken = match wrap.header.kind {
            WrapKind::AccountSecret => self.take_account_wrap(wrap, out),
            WrapKind::SpaceKey => self.take_space_wrap(wrap, out),
            WrapKind::LocalKey => None,
        };
        if taken.is_none() {
            let raise = Raise::new(Cause::WrapForged, wrap.header.log.into())
                .counter(wrap.header.sequence.into())
                .evidence(&[&wrap.hash().to_bytes()]);
            self.core.alarm(raise, out);
            return Err(EngineError::Sealed);
        }
        Ok(())
    }

    /// Opens the secret of the epoch before `epoch`, whose own secret is here.
    ///
    /// # Errors
    /// [`EngineError::Sealed`] where the log does not name it or it does not open; an alarm is
    /// raised.
    pub fn receive_previous(
        &mut self,
        log: LogId,
        epoch: u32,
        sealed: &SealedPrevious,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let taken = if log == self.core.account.into() {
            self.take_account_previous(epoch, sealed, out)
        } else {
            self.take_space_previous(log.into(), epoch, sealed, out)
        };
        if taken.is_none() {
            let raise = Raise::new(Cause::WrapForged, log.into()).counter(epoch.into());
            self.core.alarm(raise, out);
            return Err(EngineError::Sealed);
        }
        Ok(())
    }

    /// Takes an account secret that was made here, once the log has its epoch.
    ///
    /// # Errors
    /// [`EngineError::Sealed`] where the log names another key for its epoch.
    pub fn take_account_secret(
        &mut self,
        secret: AccountSecret,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        self.core
            .take_secret(secret, out)
            .ok_or(EngineError::Sealed)
    }

    /// Takes a space secret that was made here, once the log has its epoch.
    ///
    /// # Errors
    /// [`EngineError::Sealed`] where the log has no such epoch.
    pub fn take_space_secret(
        &mut self,
        space: SpaceId,
        secret: SpaceSecret,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (core, space) = self.split(space)?;
        space
            .take_secret(core, secret, out)
            .ok_or(EngineError::Sealed)
    }

    /// The account secret of the newest epoch, if it is here.
    #[must_use]
    pub fn account_secret(&self) -> Option<&AccountSecret> {
        self.core.secrets.get(&self.core.log.epoch())
    }

    /// The spaces that must be re-keyed before anything more is pushed to them; none whose log, or
    /// whose account's, is frozen.
    #[must_use]
    pub fn rekeys_due(&self) -> Vec<SpaceId> {
        let due = |space: &&Space| {
            let is_member = space.log.role(self.core.account).is_some();
            is_member && space.rekey_due(&self.core) && !space.is_frozen(&self.core)
        };
        self.spaces
            .values()
            .filter(due)
            .map(|space| space.id)
            .collect()
    }

    /// Makes the re-key of a space: a statement to append at the box. Once the box took it, give
    /// the statement to [`Self::apply_statement`] and the secret to [`Self::take_space_secret`];
    /// what waits in the outbox then gets new seals.
    ///
    /// # Errors
    /// [`EngineError::NoKey`] where the newest secret is not here, [`EngineError::Frozen`] while a
    /// log is frozen.
    pub fn make_rekey(
        &self,
        space: SpaceId,
        out: &mut Outside<'_>,
    ) -> Result<(Act, SpaceSecret), EngineError> {
        let held = self.spaces.get(&space).ok_or(EngineError::NoSuchSpace)?;
        if held.is_frozen(&self.core) {
            return Err(EngineError::Frozen);
        }
        let to = self.recipients(&held.log, None)?;
        let secret = held.newest_secret()?;
        self.in_space(&held.log, out)
            .rekey(secret, &to, out.rng)
            .map_err(|_| EngineError::Sealed)
    }

    /// To whom a new key of a space is sealed: the account of every member but one, at its newest
    /// epoch.
    ///
    /// # Errors
    /// [`EngineError::Frozen`] where an account's log has two histories: nothing is sealed to whom
    /// one of them may have thrown out.
    pub(crate) fn recipients(
        &self,
        space: &SpaceState,
        without: Option<AccountId>,
    ) -> Result<Vec<Sealed>, EngineError> {
        let members = space.members().map(|(account, _)| account);
        members
            .filter(|account| Some(*account) != without)
            .map(|account| self.core.recipient(account))
            .collect()
    }

    fn take_account_wrap(&mut self, wrap: &Wrap, out: &mut Outside<'_>) -> Option<()> {
        let (recipient, epoch) = self.core.log.named_wrap(&wrap.hash())?;
        if recipient != RecipientId::from(self.core.device) {
            return None;
        }
        let place = named_place(&self.core.log, wrap)?;
        let secret = wrap::open::<AccountSecret>(wrap, &self.core.keys, &place, epoch).ok()?;
        self.core.take_secret(secret, out)
    }

    fn take_space_wrap(&mut self, wrap: &Wrap, out: &mut Outside<'_>) -> Option<()> {
        let id = if wrap.header.log.is_zero() {
            let named = |space: &&Space| space.log.wrap_is_named(&wrap.hash());
            self.spaces.values().find(named)?.id
        } else {
            wrap.header.log.into()
        };
        let core = &mut self.core;
        let space = self.spaces.get_mut(&id)?;
        let (recipient, epoch) = space.log.named_wrap(&wrap.hash())?;
        let place = named_place(&space.log, wrap)?;
        let secret = if recipient == RecipientId::from(core.device) {
            wrap::open::<SpaceSecret>(wrap, &core.keys, &place, epoch).ok()?
        } else if recipient == RecipientId::from(core.account) {
            core.secrets.values().rev().find_map(|secret| {
                wrap::open::<SpaceSecret>(wrap, &secret.keys(core.account), &place, epoch).ok()
            })?
        } else {
            return None;
        };
        space.take_secret(core, secret, out)
    }

    fn take_account_previous(
        &mut self,
        epoch: u32,
        sealed: &SealedPrevious,
        out: &mut Outside<'_>,
    ) -> Option<()> {
        let core = &mut self.core;
        if core.log.epoch_at(epoch)?.previous != sealed.hash() {
            return None;
        }
        let newer = core.secrets.get(&epoch)?;
        let secret = wrap::open_previous(sealed, newer, core.account.into()).ok()?;
        core.take_secret(secret, out)
    }

    fn take_space_previous(
        &mut self,
        space: SpaceId,
        epoch: u32,
        sealed: &SealedPrevious,
        out: &mut Outside<'_>,
    ) -> Option<()> {
        let core = &mut self.core;
        let space = self.spaces.get_mut(&space)?;
        if space.log.epoch_at(epoch)?.previous != sealed.hash() {
            return None;
        }
        let newer = space.secrets.get(&epoch)?;
        let secret = wrap::open_previous(sealed, newer, space.id.into()).ok()?;
        space.take_secret(core, secret, out)
    }
}

impl Core {
    /// An account as one to whom something is sealed.
    pub(crate) fn recipient(&self, account: AccountId) -> Result<Sealed, EngineError> {
        let log = self.account(account).ok_or(EngineError::NoKey)?;
        if log.is_frozen() {
            return Err(EngineError::Frozen);
        }
        let newest = log.epoch_at(log.epoch()).ok_or(EngineError::NoKey)?;
        Ok(Sealed {
            account,
            epoch: log.epoch(),
            key: newest.public_key.clone(),
        })
    }

    /// Takes a secret whose public half the log names.
    pub(crate) fn take_secret(
        &mut self,
        secret: AccountSecret,
        out: &mut Outside<'_>,
    ) -> Option<()> {
        let epoch = secret.epoch();
        let named: &SealingPublic = &self.log.epoch_at(epoch)?.public_key;
        if *named != secret.public() {
            return None;
        }
        if !self.secrets.contains_key(&epoch) {
            self.note(
                &Record::AccountSecret {
                    epoch,
                    secret: *secret.expose(),
                },
                out,
            );
            self.secrets.insert(epoch, secret);
        }
        Some(())
    }
}

impl Space {
    /// The secret of the newest epoch.
    pub(crate) fn newest_secret(&self) -> Result<&SpaceSecret, EngineError> {
        let newest = self.secrets.get(&self.log.epoch());
        newest.ok_or(EngineError::NoKey)
    }

    /// Takes a secret of an epoch that the log has.
    pub(crate) fn take_secret(
        &mut self,
        core: &mut Core,
        secret: SpaceSecret,
        out: &mut Outside<'_>,
    ) -> Option<()> {
        let epoch = secret.epoch();
        let began = self.log.epoch_at(epoch)?.statement;
        if self.secrets.contains_key(&epoch) {
            return Some(());
        }
        let record = Record::SpaceKey {
            space: self.id,
            epoch,
            key: *secret.expose(),
        };
        core.note(&record, out);
        self.keys.insert(epoch, secret.bind(self.id, began));
        self.secrets.insert(epoch, secret);
        self.retry_quarantined(core, out);
        if core.replaying.is_none() {
            self.reseal_outbox(core, out);
            self.retire_what_fell(core, out);
        }
        Some(())
    }
}

/// Where the log has the statement that names a wrap, as the wrap's header says.
pub(crate) fn named_place<S: Judge>(log: &Log<S>, wrap: &Wrap) -> Option<WrapPlace> {
    let header = &wrap.header;
    let previous = match header.sequence.checked_sub(1) {
        None => Hash::ZERO,
        Some(before) => log.hash_at(before)?,
    };
    let id = if header.sequence == 0 {
        LogId::ZERO
    } else {
        log.id()
    };
    (header.previous == previous && header.log == id).then_some(WrapPlace {
        log: id,
        sequence: header.sequence,
        previous,
    })
}

fn want(wanted: &mut Vec<WrapWanted>, log: LogId, newest: u32, has: impl Fn(u32) -> bool) {
    for epoch in (1..=newest).rev() {
        if !has(epoch) {
            wanted.push(WrapWanted {
                log,
                epoch,
                as_previous: epoch < newest,
            });
        }
    }
}

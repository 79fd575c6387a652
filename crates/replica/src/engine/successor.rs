//! The device that takes the place of one whose id is another's too: of the same account and in the
//! same folder, under an id and in files of its own.

use lifeos_crypto::{AccountSecret, DeviceKeys, LocalKey, SpaceSecret};
use lifeos_protocol::SpaceId;
use lifeos_protocol::log::LogKind;

use super::{Engine, EngineError, Identity, Outside};

impl Engine {
    /// Whether this device's chain at the box is another than the one here, in any space.
    pub(crate) fn has_diverged(&self) -> bool {
        self.spaces.values().any(|space| space.diverged.is_some())
    }

    /// Whether the chain of a space has.
    pub(crate) fn has_diverged_in(&self, space: SpaceId) -> bool {
        self.spaces
            .get(&space)
            .is_some_and(|space| space.diverged.is_some())
    }

    /// Makes the engine of the device that is to take this one's place. Its first writes are ready
    /// to be taken; nobody knows of it until the account log names it.
    pub(crate) fn make_successor(
        &self,
        local: LocalKey,
        keys: DeviceKeys,
        first: u32,
        out: &mut Outside<'_>,
    ) -> Self {
        let log = self.core.log.clone();
        Self::create_from(Identity { local, keys, log }, first, out)
    }

    /// Hands over to the successor what both may know: the verified logs, their secrets, and the
    /// questions that are kept answered. What it had before stays.
    ///
    /// # Errors
    /// [`EngineError`] where a log does not follow the one that the successor has.
    pub(crate) fn hand_over(
        &mut self,
        to: &mut Self,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let known = to.core.log.statements().len();
        for statement in self.core.log.statements().iter().skip(known) {
            to.apply_statement(LogKind::Account, statement, out)?;
        }
        for secret in self.core.secrets.values() {
            let secret = AccountSecret::from_bytes(secret.epoch(), secret.expose());
            to.take_account_secret(secret, out)?;
        }
        for (account, log) in &self.core.others {
            to.meet(*account, log.statements(), out)?;
        }
        for (id, space) in &self.spaces {
            let known = to.space_log(*id).map_or(0, |log| log.statements().len());
            let statements: Vec<_> = space.log.statements().iter().skip(known).cloned().collect();
            to.add_space(*id, &statements, out)?;
            for secret in space.secrets.values() {
                let secret = SpaceSecret::from_bytes(secret.epoch(), secret.expose());
                to.take_space_secret(*id, secret, out)?;
            }
        }
        to.locale = self.locale.clone();
        to.subscriptions = std::mem::take(&mut self.subscriptions);
        Ok(())
    }

    /// Whether this successor has pulled every space of the device before it to the end, once.
    pub(crate) fn has_pulled_all_of(&self, before: &Self) -> bool {
        before.spaces.keys().all(|id| {
            self.spaces
                .get(id)
                .is_some_and(|space| space.incarnation.is_some() && space.pull.is_none())
        })
    }

    /// Writes again what waited in the device before this one and the box does not have. Begun
    /// again after it was cut, it goes on where it ended: a successor writes nothing before this,
    /// so that its chain is as long as what was written of it.
    ///
    /// # Errors
    /// Why it could not be written to its end.
    pub(crate) fn write_after(
        &mut self,
        before: &Self,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        for id in before.spaces.keys() {
            let intents = before.export_outbox_intents(*id);
            let written = self.standing(*id).map_or(0, |standing| standing.written);
            let written = usize::try_from(written).unwrap_or(usize::MAX);
            if let Some(rest) = intents.get(written..) {
                self.write_again(*id, rest, out)?;
            }
        }
        Ok(())
    }
}

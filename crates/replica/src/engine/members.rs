//! Who is in a space: adding, removing, roles.

use lifeos_crypto::SpaceSecret;
use lifeos_protocol::log::{Accounts, Cut, Role, SpaceBody, SpaceLog};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{AccountId, DeviceId, SpaceId, Wire};

use super::{Engine, EngineError, Outside};
use crate::acts::{Act, InSpace, LogEnd};
use crate::space::Space;

impl Engine {
    /// The space that a person's own things go to: the first that the account made.
    #[must_use]
    pub fn personal(&self) -> Option<SpaceId> {
        let log = &self.core.log;
        let own = self.spaces.values().filter_map(|space| {
            let first = space.log.statements().first()?;
            let position = log.position(&first.account_head)?;
            let SpaceBody::Genesis(genesis) = SpaceBody::from_bytes(&first.body).ok()? else {
                return None;
            };
            let is_own = first.signer_account == self.core.account;
            is_own.then_some((position, genesis.at_ms, space.id))
        });
        own.min().map(|(_, _, space)| space)
    }

    /// Whether the account is a member of a space, as far as is known here.
    #[must_use]
    pub fn is_member(&self, space: SpaceId) -> bool {
        let held = self.spaces.get(&space);
        held.is_some_and(|held| held.log.role(self.core.account).is_some())
    }

    /// This device about to sign the next statement of a space's log.
    pub(crate) fn in_space(&self, log: &SpaceLog, out: &Outside<'_>) -> InSpace<'_> {
        InSpace {
            end: LogEnd {
                log: log.id(),
                sequence: log.sequence(),
                head: log.head(),
            },
            device: &self.core.keys,
            place: self.signer_place(),
            history: log.history(),
            at_ms: out.now_ms,
        }
    }

    /// Makes the statement that adds an account whose log is known here. What the account is to be
    /// known for is the person's to have checked: its id is all that a box cannot forge.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for an account that is not known, [`EngineError::Frozen`] while a
    /// log is frozen, [`EngineError::NoKey`] where the newest secret is not here or has to be
    /// replaced first.
    pub fn make_add_member(
        &self,
        space: SpaceId,
        account: AccountId,
        role: Role,
        out: &mut Outside<'_>,
    ) -> Result<Act, EngineError> {
        let held = self.shareable(space)?;
        // Whoever was revoked has this key; the new member is given the one after it.
        if held.rekey_due(&self.core) {
            return Err(EngineError::NoKey);
        }
        let log = self.core.account(account).ok_or(EngineError::NotFound)?;
        let member = self.core.recipient(account)?;
        let secret = held.newest_secret()?;
        self.in_space(&held.log, out)
            .add_member(secret, &member, log.head(), role, out.rng)
            .map_err(|_| EngineError::Sealed)
    }

    /// Makes the statement that removes an account and begins an epoch. Once the box took it, give
    /// the statement to [`Self::apply_statement`] and the secret to [`Self::take_space_secret`].
    ///
    /// # Errors
    /// As [`Self::make_add_member`].
    pub fn make_remove_member(
        &self,
        space: SpaceId,
        account: AccountId,
        out: &mut Outside<'_>,
    ) -> Result<(Act, SpaceSecret), EngineError> {
        let held = self.shareable(space)?;
        let cuts = self.cuts_of(held, account)?;
        let to = self.recipients(&held.log, Some(account))?;
        let secret = held.newest_secret()?;
        self.in_space(&held.log, out)
            .remove_member(secret, account, cuts, &to, out.rng)
            .map_err(|_| EngineError::Sealed)
    }

    /// Makes the statement that gives an account another role.
    ///
    /// # Errors
    /// As [`Self::make_add_member`].
    pub fn make_set_role(
        &self,
        space: SpaceId,
        account: AccountId,
        role: Role,
        out: &Outside<'_>,
    ) -> Result<Act, EngineError> {
        let held = self.shareable(space)?;
        let cuts = match role.writes() {
            true => Vec::new(),
            false => self.cuts_of(held, account)?,
        };
        Ok(self.in_space(&held.log, out).set_role(account, role, cuts))
    }

    fn shareable(&self, space: SpaceId) -> Result<&Space, EngineError> {
        let held = self.spaces.get(&space).ok_or(EngineError::NoSuchSpace)?;
        match held.is_frozen(&self.core) {
            true => Err(EngineError::Frozen),
            false => Ok(held),
        }
    }

    /// What of an account's devices was taken in a space, as it is known here.
    fn cuts_of(&self, held: &Space, account: AccountId) -> Result<Vec<Cut>, EngineError> {
        let log = self.core.account(account).ok_or(EngineError::NotFound)?;
        let cut = |device: DeviceId| {
            let chain = held.chains.get(&device);
            let start = chain_start(held.id, device);
            let point = chain.map_or(start, crate::chain::Chain::covered_point);
            Cut {
                device,
                space: held.id,
                counter: point.counter,
                h: point.h,
            }
        };
        Ok(log.devices().map(|device| cut(device.id)).collect())
    }
}

//! What a statement names: wraps, a sealed earlier secret, a sealed method key, revoked signers. What
//! comes with a statement must be exactly that.

use std::collections::BTreeSet;

use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::codec::Wire;
use lifeos_protocol::ids::{AccountId, Hash, MethodId, SignerId};
use lifeos_protocol::keys::MethodKind;
use lifeos_protocol::log::{AccountBody, EpochPart, LogKind, LogRefusal, LogStatement, SpaceBody};

use crate::logs::{AppendRefusal, NewStatement};

#[derive(Debug, Default)]
pub(crate) struct Named {
    wraps: BTreeSet<Hash>,
    /// The epoch that the statement begins.
    pub(crate) epoch: Option<u32>,
    previous: Option<Hash>,
    method: Option<(MethodId, MethodKind, Hash)>,
    /// Devices and methods that the statement revokes.
    pub(crate) revoked: Vec<SignerId>,
    /// The device or method that it adds to an account.
    pub(crate) added: Option<(BoxEvent, SignerId)>,
    /// The account that it removes from a space.
    pub(crate) removed: Option<AccountId>,
}

impl Named {
    pub(crate) fn by(kind: LogKind, statement: &LogStatement) -> Result<Self, LogRefusal> {
        let mut named = Self::default();
        match kind {
            LogKind::Account => named.account(AccountBody::from_bytes(&statement.body)?),
            LogKind::Space => named.space(SpaceBody::from_bytes(&statement.body)?),
        }
        Ok(named)
    }

    fn account(&mut self, body: AccountBody) {
        match body {
            AccountBody::Genesis(body) => self.epoch(body.epoch),
            AccountBody::AddDevice(body) => {
                let device = body.keys.device_id().into();
                self.added = Some((BoxEvent::DeviceEnrolled, device));
                self.wrap(body.wrap);
            }
            AccountBody::AddMethod(body) => {
                let method = body.keys.method_id();
                self.added = Some((BoxEvent::MethodAdded, method.into()));
                self.method = Some((method, body.kind, body.method_key));
                self.wrap(body.wrap);
            }
            AccountBody::Revoke(body) => {
                self.revoked = body.targets;
                self.epoch(body.epoch);
            }
            AccountBody::Resolve(body) => {
                self.revoked = body.targets;
                self.epoch(body.epoch);
            }
            AccountBody::AdmitIncarnation { .. } => {}
        }
    }

    fn space(&mut self, body: SpaceBody) {
        match body {
            SpaceBody::Genesis(body) => self.epoch(body.epoch),
            SpaceBody::Rekey { epoch, .. } => self.epoch(epoch),
            SpaceBody::AddMember(body) => self.wrap(body.wrap),
            SpaceBody::RemoveMember(body) => {
                self.removed = Some(body.account);
                self.epoch(body.epoch);
            }
            SpaceBody::Resolve(body) => self.epoch(body.epoch),
            SpaceBody::SetRole(_) | SpaceBody::Erasure { .. } | SpaceBody::ReadBack { .. } => {}
        }
    }

    fn epoch(&mut self, part: EpochPart) {
        self.epoch = Some(part.epoch);
        self.previous = (!part.previous.is_zero()).then_some(part.previous);
        self.wraps
            .extend(part.wraps.into_iter().map(|named| named.wrap));
    }

    fn wrap(&mut self, wrap: Hash) {
        if !wrap.is_zero() {
            self.wraps.insert(wrap);
        }
    }

    /// Refuses unless what came is what is named: no wrap less, none more, each bound to this place
    /// of this log.
    pub(crate) fn check(
        &self,
        statement: &LogStatement,
        new: &NewStatement,
    ) -> Result<(), AppendRefusal> {
        let came: BTreeSet<_> = new.wraps.iter().map(|wrap| wrap.hash()).collect();
        let bound = new.wraps.iter().all(|wrap| {
            let header = &wrap.header;
            header.log == statement.log
                && header.sequence == statement.sequence
                && header.previous == statement.previous
        });
        if came != self.wraps || came.len() != new.wraps.len() || !bound {
            return Err(AppendRefusal::Parts);
        }
        if new.previous.as_ref().map(|previous| previous.hash()) != self.previous {
            return Err(AppendRefusal::Parts);
        }
        match (&new.method, &self.method) {
            (None, None) => Ok(()),
            (Some(came), Some((method, kind, hash))) => {
                let sealed = &came.sealed;
                let fits = sealed.method == *method
                    && sealed.kind == *kind
                    && sealed.account == statement.signer_account
                    && sealed.hash() == *hash;
                let found = match kind {
                    MethodKind::Passkey => came.credential.is_some() && came.lookup.is_none(),
                    MethodKind::Kit => came.lookup.is_some() && came.credential.is_none(),
                    MethodKind::Passphrase => false,
                };
                if fits && found {
                    Ok(())
                } else {
                    Err(AppendRefusal::Parts)
                }
            }
            _ => Err(AppendRefusal::Parts),
        }
    }
}

//! The judgement of an account log's statements: rights, limits, epochs, wraps.

use std::collections::{BTreeMap, BTreeSet};

use crate::codec::Wire;
use crate::ids::{AccountId, Hash, RecipientId, SignerId, SpaceId};
use crate::keys::{Class, PublicKeys};
use crate::log::account::{
    AccountEpoch, AccountState, Device, MAX_LIFETIME, MAX_LIVE, Method, Signer,
};
use crate::log::body::{AccountBody, AccountGenesis, AddDevice, AddMethod, Cut, EpochPart, LogCut};
use crate::log::chain::Judge;
use crate::log::refusal::LogRefusal;
use crate::log::statement::{LogKind, LogStatement};
use crate::statement::chain_start;

impl AccountState {
    fn judge(&self, statement: &LogStatement) -> Result<AccountBody, LogRefusal> {
        if statement.log != self.id.into() {
            return Err(LogRefusal::OtherLog);
        }
        let fits =
            statement.signer_account == self.id && statement.account_head == statement.previous;
        if !fits || statement.previous != self.head {
            return Err(LogRefusal::Heads);
        }
        // The kind is read first: what a newer version may sign is not ours to judge.
        let body = AccountBody::from_bytes(&statement.body)?;
        let signer = self
            .active_signer(statement.signer)
            .ok_or(LogRefusal::SignerNotActive)?;
        statement
            .verify(LogKind::Account, signer.signing())
            .map_err(|_| LogRefusal::BadSignature)?;
        if !signer.is_trusted() {
            return Err(LogRefusal::NotAllowed);
        }
        match &body {
            AccountBody::Genesis(_) => Err(LogRefusal::NotAllowed),
            AccountBody::AddDevice(add) => self.judge_add_device(add),
            AccountBody::AddMethod(add) => self.judge_add_method(add),
            AccountBody::Revoke(revoke) => {
                if revoke.targets.is_empty() {
                    return Err(LogRefusal::Target);
                }
                self.judge_revocation(&revoke.targets, &revoke.cuts, &revoke.logs, &revoke.epoch)
            }
            AccountBody::Resolve(resolve) => {
                if !matches!(signer, Signer::Method(_)) {
                    return Err(LogRefusal::NotAllowed);
                }
                if resolve.picked != statement.previous || resolve.refused == resolve.picked {
                    return Err(LogRefusal::Heads);
                }
                self.judge_revocation(
                    &resolve.targets,
                    &resolve.cuts,
                    &resolve.logs,
                    &resolve.epoch,
                )
            }
            AccountBody::AdmitIncarnation { incarnation, .. } => {
                if !matches!(signer, Signer::Device(_)) {
                    return Err(LogRefusal::NotAllowed);
                }
                if self.incarnations.contains(incarnation) || incarnation.is_zero() {
                    return Err(LogRefusal::Target);
                }
                Ok(())
            }
        }?;
        Ok(body)
    }

    fn judge_add_device(&self, add: &AddDevice) -> Result<(), LogRefusal> {
        self.judge_new_keys(&add.keys)?;
        if self.devices.len() >= MAX_LIFETIME || self.active_devices().count() >= MAX_LIVE {
            return Err(LogRefusal::TooMany);
        }
        if add.epoch != self.epoch() {
            return Err(LogRefusal::Epoch);
        }
        if (add.class == Class::Full) == add.wrap.is_zero() {
            return Err(LogRefusal::Wraps);
        }
        Ok(())
    }

    fn judge_add_method(&self, add: &AddMethod) -> Result<(), LogRefusal> {
        self.judge_new_keys(&add.keys)?;
        if self.methods.len() >= MAX_LIFETIME || self.active_methods().count() >= MAX_LIVE {
            return Err(LogRefusal::TooMany);
        }
        if add.epoch != self.epoch() {
            return Err(LogRefusal::Epoch);
        }
        if add.wrap.is_zero() || add.method_key.is_zero() {
            return Err(LogRefusal::Wraps);
        }
        Ok(())
    }

    fn judge_new_keys(&self, keys: &PublicKeys) -> Result<(), LogRefusal> {
        let devices = self.devices().map(|device| &device.keys);
        let mut enrolled = devices.chain(self.methods().map(|method| &method.keys));
        if enrolled.any(|known| known.signing == keys.signing || known.sealing == keys.sealing) {
            return Err(LogRefusal::KeysUsed);
        }
        Ok(())
    }

    fn judge_revocation(
        &self,
        targets: &[SignerId],
        cuts: &[Cut],
        logs: &[LogCut],
        epoch: &EpochPart,
    ) -> Result<(), LogRefusal> {
        let unique: BTreeSet<SignerId> = targets.iter().copied().collect();
        let active = targets
            .iter()
            .all(|target| self.active_signer(*target).is_some());
        if unique.len() != targets.len() || !active {
            return Err(LogRefusal::Target);
        }
        let recipients = self.secret_recipients(targets);
        if recipients.is_empty() {
            return Err(LogRefusal::NobodyLeft);
        }
        let mut cut = BTreeSet::new();
        for Cut {
            device,
            space,
            counter,
            h,
        } in cuts
        {
            let of_target =
                unique.contains(&SignerId::from(*device)) && self.devices.contains_key(device);
            let start_fits = *counter > 0 || *h == chain_start(*space, *device).h;
            if !of_target || !start_fits || !cut.insert((device, space)) {
                return Err(LogRefusal::Cuts);
            }
        }
        let spaces: BTreeSet<SpaceId> = logs.iter().map(|cut| cut.space).collect();
        if spaces.len() != logs.len() || logs.iter().any(|cut| cut.head.is_zero()) {
            return Err(LogRefusal::Cuts);
        }
        judge_epoch(epoch, self.epoch() + 1)?;
        judge_secret_wraps(epoch, &recipients.into_iter().map(|(id, _)| id).collect())
    }

    fn begin_epoch(&mut self, part: EpochPart, sequence: u32, statement: Hash) {
        for wrap in &part.wraps {
            self.wraps.insert(wrap.wrap, (wrap.recipient, part.epoch));
        }
        let public_key = part.public_key.expect("judge_epoch requires the key");
        self.epochs.push(AccountEpoch {
            sequence,
            statement,
            public_key,
            previous: part.previous,
        });
    }

    fn revoke(&mut self, targets: &[SignerId], cuts: Vec<Cut>, logs: Vec<LogCut>, sequence: u32) {
        for target in targets {
            if let Some(device) = self.devices.get_mut(&(*target).into()) {
                device.revoked = Some(sequence);
            }
            if let Some(method) = self.methods.get_mut(&(*target).into()) {
                method.revoked = Some(sequence);
            }
        }
        for cut in cuts {
            self.cuts.insert((cut.device, cut.space), cut);
        }
        for cut in logs {
            self.log_cuts.insert((sequence, cut.space), cut);
        }
    }

    fn take(&mut self, body: AccountBody, sequence: u32, hash: Hash) {
        match body {
            AccountBody::Genesis(_) => unreachable!("judge refuses a second genesis"),
            AccountBody::AddDevice(AddDevice {
                at_ms,
                class,
                keys,
                epoch,
                wrap,
            }) => {
                let id = keys.device_id();
                if class == Class::Full {
                    self.wraps.insert(wrap, (id.into(), epoch));
                }
                self.devices.insert(
                    id,
                    Device {
                        id,
                        class,
                        keys,
                        at_ms,
                        added: sequence,
                        revoked: None,
                    },
                );
            }
            AccountBody::AddMethod(AddMethod {
                at_ms,
                kind,
                keys,
                epoch,
                wrap,
                method_key,
            }) => {
                let id = keys.method_id();
                self.wraps.insert(wrap, (id.into(), epoch));
                self.methods.insert(
                    id,
                    Method {
                        id,
                        kind,
                        keys,
                        method_key,
                        at_ms,
                        added: sequence,
                        revoked: None,
                    },
                );
            }
            AccountBody::Revoke(body) => {
                self.revoke(&body.targets, body.cuts, body.logs, sequence);
                self.begin_epoch(body.epoch, sequence, hash);
            }
            AccountBody::Resolve(body) => {
                self.revoke(&body.targets, body.cuts, body.logs, sequence);
                self.begin_epoch(body.epoch, sequence, hash);
            }
            AccountBody::AdmitIncarnation { incarnation, .. } => {
                self.incarnations.push(incarnation)
            }
        }
        self.sequence = sequence;
        self.head = hash;
    }
}

impl Judge for AccountState {
    const KIND: LogKind = LogKind::Account;
    type Context<'a> = ();

    fn genesis(statement: &LogStatement, hash: Hash, (): ()) -> Result<Self, LogRefusal> {
        let zeros = statement.log.is_zero()
            && statement.sequence == 0
            && statement.previous.is_zero()
            && statement.signer_account.is_zero()
            && statement.account_head.is_zero();
        if !zeros {
            return Err(LogRefusal::Heads);
        }
        let AccountBody::Genesis(AccountGenesis {
            class,
            keys,
            epoch,
            at_ms,
            ..
        }) = AccountBody::from_bytes(&statement.body)?
        else {
            return Err(LogRefusal::NotAllowed);
        };
        let id = keys.device_id();
        if statement.signer != id.into() {
            return Err(LogRefusal::SignerNotActive);
        }
        statement
            .verify(LogKind::Account, &keys.signing)
            .map_err(|_| LogRefusal::BadSignature)?;
        if class != Class::Full {
            return Err(LogRefusal::NotAllowed);
        }
        judge_epoch(&epoch, 1)?;
        judge_secret_wraps(&epoch, &BTreeSet::from([id.into()]))?;
        let mut state = Self {
            id: AccountId::new(hash.first_16()),
            sequence: 0,
            head: hash,
            devices: BTreeMap::from([(
                id,
                Device {
                    id,
                    class,
                    keys,
                    at_ms,
                    added: 0,
                    revoked: None,
                },
            )]),
            methods: BTreeMap::new(),
            epochs: Vec::new(),
            wraps: BTreeMap::new(),
            cuts: BTreeMap::new(),
            log_cuts: BTreeMap::new(),
            incarnations: Vec::new(),
        };
        state.begin_epoch(epoch, 0, hash);
        Ok(state)
    }

    fn advance(&mut self, statement: &LogStatement, hash: Hash, (): ()) -> Result<(), LogRefusal> {
        let body = self.judge(statement)?;
        self.take(body, statement.sequence, hash);
        Ok(())
    }

    fn resolution(statement: &LogStatement) -> Option<(Hash, Hash)> {
        match AccountBody::from_bytes(&statement.body) {
            Ok(AccountBody::Resolve(body)) => Some((body.picked, body.refused)),
            _ => None,
        }
    }
}

fn judge_epoch(part: &EpochPart, expected: u32) -> Result<(), LogRefusal> {
    let previous_fits = part.previous.is_zero() == (expected == 1);
    if part.epoch != expected || part.public_key.is_none() || !previous_fits {
        return Err(LogRefusal::Epoch);
    }
    Ok(())
}

/// The account secret is sealed to each of these, once, and to nobody else.
fn judge_secret_wraps(
    part: &EpochPart,
    recipients: &BTreeSet<RecipientId>,
) -> Result<(), LogRefusal> {
    let named: BTreeSet<RecipientId> = part.wraps.iter().map(|wrap| wrap.recipient).collect();
    let plain = part
        .wraps
        .iter()
        .all(|wrap| wrap.recipient_epoch == 0 && !wrap.wrap.is_zero());
    if named.len() != part.wraps.len() || !plain || named != *recipients {
        return Err(LogRefusal::Wraps);
    }
    Ok(())
}
